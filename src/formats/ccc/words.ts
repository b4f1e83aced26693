import type { Origin, Sourced } from '../draft.ts';
import type { Link } from '../markdown.ts';
import type { Notes } from './notes.ts';

/** How far something is, as far as it matters to a plan. */
export type Stage = 'open' | 'begun' | 'done' | 'dropped';

const STAGES: ReadonlyMap<string, Stage> = new Map([
  ['triage', 'open'],
  ['backlog', 'open'],
  ['todo', 'open'],
  ['in progress', 'begun'],
  ['in review', 'begun'],
  ['active', 'begun'],
  ['failed', 'begun'],
  ['done', 'done'],
  ['canceled', 'dropped'],
  ['cancelled', 'dropped'],
  ['duplicate', 'dropped'],
]);
const STATUSES = [
  'Triage',
  'Backlog',
  'Todo',
  'In Progress',
  'In Review',
  'Done',
  'Canceled',
  'Duplicate',
  'Active',
  'Failed',
];

/** `Failed: no key` and `Done (merged)` are words with a reason. */
export const stageOf = (text: string): Stage | undefined => STAGES.get(statusIn(text).toLowerCase());

const statusIn = (text: string): string =>
  text
    .replace(/\s*(?:[(:,;—–]|\s-\s)[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

export function readStage(text: string, at: Origin, notes: Notes): Sourced<Stage> | null {
  const stage = stageOf(text);
  if (stage !== undefined) return { value: stage, from: at, note: statusIn(text) };
  notes.unknown(at, statusIn(text) || text, { of: 'status', known: STATUSES });
  return null;
}

const MODES = ['quick', 'tdd', 'swarm', 'spike', 'pair', 'checkpoint'];

/** The mode of work in Branchline's words: whoever only analyses works in a mode that writes nothing. */
export function readMode(text: string, at: Origin, notes: Notes): Sourced<string> | null {
  const words = text.toLowerCase().replaceAll('`', '').replace(/\s+/g, ' ').trim();
  const found = /^(?:exec:)?([a-z]+)?\s*\(?(analysis[- ]only)?\)?$/.exec(words);
  const mode = found?.[1];
  if (found?.[2] !== undefined && (mode === undefined || MODES.includes(mode))) {
    return { value: 'analysis-only', from: at, ...(mode === undefined ? {} : { note: words }) };
  }
  if (mode !== undefined && MODES.includes(mode)) return { value: mode, from: at };
  notes.unknown(at, text.trim(), { of: 'execution mode', known: [...MODES, 'analysis-only'] });
  return null;
}

export type Launch = 'bypass permissions' | 'plan mode' | 'ask permissions';
const LAUNCHES = ['Bypass permissions', 'Plan mode', 'Ask permissions'];

export function readLaunch(text: string, at: Origin, notes: Notes): Launch | null {
  const word = text.toLowerCase().replace(/\s+/g, ' ').trim();
  if (word === 'bypass permissions' || word === 'plan mode' || word === 'ask permissions') return word;
  notes.unknown(at, text.trim(), { of: 'way to launch', known: LAUNCHES });
  return null;
}

/** How each mode is launched. */
export const launchOf = (mode: string): Launch => {
  if (mode === 'pair') return 'plan mode';
  return mode === 'checkpoint' ? 'ask permissions' : 'bypass permissions';
};

/** What an agent of a plan is called here; whoever else is named is a person, or works elsewhere. */
const AGENTS: ReadonlyMap<string, string> = new Map([
  ['claude', 'claude'],
  ['claude code', 'claude'],
  ['codex', 'codex'],
  ['copilot', 'copilot'],
  ['copilot coding', 'copilot'],
]);

export function readAgent(text: string, at: Origin): { agent: Sourced<string> } | { owner: Sourced<string> } {
  const agent = AGENTS.get(text.toLowerCase().trim());
  if (agent !== undefined)
    return { agent: { value: agent, from: at, ...(agent === text ? {} : { note: text.trim() }) } };
  return { owner: { value: text.trim(), from: at, note: 'no agent that Branchline starts' } };
}

/** `[PAY-10: Ledger](https://t/PAY-10)` → its key, title and address. */
export type IssueRef = { readonly key: string; readonly title: string | null; readonly url: string | null };

const KEY = /\b[A-Z][A-Z0-9]{0,9}-\d{1,7}\b/g;

/** Every issue that a text names, once. */
export function issuesIn(raw: string, links: readonly Link[]): readonly IssueRef[] {
  const linked = links.flatMap(({ text, url }): IssueRef[] => {
    const key = text.match(KEY)?.[0];
    if (key === undefined) return [];
    const title = text
      .slice(text.indexOf(key) + key.length)
      .replace(/^\s*[:—–-]\s*/, '')
      .trim();
    return [{ key, title: title === '' ? null : title, url }];
  });
  const bare = [...raw.matchAll(KEY)].map(([key]) => ({ key, title: null, url: null }));
  const byKey = new Map([...bare, ...linked].map((ref) => [ref.key, ref]));
  return [...byKey.values()];
}

/** Links of a line that is not read as Markdown. */
export const linksOf = (line: string): readonly Link[] =>
  [...line.matchAll(/\[([^\]]*)\]\(([^)\s]*)\)/g)].map(([, text = '', url = '']) => ({ text, url }));

/** How a plan names an issue of this tracker. */
export const issueName = (key: string): string => `linear:${key}`;

export const PHASE = /^\d+[A-Z]$/;
