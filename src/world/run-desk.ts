import type { DriveOptions, ListedRun, RunDesk, StartOptions } from '../cli/world-port.ts';
import type { Entry } from '../core/event.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import { dayAround } from '../system/day.ts';
import { keepHeapSmall } from '../system/small-heap.ts';
import { amendRun } from './amend-run.ts';
import { commandRun } from './command-run.ts';
import type { Opened, State } from './opened.ts';
import { driveDetached, driveHere } from './run-drive.ts';
import { noSuchRun } from './run-facts.ts';
import { readEntries, readStatus } from './run-view.ts';
import { diffOf, logOf, worktreeOf } from './run-work.ts';
import { type Started, startRun } from './start-run.ts';
import { bringCheckoutAlong } from './update-checkout.ts';
import type { Surroundings } from './world.ts';

/** Runs of one repository. Opens the state file and the repository at the first call that needs them. */
export function runDesk(around: Surroundings): RunDesk {
  const opened = (): Promise<Opened> => around.opened();
  const started = new Map<string, Started>();
  return {
    list: async () => listRuns(await around.state()),
    resolve: async (id) => resolveRun(await around.state(), id),
    status: async (run) => {
      const { store, leases, clock } = await around.state();
      return readStatus({ store, leases, now: clock.now() }, run);
    },
    entries: async (run, after) => readEntries((await around.state()).store, run, after),
    follow: (run, after, signal) => follow(around.state, { run, after, signal }),
    spentToday: async () => {
      const { store, clock } = await around.state();
      return store.spentSince(dayAround(clock.now()).from);
    },
    command: async (run, command) => commandRun(await opened(), run, command),
    amend: async (run, path, { apply }) => amendRun(around, await opened(), { run, path, apply }),
    start: async (path: string | null, options: StartOptions) => {
      keepHeapSmall();
      const made = await startRun(around, { path, options });
      if (!made.ok) return made;
      started.set(made.value.run, made.value);
      return ok({ run: made.value.run, notices: made.value.notices });
    },
    drive: async (run: string, options: DriveOptions) => {
      keepHeapSmall();
      const here = await opened();
      const driven = await driveHere(here, { run, options, signals: around.signals });
      const begun = started.get(run);
      if (driven.ok && begun?.updateCheckout === true)
        await bringCheckoutAlong(here, { run, started: begun, io: around.io });
      return driven;
    },
    detach: async (run, options) => driveDetached(await opened(), run, options),
    worktreeOf: async (run, task) => worktreeOf(await opened(), run, task),
    diff: async (run, task) => diffOf(await opened(), run, task),
    log: async (run, task, options) => logOf(await around.state(), { run, task, options }),
  };
}

async function listRuns({ store, leases, clock }: State): Promise<readonly ListedRun[]> {
  const listed: ListedRun[] = [];
  for (const summary of await store.runs()) {
    const status = await readStatus({ store, leases, now: clock.now() }, summary.run);
    listed.push({ ...summary, endedAt: status.endedAt, landed: status.counts.landed, tasks: status.tasks.length });
  }
  return listed;
}

async function resolveRun({ store }: State, id: string | null): Promise<Result<string, Refusal>> {
  const runs = await store.runs();
  if (id === null) {
    const newest = [...runs].sort((a, b) => b.createdAt - a.createdAt || (a.run < b.run ? 1 : -1))[0];
    return newest === undefined ? err(noRuns()) : ok(newest.run);
  }
  // A script's unset variable must not mean whichever run comes first.
  if (id.trim() === '') return err(noSuchRun('with an empty id'));
  const exact = runs.find(({ run }) => run === id);
  if (exact !== undefined) return ok(exact.run);
  const matching = runs.filter(({ run }) => run.startsWith(id) || run.endsWith(id));
  if (matching.length === 1 && matching[0] !== undefined) return ok(matching[0].run);
  return err(
    matching.length === 0
      ? noSuchRun(id)
      : ambiguous(
          id,
          matching.map(({ run }) => run),
        ),
  );
}

type Following = { readonly run: string; readonly after: number; readonly signal: AbortSignal };

/** A person watching should not notice the wait; the question costs one PRAGMA. */
const LOOK_MS = 250;

async function* follow(opened: () => Promise<State>, { run, after, signal }: Following): AsyncGenerator<Entry> {
  const { store, clock } = await opened();
  let last = after;
  while (!signal.aborted) {
    const version = await store.version();
    for (const entry of await readEntries(store, run, last)) {
      last = entry.seq;
      yield entry;
    }
    while (!signal.aborted && (await store.version()) === version) await clock.until(clock.now() + LOOK_MS, signal);
  }
}

const noRuns = (): Refusal => ({
  what: 'There is no run yet',
  why: 'Nothing was started in this repository',
  next: 'Start one with: branchline run plan.yaml',
});
const ambiguous = (id: string, runs: readonly string[]): Refusal => ({
  what: `More than one run begins with ${id}`,
  why: runs.slice(0, 5).join(', '),
  next: 'Type more of its id',
});
