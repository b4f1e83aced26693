import { setMaxListeners } from 'node:events';
import { realpath } from 'node:fs/promises';
import type { CommandSpec, Exit, Processes } from '../core/ports/process.ts';
import { ok, type Result } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import { cpuOf } from './cpu.ts';
import { endTree } from './end-tree.ts';
import { type Launches, type LaunchSpec, launchIn, type Missing, type Running } from './launch.ts';
import { scan, startTimeOf } from './scan.ts';
import { createSpawner } from './spawner.ts';

/** The port, and what drivers need beyond it: a process that is watched while it runs. */
export interface ProcessHost extends Processes {
  launch(spec: LaunchSpec): Promise<Result<Running, Missing>>;
  /** Saves the first launch the 50 ms that starting the spawner takes. */
  warmUp(): void;
}

type ProcessOptions = {
  readonly clock: Clock;
  /** How long an aborted or overdue command may take to end itself; default 2 s. */
  readonly grace_ms?: number;
};

/** Starts, finds and ends processes on this host. Linux is tested; macOS is meant to work. */
export const createProcesses = ({ clock, grace_ms = 2000 }: ProcessOptions): ProcessHost => {
  const launches: Launches = { clock, spawner: createSpawner(), marks: new Map() };
  const launch: ProcessHost['launch'] = (spec) => launchIn(launches, spec);
  return {
    launch,
    warmUp: () => launches.spawner.warmUp(),
    run: async (spec, signal) => {
      const launched = await launch(spec);
      return launched.ok ? ok(await runToEnd(launched.value, { ...spec, signal, clock, grace_ms })) : launched;
    },
    find: async (mark, dir) => scan({ mark, dir: await resolved(dir), group: null }, []),
    end: async (mark, dir, grace) => {
      const wanted = { mark, dir: await resolved(dir), group: null };
      await endTree({ clock, grace_ms: grace, look: () => scan(wanted, []) });
    },
    isAlive: (id) => startTimeOf(id.pid) === id.startTime,
    cpu_ms: async (mark) => cpuOf(await scan({ mark, dir: null, group: null }, [])),
  };
};

type Limits = Pick<CommandSpec, 'wall_ms'> & {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly grace_ms: number;
};

const runToEnd = async (running: Running, { wall_ms, signal, clock, grace_ms }: Limits): Promise<Exit> => {
  const over = new AbortController();
  let timedOut = false;
  const stop = (): void => void running.stop(grace_ms);
  // One signal may well stop dozens of commands; Node would print a warning at the eleventh.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const watchWall = async (limit_ms: number): Promise<void> => {
    const due_ms = clock.monotonic_ms() + limit_ms;
    // The wall clock may jump; only the monotonic one says that the time is really up.
    for (let left = limit_ms; left > 0 && !over.signal.aborted; left = due_ms - clock.monotonic_ms())
      await clock.until(clock.now() + left, over.signal);
    if (over.signal.aborted) return;
    timedOut = true;
    await running.stop(grace_ms);
  };
  const wall = wall_ms === null ? null : watchWall(wall_ms);
  const exit = await running.ended;
  over.abort();
  signal.removeEventListener('abort', stop);
  await wall;
  return { ...exit, timedOut };
};

const resolved = async (dir: string | null): Promise<string | null> => {
  if (dir === null) return null;
  try {
    return await realpath(dir);
  } catch {
    // It was removed, but something may still stand in it.
    return dir;
  }
};
