import { cwdOf } from './cwd.ts';
import { mapText } from './json.ts';
import { callId, lookId, nothingMore, type Progress } from './progress.ts';
import { type Call, newId, type PastTurn, type Tool, type Turn } from './protocol.ts';
import type { Asked } from './route.ts';
import type { Action, Fault, Script, Step, Usage } from './script.ts';
import { type Client, callsOf, type Draft, searchFor } from './tools.ts';

/** What one request gets. */
export type Reply = {
  readonly turn: Turn;
  readonly step: number | null;
  readonly fault: Fault | null;
  readonly gate: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Actions that the client has no tool for. */
  readonly missed: readonly string[];
};

type Main = { readonly asked: Asked; readonly tools: readonly Tool[]; readonly n: number };

const usualUsage: Usage = { input: 1200, output: 80, cacheRead: 0, cacheWrite: 0 };

/** The answer to a request that declares tools: the next step, put into the words of the client. */
export function replyOf(progress: Progress, { asked, tools, n }: Main): Reply {
  const { steps } = progress.script;
  const past = asked.protocol.past(asked.body);
  const client = (index: number): Client => ({ tools, cwd: cwdOf(asked.said), hasPlanned: planned(steps, index) });
  const index = progress.next(past, (step, at) => isPossible(step, client(at)));
  const step = steps[index] ?? {};
  const fault = progress.fault(n, index);
  const drafted = draft(step, { client: client(index), past });
  const isAnswered = fault === null || fault.is === 'slow';
  if (isAnswered && !drafted.isLooking) progress.passed(index);
  return {
    turn: turnOf(step, drafted, index),
    step: index < steps.length ? index : null,
    fault,
    gate: step.gate ?? null,
    headers: step.headers ?? {},
    missed: drafted.missed,
  };
}

const planned = (steps: readonly Step[], before: number): boolean =>
  steps.slice(0, before).some((step) => step.do?.some(({ is }) => is === 'plan'));

/** What a client may not have a tool for without anything being wrong. */
const optional: readonly Action['is'][] = ['plan', 'ask'];

function isPossible({ do: actions = [] }: Step, client: Client): boolean {
  if (actions.length === 0) return true;
  return actions.some((action) => !optional.includes(action.is) || callsOf(action, client).length > 0);
}

type Drafted = { readonly drafts: readonly Draft[]; readonly missed: readonly string[]; readonly isLooking: boolean };

function draft(
  { do: actions = [] }: Step,
  { client, past }: { readonly client: Client; readonly past: readonly PastTurn[] },
): Drafted {
  const each = actions.map((raw) => {
    const action = mapText(raw, (text) => text.replaceAll('{{cwd}}', client.cwd));
    return { action, calls: callsOf(action, client) };
  });
  const without = each.filter(({ calls }) => calls.length === 0).map(({ action }) => action);
  // A client that lists only some of its tools is asked for the others once; then they are there, or are not.
  const hasLooked = past.at(-1)?.calls.some((id) => id.startsWith(lookId(''))) ?? false;
  const searches = hasLooked ? [] : without.flatMap((action) => searchFor(action, client));
  if (searches.length > 0) return { drafts: searches, missed: [], isLooking: true };
  const missed = without.filter(({ is }) => !optional.includes(is)).map(nameOf);
  return { drafts: each.flatMap(({ calls }) => calls), missed, isLooking: false };
}

function nameOf(action: Action): string {
  if (action.is === 'mcp') return `mcp ${action.tool}`;
  return action.is === 'tool' ? `tool ${action.name}` : action.is;
}

function turnOf(step: Step, { drafts, missed, isLooking }: Drafted, index: number): Turn {
  const calls = drafts.map((each): Call => ({ ...each, id: isLooking ? lookId(newId('')) : callId(index, newId('')) }));
  const lacking = missed.map((what) => `[no tool for ${what}]`).join(' ');
  const words = isLooking ? '' : [step.say ?? '', lacking].filter((part) => part !== '').join(' ');
  const say = words === '' && calls.length === 0 ? nothingMore : words;
  return { think: step.think ?? '', say, calls, usage: { ...usualUsage, ...step.usage } };
}

/** The answer to a request without tools: titles, topics, who speaks next. */
export function sideReply({ side }: Script, { said }: Asked): Reply {
  const turn = { think: '', say: side ?? usualSide(said), calls: [], usage: usualUsage };
  return { turn, step: null, fault: null, gate: null, headers: {}, missed: [] };
}

function usualSide(said: string): string {
  if (said.includes('next_speaker')) return '{"reasoning":"The work is done.","next_speaker":"user"}';
  return /title/i.test(said) ? '{"title":"A scripted title","isNewTopic":true}' : 'ok';
}
