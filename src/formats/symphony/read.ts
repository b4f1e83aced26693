import { type Draft, NOTHING } from '../draft.ts';
import { readMarkdown } from '../markdown.ts';
import { type FileNode, readYamlFile } from '../node.ts';
import { frontOf, Remarks, sourced } from '../remarks.ts';
import { baseName, type Reader } from '../source.ts';
import { LEFT, TAKEN } from './left.ts';

/** Symphony: the settings in front of `WORKFLOW.md`. It has no tasks: those are issues of a tracker. */
export const symphony: Reader = {
  name: 'symphony',
  about: 'WORKFLOW.md of Symphony: its settings, without tasks',
  detect: ({ files: [file], isFolder }) => {
    if (isFolder || file === undefined) return 0;
    const front = frontOf(file.text);
    const own = OWN.filter((key) => new RegExp(`^${key}:`, 'm').test(front)).length;
    if (own >= 2 || (own === 1 && baseName(file.path) === 'WORKFLOW.md')) return 2;
    return 0;
  },
  read: ({ files: [file], path }) => {
    const remarks = new Remarks();
    const source = file ?? { path, text: '' };
    const { front, blocks } = readMarkdown(source);
    const { root, faults } = readYamlFile({ path: source.path, text: front ?? '' }, 2);
    remarks.add(faults);
    if (root === null || !root.isMap) {
      const why = 'Symphony has its settings as a map between two lines "---"';
      const sentences = { what: 'There are no settings in it', why, next: 'Name its WORKFLOW.md' };
      if (faults.length === 0) remarks.fault({ file: source.path, line: 1 }, 'no-settings', sentences);
      return remarks.refuse();
    }
    const body = blocks[0];
    if (body === undefined) remarks.missing({ file: source.path, line: 1 }, null, 'prompt below the settings');
    else
      remarks.leave(
        body.at,
        'the prompt',
        'It is filled in for each issue; "brief-template" of the settings can hold such a text',
      );
    const values = settingsOf(root, remarks);
    leaveTheRest(root, remarks);
    return remarks.read({ ...NOTHING, name: null, values, tasks: [] });
  },
};

const OWN = ['tracker', 'polling', 'workspace', 'hooks', 'agent', 'codex'];

function settingsOf(root: FileNode, remarks: Remarks): Draft['values'] {
  const [agent, codex, hooks] = [root.get('agent'), root.get('codex'), root.get('hooks')];
  const max = whole(agent.get('max_concurrent_agents'), remarks);
  const model = remarks.text(codex.get('model'));
  const [turn, stall] = [codex.get('turn_timeout_ms'), codex.get('stall_timeout_ms')];
  const [wall, silence] = [whole(turn, remarks), whole(stall, remarks)];
  const clocks = {
    ...(silence === null ? {} : { silence: silence <= 0 ? 'off' : durationOf(silence) }),
    ...(wall === null || wall <= 0 ? {} : { wall: durationOf(wall) }),
  };
  const agents = {
    default: 'codex',
    ...(max === null ? {} : { max }),
    ...(model === null ? {} : { use: { codex: { model } } }),
  };
  const clocksAt = turn.isThere ? turn.at : stall.at;
  const timeout = sourced(Object.keys(clocks).length === 0 ? null : clocks, clocksAt, 'of a turn and of a stall there');
  const setup = setupOf(hooks, remarks);
  const agentsAt = agent.get('max_concurrent_agents').isThere ? agent.get('max_concurrent_agents').at : codex.at;
  return {
    agents: { value: agents, from: agentsAt, note: 'Symphony works with Codex' },
    ...(timeout === undefined ? {} : { timeout }),
    ...(setup === undefined ? {} : { setup }),
  };
}

/** In the largest unit in which it is a whole number. */
function durationOf(milliseconds: number): string {
  if (milliseconds % 60_000 === 0) return `${milliseconds / 60_000}m`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** A number, or a text that is one. */
function whole(node: FileNode, remarks: Remarks): number | null {
  if (!node.isThere) return null;
  const number = node.text === null || node.text.trim() === '' ? Number.NaN : Number(node.text);
  if (Number.isInteger(number)) return number;
  const why = 'Symphony has a whole number there';
  remarks.fault(node.at, 'wrong-type', { what: `"${node.name}" is no whole number`, why, next: 'Write one' });
  return null;
}

/** What runs before an attempt is set-up. What makes a workspace is that too, if it does not make the checkout itself. */
function setupOf(hooks: FileNode, remarks: Remarks): Draft['values']['setup'] {
  const [made, before] = [hooks.get('after_create'), hooks.get('before_run')];
  const makes = remarks.text(made);
  const isCheckout = makes !== null && /\bgit\b[^\n]*\b(?:clone|worktree|init)\b/.test(makes);
  if (isCheckout)
    remarks.leave(made.at, '"hooks.after_create"', 'It makes the checkout, which every worktree is already');
  const scripts = [isCheckout ? null : makes, remarks.text(before)].filter((text) => text !== null);
  return sourced(scripts.length === 0 ? null : scripts.map((text) => text.trim()), (before.isThere ? before : made).at);
}

/** Values are not told: a key of a tracker may stand among them. */
function leaveTheRest(root: FileNode, remarks: Remarks): void {
  for (const part of root.entries) {
    const known: Readonly<Record<string, string>> | undefined = Object.hasOwn(LEFT, part.name)
      ? LEFT[part.name]
      : undefined;
    if (known === undefined) remarks.leave(part.at, `"${part.name}"`, 'It is no setting that Symphony describes');
    else if (!part.isMap && part.isThere) {
      const sentences = {
        what: `"${part.name}" is no map`,
        why: 'Symphony has settings below it',
        next: 'Write a map',
      };
      remarks.fault(part.at, 'wrong-type', sentences);
    } else for (const entry of part.entries) leaveOne(part.name, entry, { known, remarks });
  }
}

type Around = { readonly known: Readonly<Record<string, string>>; readonly remarks: Remarks };

function leaveOne(part: string, entry: FileNode, { known, remarks }: Around): void {
  const place = Object.hasOwn(known, entry.name) ? known[entry.name] : 'It is no setting that Symphony describes';
  const isUsual = part === 'codex' && entry.name === 'command' && entry.text?.trim() === 'codex app-server';
  if (place === undefined || place === TAKEN || isUsual || !entry.isThere) return;
  remarks.leave(entry.at, `"${part}.${entry.name}"`, place);
}
