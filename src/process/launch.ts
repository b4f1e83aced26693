import type { Socket } from 'node:net';
import type { CommandSpec, Exit, ProcessId } from '../core/ports/process.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import { deferred } from './deferred.ts';
import { endTree } from './end-tree.ts';
import { watchLog } from './log.ts';
import { type Meeting, openMeeting } from './meeting.ts';
import { scan, scanSince } from './scan.ts';
import type { Spawner, StartListener } from './spawner.ts';

/** What `launch` needs: a command without a wall clock, since whoever launches also watches. */
export type LaunchSpec = Omit<CommandSpec, 'wall_ms' | 'stdin'> & {
  /** `connect`: standard input and output become `Running.stream`; the log then holds standard error alone. */
  readonly stdin: string | null | { readonly connect: true };
  /** Told within 250 ms when the log has grown, with the bytes added since last told. */
  readonly onOutput?: (bytes: number) => void;
};

/** A process that was started and is being watched. */
export interface Running {
  readonly id: ProcessId;
  readonly stream: Socket | null;
  /** Resolves once the process has exited and whatever it left behind is gone too. */
  readonly ended: Promise<Exit>;
  /** TERM to the whole tree, grace, KILL; resolves with `ended`. */
  stop(grace_ms: number): Promise<void>;
}

export type Missing = { readonly reason: 'missing'; readonly program: string };

/** What all launches of one host share. */
export type Launches = {
  readonly clock: Clock;
  readonly spawner: Spawner;
  /** How many processes run under each mark: a mark is swept when the last of them ends. */
  readonly marks: Map<string, number>;
};

/** Starts a program in a process group of its own and watches it to its end. */
export const launchIn = async (launches: Launches, spec: LaunchSpec): Promise<Result<Running, Missing>> => {
  const meeting = isConnect(spec.stdin) ? await openMeeting() : null;
  const from_ms = launches.clock.monotonic_ms();
  const log = watchLog(spec);
  const birth = deferred<Result<ProcessId, Birthless>>();
  const death = deferred<Pick<Exit, 'code' | 'signal'>>();
  const number = launches.spawner.start(startRequest(spec, meeting), {
    started: (pid, startTime) => birth.resolve(ok({ pid, startTime })),
    refused: (code) => birth.resolve(err(code)),
    grew: log.grew,
    exited: (code, signal, size) => {
      log.grew(size);
      death.resolve({ code, signal });
    },
    lost: () => {
      birth.resolve(err('ELOST'));
      death.resolve({ code: null, signal: 'SIGKILL' });
    },
  } satisfies StartListener);
  const born = await birth.promise;
  const stream = await (born.ok ? meeting?.joined() : meeting?.cancelled());
  if (!born.ok) return err(await refusal(launches, spec, born.error));
  changeMark(launches, spec.mark, 1);
  const finish = async (): Promise<Exit> => {
    const { code, signal } = await death.promise;
    const took_ms = launches.clock.monotonic_ms() - from_ms;
    await endLeftovers(launches, born.value, spec.mark);
    launches.spawner.forget(number);
    return { code, signal, took_ms, timedOut: false, tail: await log.close() };
  };
  return ok(running(launches, spec.mark, { id: born.value, stream: stream ?? null, ended: finish() }));
};

/** An errno, `ENOCWD` (no working directory) or `ELOST` (the spawner was killed). */
type Birthless = string;

const isConnect = (stdin: LaunchSpec['stdin']): stdin is { readonly connect: true } =>
  typeof stdin === 'object' && stdin !== null;

const startRequest = ({ argv, cwd, env, log, mark, stdin }: LaunchSpec, meeting: Meeting | null) => ({
  argv,
  cwd,
  env,
  log,
  mark,
  stdin: isConnect(stdin) ? null : stdin,
  socket: meeting?.path ?? null,
});

const running = (launches: Launches, mark: string, started: Omit<Running, 'stop'>): Running => {
  let isOver = false;
  const ended = started.ended.finally(() => {
    isOver = true;
  });
  const stop = async (grace_ms: number): Promise<void> => {
    // Once all is gone its pid may be another's: nothing may be looked up by it any more.
    const look = async (): Promise<readonly ProcessId[]> => {
      const isShared = changeMark(launches, mark, 0) > 1;
      return isOver ? [] : scan({ mark: isShared ? null : mark, dir: null, group: started.id.pid }, []);
    };
    await endTree({ clock: launches.clock, grace_ms, look });
    await ended;
  };
  return { ...started, ended, stop };
};

/** Leftovers get a short grace: their task is over, and the result waits for them. */
const leftoverGrace_ms = 250;

const endLeftovers = async (launches: Launches, id: ProcessId, mark: string): Promise<void> => {
  const isShared = changeMark(launches, mark, -1) > 0;
  const hasGroup = groupExists(id.pid);
  const strays = isShared ? [] : await scanSince(id.pid, mark);
  if (!hasGroup && strays.length === 0) return;
  const wanted = { mark: isShared ? null : mark, dir: null, group: hasGroup ? id.pid : null };
  await endTree({ clock: launches.clock, grace_ms: leftoverGrace_ms, look: () => scan(wanted, []) });
};

/** The new count. A shared mark is not swept: it would end another command that is still at work. */
const changeMark = ({ marks }: Launches, mark: string, by: number): number => {
  const count = (marks.get(mark) ?? 0) + by;
  if (count > 0) marks.set(mark, count);
  else marks.delete(mark);
  return count;
};

/** Also true while nothing but zombies is left in the group; the scan that follows tells them apart. */
const groupExists = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

const refusal = async (launches: Launches, { argv, cwd, mark }: LaunchSpec, code: Birthless): Promise<Missing> => {
  const name = argv[0] ?? '';
  // The spawner may have started it and been killed before it could say so.
  if (code === 'ELOST')
    await endTree({ clock: launches.clock, grace_ms: 0, look: () => scan({ mark, dir: null, group: null }, []) });
  const program = ['ENOENT', 'EACCES', 'ENOTDIR', 'EPERM', 'ELOOP'].includes(code)
    ? name
    : code === 'ENOCWD'
      ? `${name} (no directory ${cwd})`
      : `${name} (could not be started: ${code})`;
  return { reason: 'missing', program };
};
