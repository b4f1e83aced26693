import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type SpawnerNote, type SpawnerRequest, type StartRequest, spawnerProgram } from './spawner-program.ts';

/** What becomes of one started process. `lost`: the spawner itself was killed, so nobody can say how it ended. */
export type StartListener = {
  started(pid: number, startTime: string): void;
  refused(code: string): void;
  grew(size: number): void;
  exited(code: number | null, signal: string | null, size: number): void;
  lost(): void;
};

/** The engine's end of the spawner process. */
export interface Spawner {
  /** Starts the spawner ahead of its first use; otherwise the first `start` waits for it (50 ms). */
  warmUp(): void;
  /** Returns the number under which `forget` knows this start. */
  start(request: Omit<StartRequest, 'id'>, listener: StartListener): number;
  forget(id: number): void;
}

/** A spawner is started when first needed, ends with this process, and is started anew when something kills it. */
export const createSpawner = (): Spawner => {
  const listeners = new Map<number, StartListener>();
  let lastId = 0;
  let current: ChildProcess | null = null;

  const lose = (child: ChildProcess): void => {
    if (current !== child) return;
    current = null;
    const lost = [...listeners.values()];
    listeners.clear();
    for (const listener of lost) listener.lost();
  };
  const living = (): ChildProcess => {
    if (current !== null) return current;
    const child = startSpawner((note) => {
      dispatch(note, listeners);
      // A program that was refused is nobody to wait for.
      keepAlive(current, listeners.size > 0);
    });
    current = child;
    child.once('exit', () => lose(child));
    child.once('error', () => lose(child));
    return child;
  };
  const send = (request: SpawnerRequest): void => {
    living().stdin?.write(`${JSON.stringify(request)}\n`);
    keepAlive(current, listeners.size > 0);
  };

  return {
    warmUp() {
      keepAlive(living(), listeners.size > 0);
    },
    start(request, listener) {
      const id = ++lastId;
      listeners.set(id, listener);
      send({ do: 'start', id, ...request });
      return id;
    },
    forget(id) {
      if (listeners.delete(id)) send({ do: 'forget', id });
    },
  };
};

const startSpawner = (onNote: (note: SpawnerNote) => void): ChildProcess => {
  // An empty environment: the spawner must carry no mark, and no NODE_OPTIONS may change what it does.
  const child = spawn(process.execPath, ['--eval', `(${spawnerProgram})(require)`], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let rest = '';
  child.stdout?.setEncoding('utf8');
  child.stdout?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onNote(JSON.parse(line) as SpawnerNote);
  });
  // Writing to a spawner that has just been killed fails here; its exit, just behind, is what is acted upon.
  child.stdin?.on('error', () => undefined);
  return child;
};

const dispatch = (note: SpawnerNote, listeners: Map<number, StartListener>): void => {
  const listener = listeners.get(note.id);
  if (listener === undefined) return;
  if (note.is === 'started') listener.started(note.pid, note.startTime);
  else if (note.is === 'grew') listener.grew(note.size);
  else if (note.is === 'exited') listener.exited(note.code, note.signal, note.size);
  else {
    listeners.delete(note.id);
    listener.refused(note.code);
  }
};

/** An idle spawner must not keep this process from ending; one with children must. */
const keepAlive = (child: ChildProcess | null, isBusy: boolean): void => {
  for (const handle of [child, child?.stdin, child?.stdout])
    if (handle === child || handle instanceof Socket) handle?.[isBusy ? 'ref' : 'unref']();
};
