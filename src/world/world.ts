import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Refused } from '../cli/refuse.ts';
import type { Flags, Io, Signals, World } from '../cli/world-port.ts';
import type { EngineParts } from '../engine/parts.ts';
import { openRepository } from '../git/repository.ts';
import { identifyRepository } from '../git/identify.ts';
import { createProcesses, type ProcessHost } from '../process/processes.ts';
import { type Environment, readEnvironment } from '../system/environment.ts';
import { newToken } from '../system/ids.ts';
import { pathsFor, repositoryState } from '../system/paths.ts';
import { systemClock } from '../system/clock.ts';
import { openStore } from '../store/store.ts';
import { thisOwner } from '../store/owner.ts';
import { hostDesk } from './host-desk.ts';
import type { Opened } from './opened.ts';
import { planDesk } from './plan-desk.ts';
import { runDesk } from './run-desk.ts';
import { readWorldSettings, type WorldSettings } from './settings.ts';

export type WorldOptions = {
  readonly flags: Flags;
  readonly io: Io;
  readonly signals: Signals;
  /** The script that Node runs to start this program again. */
  readonly program: readonly string[];
  /** The scripted agent of the demo, as a file. */
  readonly fakeAgent: string;
  readonly cwd?: string;
  /** Puts something around the ports of the engine; a test's boundaries, say. */
  readonly wrapParts?: (parts: EngineParts) => EngineParts;
};

/** What the desks share. Everything is opened at its first use and closed once. */
export type Surroundings = {
  readonly cwd: string;
  readonly flags: Flags;
  readonly io: Io;
  readonly signals: Signals;
  readonly environment: Environment;
  readonly options: WorldOptions;
  readonly processes: () => ProcessHost;
  readonly settings: () => Promise<WorldSettings>;
  /** Throws `Refused` where there is no repository to work with, or its state cannot be opened. */
  readonly opened: () => Promise<Opened>;
};

/** Builds every real thing and hands it to whoever asks: the composition root. */
export function openWorld(options: WorldOptions): World {
  const environment = readEnvironment(homedir());
  const cwd = resolve(options.cwd ?? process.cwd(), options.cwd === undefined ? (options.flags.dir ?? '.') : '.');
  let hosted: ProcessHost | null = null;
  let settings: Promise<WorldSettings> | null = null;
  let opened: Promise<Opened> | null = null;
  const processes = (): ProcessHost => {
    hosted ??= createProcesses({ clock: systemClock });
    return hosted;
  };
  const around: Surroundings = {
    cwd,
    flags: options.flags,
    io: options.io,
    signals: options.signals,
    environment,
    options,
    processes,
    settings: () => {
      settings ??= readWorldSettings(cwd, environment);
      return settings;
    },
    opened: () => {
      opened ??= openRepositoryState(around);
      return opened;
    },
  };
  return {
    cwd,
    flags: options.flags,
    io: options.io,
    signals: options.signals,
    now: () => systemClock.now(),
    at: async (dir) => openWorld({ ...options, cwd: dir }),
    close: async () => {
      if (opened === null) return;
      const state = await opened.catch(() => null);
      await state?.repository.close();
      await state?.store.close();
    },
    plans: planDesk(around),
    runs: runDesk(around),
    host: hostDesk(around),
  };
}

async function openRepositoryState(around: Surroundings): Promise<Opened> {
  const { cwd, environment, options, processes } = around;
  const paths = pathsFor(environment, process.platform, cwd);
  const identified = await identifyRepository({ dir: cwd, env: environment.variables });
  if (!identified.ok) throw new Refused(identified.error);
  const folder = repositoryState(paths, identified.value.key);
  const state = await openStore({ file: join(folder, 'branchline.sqlite'), clock: systemClock, owner: thisOwner() });
  if (!state.ok) throw new Refused(state.error);
  const { store, leases, queue } = state.value;
  const repository = await openRepository({
    dir: cwd,
    stateDir: paths.state,
    leases,
    env: environment.variables,
    ids: newToken,
    now: () => systemClock.now(),
  });
  if (!repository.ok) {
    await store.close();
    throw new Refused(repository.error);
  }
  return {
    repository: repository.value,
    store,
    leases,
    queue,
    processes: processes(),
    clock: systemClock,
    environment,
    folder,
    ignoreCase: identified.value.ignoreCase,
    program: options.program,
    wrapParts: options.wrapParts ?? ((parts) => parts),
  };
}
