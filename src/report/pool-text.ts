import { visible } from './visible.ts';

/** The boxes and lines that scripts of a worktree pool read. They are given what is in `src/cli/pool-port.ts`. */

const WIDTH = 62;
const top = `┌${'─'.repeat(WIDTH)}┐`;
const middle = `├${'─'.repeat(WIDTH)}┤`;
const bottom = `└${'─'.repeat(WIDTH)}┘`;

/** No right border beside text: nobody agrees on how wide its signs are. */
const line = (text: string): string => `│ ${text}`;

function heading(title: string): string {
  const left = Math.floor((WIDTH - title.length) / 2);
  return `│${' '.repeat(left)}${title}${' '.repeat(WIDTH - title.length - left)}│`;
}

const box = (title: string, above: readonly string[], below: readonly string[]): string =>
  `${[top, heading(title), middle, ...above.map(line), ...(below.length > 0 ? [middle, ...below.map(line)] : []), bottom].join('\n')}\n`;

type Slot = { readonly id: string; readonly status: 'idle' | 'busy' | 'error'; readonly task: string | null };

/** `Pool Size: 3 | Busy: 2 | Idle: 1 | Error: 0`, and a row for each slot. */
export function poolStatusText(slots: readonly Slot[]): string {
  const count = (wanted: Slot['status']): number => slots.filter(({ status }) => status === wanted).length;
  const size = `Pool Size: ${slots.length} | Busy: ${count('busy')} | Idle: ${count('idle')} | Error: ${count('error')}`;
  const rows = slots.map(
    ({ id, status, task }) => `${id} │ ${centred(status.toUpperCase(), 8)} │ ${visible(task ?? '-')}`,
  );
  return box('AGENT POOL STATUS', [size], rows);
}

function centred(text: string, columns: number): string {
  const left = Math.floor((columns - text.length) / 2);
  return `${' '.repeat(left)}${text}${' '.repeat(columns - text.length - left)}`;
}

type MergedSlot = {
  readonly id: string;
  readonly branch: string;
  readonly result: 'merged' | 'nothing' | 'failed';
  readonly why: string;
};
type Merged = { readonly target: string; readonly slots: readonly MergedSlot[] };

/** What was merged and what was not. Nothing merged is never called a success. */
export function poolMergeText({ target, slots }: Merged): string {
  const of = (wanted: MergedSlot['result']): readonly MergedSlot[] => slots.filter(({ result }) => result === wanted);
  const [merged, failed, empty] = [of('merged'), of('failed'), of('nothing')];
  const counts = `Merged: ${merged.length} | Failed: ${failed.length} | Nothing to merge: ${empty.length}`;
  const status =
    failed.length > 0 ? '⚠️  SOME MERGES FAILED' : merged.length > 0 ? '✅ ALL MERGED SUCCESSFULLY' : 'NOTHING TO MERGE';
  const named = failed.map(({ id, branch }) => `  - ${id}:${visible(branch)}`);
  const below = named.length > 0 ? ['Failed branches:', ...named] : [];
  return box('MERGE RESULTS', [`Target: ${visible(target)}`, counts, `Status: ${status}`], below);
}

/** In three words whether the pool is as it should be, then what is not. */
export function poolHealthText({
  worktrees,
  issues,
}: {
  readonly worktrees: number;
  readonly issues: readonly string[];
}): string {
  const count = `   Git worktrees in pool: ${worktrees}`;
  if (issues.length === 0) return `✅ Pool health: OK\n${count}\n`;
  const lines = issues.map((issue) => `   - ${visible(issue)}`);
  return `⚠️  Pool health: ${issues.length} issues found\n${[count, ...lines].join('\n')}\n`;
}
