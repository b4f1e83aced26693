import type { RunEvent } from '../core/event.ts';
import { lineOf } from '../report/lines.ts';
import { streamLine } from '../report/stream.ts';
import type { View, Watch } from './view.ts';

/** `--json`: every entry as one line on standard output. */
export const streamView = ({ world: { io } }: Watch): View => ({
  entry(entry) {
    const line = streamLine(entry);
    if (line !== null) io.out(`${line}\n`);
  },
  note: () => undefined,
  end: () => Promise.resolve(),
});

/** Off a terminal: one plain line per event on standard error, the small ones only with `--verbose`. */
export const lineView = ({ world: { io, flags } }: Watch): View => ({
  entry(entry) {
    if (flags.verbose || !isSmall(entry.event)) io.err(`${lineOf(entry)}\n`);
  },
  note: (sentence) => io.err(`${sentence}\n`),
  end: () => Promise.resolve(),
});

export const quietView = (): View => ({ entry: () => undefined, note: () => undefined, end: () => Promise.resolve() });

/** Events that say how something is going rather than what came of it. */
const isSmall = ({ type }: RunEvent): boolean => SMALL.has(type);
const SMALL: ReadonlySet<RunEvent['type']> = new Set([
  'task-ready',
  'worktree-ready',
  'agent-started',
  'agent-spent',
  'agent-progress',
  'agent-ended',
  'task-verifying',
  'task-landing',
]);
