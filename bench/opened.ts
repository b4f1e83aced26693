import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createDrivers } from '../src/agents/drivers.ts';
import type { RunEvent } from '../src/core/event.ts';
import type { Plan } from '../src/core/plan.ts';
import type { Context } from '../src/engine/context.ts';
import { engineContext } from '../src/engine/engine-context.ts';
import { Journal } from '../src/engine/journal.ts';
import type { HubRepository } from '../src/git/hub-repository.ts';
import { openRepository } from '../src/git/repository.ts';
import { createProcesses } from '../src/process/processes.ts';
import { thisOwner } from '../src/store/owner.ts';
import { type OpenedStore, openStore } from '../src/store/store.ts';
import { systemClock } from '../src/system/clock.ts';
import { dayAround } from '../src/system/day.ts';
import { newToken } from '../src/system/ids.ts';
import { runFiles } from '../src/world/run-files.ts';
import { freshView } from '../src/world/run-view.ts';
import { outOfScopeOf } from '../src/world/scopes.ts';
import { bareParts } from '../test/rig/bare.ts';
import type { Bench } from './bench.ts';

/** Throws what a port refused. */
export function certain<T, E>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E },
): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.error));
}

export type OpenedRepository = OpenedStore & { readonly repository: HubRepository; readonly state: string };

/** The real store in a folder. */
export async function openedStore(dir: string): Promise<OpenedStore> {
  await mkdir(dir, { recursive: true });
  return certain(await openStore({ file: join(dir, 'branchline.sqlite'), clock: systemClock, owner: thisOwner() }));
}

/** The real repository of a checkout, with a store of its own. */
export async function openedRepository(bench: Bench, dir: string): Promise<OpenedRepository> {
  const state = await bench.folder('state');
  const opened = await openedStore(state);
  const env = bench.env();
  const options = { dir, stateDir: state, leases: opened.leases, env, ids: newToken, now: () => systemClock.now() };
  return { ...opened, state, repository: certain(await openRepository(options)) };
}

/** What effects of the engine get, with every real part, for a run that this makes. */
export async function contextOf(opened: OpenedRepository, plan: Plan, base: string): Promise<Context> {
  const { store, leases, queue, repository, state } = opened;
  const run = `bench-${newToken().slice(0, 6)}`;
  const target = `refs/heads/${plan.target ?? 'release'}`;
  const processes = createProcesses({ clock: systemClock });
  const parts = {
    ...{ store, leases, queue, repository, processes, clock: systemClock, random: Math.random },
    drivers: createDrivers({ processes, clock: systemClock }),
    files: runFiles(join(state, 'runs')),
    freshView: () => freshView(false),
    outOfScope: outOfScopeOf(false),
    environment: { PATH: process.env['PATH'] ?? '' },
    variables: () => ({}),
    ...bareParts,
    host: hostname(),
    pid: process.pid,
    prices: { date: '', listed: {}, own: {} },
    day: dayAround,
  };
  const journal = new Journal({ run, view: freshView(false), store });
  await written(journal, { type: 'run-created', plan, planHash: '', repository: repository.root, base, target });
  return engineContext({ parts, facts: { run, base, target }, journal, notify: () => undefined });
}

export async function written(journal: Journal, ...events: readonly RunEvent[]): Promise<void> {
  certain(await journal.append(events));
}
