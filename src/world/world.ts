import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Flags, Io, Signals, World } from '../cli/world-port.ts';
import type { EngineParts } from '../engine/parts.ts';
import { createProcesses, type ProcessHost } from '../process/processes.ts';
import { systemClock } from '../system/clock.ts';
import { dayName } from '../system/day.ts';
import { type Environment, readEnvironment } from '../system/environment.ts';
import { roundsDesk } from './checkpoints.ts';
import { hostDesk } from './host-desk.ts';
import type { Opened, State } from './opened.ts';
import { openState, openWhole } from './opening.ts';
import { planDesk } from './plan-desk.ts';
import { poolDesk } from './pool-desk.ts';
import { runDesk } from './run-desk.ts';
import { readWorldSettings, type WorldSettings } from './settings.ts';
import { trackerDesk } from './tracker-desk.ts';

export type WorldOptions = {
  readonly flags: Flags;
  readonly io: Io;
  readonly signals: Signals;
  /** The script that Node runs to start this program again. */
  readonly program: readonly string[];
  /** The scripted agent of the demo, as a file. */
  readonly fakeAgent: string;
  readonly cwd?: string;
  /** Where all state is kept, whatever the environment and the settings say. */
  readonly stateDir?: string;
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
  /** Both throw `Refused` where there is no repository to work with, or its state cannot be opened. */
  readonly state: () => Promise<State>;
  readonly opened: () => Promise<Opened>;
};

/** Builds every real thing and hands it to whoever asks: the composition root. */
export function openWorld(options: WorldOptions): World {
  const found = readEnvironment(homedir());
  const environment = { ...found, stateDir: options.stateDir ?? found.stateDir };
  const cwd = resolve(options.cwd ?? process.cwd(), options.cwd === undefined ? (options.flags.dir ?? '.') : '.');
  let hosted: ProcessHost | null = null;
  let settings: Promise<WorldSettings> | null = null;
  let state: Promise<State> | null = null;
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
    state: () => {
      state ??= openState(around);
      return state;
    },
    opened: () => {
      opened ??= openWhole(around);
      return opened;
    },
  };
  return {
    cwd,
    flags: options.flags,
    io: options.io,
    signals: options.signals,
    now: () => systemClock.now(),
    dayOf: dayName,
    at: async (dir) => openWorld({ ...options, cwd: dir }),
    close: async () => {
      // What could not be opened has been refused already, and there is nothing of it to close.
      await (await opened?.catch(() => null))?.repository.close();
      await (await state?.catch(() => null))?.store.close();
    },
    plans: planDesk(around),
    runs: runDesk(around),
    host: hostDesk(around),
    pool: poolDesk(around),
    trackers: trackerDesk(around),
    rounds: roundsDesk(around.state),
  };
}
