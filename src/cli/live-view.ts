import { setTimeout as pause } from 'node:timers/promises';
import type { Entry, RunEvent } from '../core/event.ts';
import type { Status } from '../core/status.ts';
import { lineOf } from '../report/lines.ts';
import { renderLive } from '../report/live.ts';
import { Screen } from '../report/screen.ts';
import { cut } from '../report/width.ts';
import type { View, Watch } from './view.ts';
import type { Io } from './world-port.ts';

/** Often enough that a clock of seconds never skips one, seldom enough that nobody sees it in a list of processes. */
const FRAME_MS = 400;

/** The live view: repainted in place, with what was landed or went wrong scrolling by above it. */
export function liveView({ world, run }: Watch): View {
  const { io, flags } = world;
  const screen = new Screen((text) => io.err(text));
  const over = new AbortController();
  let changed = true;
  let status: Status | null = null;

  const frame = async () => {
    if (changed) {
      changed = false;
      status = await world.runs.status(run);
    }
    // Before the engine has said that it is there, nothing drives the run: true, but not worth a frame.
    if (status === null || (status.state === 'interrupted' && !over.signal.aborted)) return;
    const { columns, rows } = sizeOf(io);
    // One row stays free for the cursor, else the terminal would scroll with every frame.
    screen.paint(renderLive(status, { columns, rows: rows - 1, colour: io.colour, now: world.now() }), columns);
  };
  const above = (line: string) => {
    const { columns } = sizeOf(io);
    screen.above(`${cut(line, columns)}\n`, columns);
  };
  const painting = (async () => {
    while (!over.signal.aborted) {
      await frame();
      await pause(FRAME_MS, undefined, { signal: over.signal }).catch(ignoreAbort);
    }
  })();
  // Marked as seen, so that Node does not end the process in the middle of a run; `end` throws it again.
  painting.catch(() => over.abort());

  return {
    entry(entry: Entry) {
      changed = true;
      if (flags.verbose || STAYS.has(entry.event.type)) above(lineOf(entry));
    },
    note: above,
    async end() {
      over.abort();
      await painting;
      changed = true;
      await frame();
      screen.leave();
    },
  };
}

/** Some pseudo-terminals say that they are 0 by 0. */
const sizeOf = ({ columns, rows }: Io) => ({ columns: columns > 0 ? columns : 80, rows: rows > 1 ? rows : 24 });

const STAYS: ReadonlySet<RunEvent['type']> = new Set([
  'task-landed',
  'attempt-failed',
  'task-skipped',
  'target-moved',
  'account-limited',
  'budget-warning',
  'budget-reached',
  'worktree-rescued',
]);

function ignoreAbort(reason: unknown): void {
  if (!(reason instanceof Error) || reason.name !== 'AbortError') throw reason;
}
