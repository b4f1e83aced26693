import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWN_HOME } from '../../src/agents/probe.ts';
import type { RunEvent } from '../../src/core/event.ts';
import type { Repository } from '../../src/core/ports/git.ts';
import { LISTED_PRICES, PRICES_DATE } from '../../src/core/price-table.ts';
import { relationsOf } from '../../src/core/relations/relations.ts';
import { RunView } from '../../src/core/run.ts';
import type { Clock, Instant } from '../../src/core/time.ts';
import { type DriveEnd, type DriveOptions, type DriveRefusal, drive } from '../../src/engine/drive.ts';
import type { EngineParts } from '../../src/engine/parts.ts';
import { createProcesses } from '../../src/process/processes.ts';
import { thisOwner } from '../../src/store/owner.ts';
import { type OpenedStore, openStore } from '../../src/store/store.ts';
import { dayAround } from '../../src/system/day.ts';
import { bareParts } from './bare.ts';

/** The machine's time, but a hundred seconds of it pass in one. */
export const hurried: Clock = {
  now: () => Date.now() + performance.now() * 99,
  monotonic_ms: () => performance.now() * 100,
  until: (instant: Instant, signal: AbortSignal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, Math.min((instant - hurried.now()) / 100, 1_000));
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    }),
};

const RUN = '2026-11-23-room1';

/** An engine with a real state file and real processes, whose repository is gone: whatever asks it, throws. */
export class EngineRoom implements AsyncDisposable {
  readonly run = RUN;
  readonly opened: OpenedStore;
  readonly #dir: string;

  private constructor(dir: string, opened: OpenedStore) {
    this.#dir = dir;
    this.opened = opened;
  }

  static async create(events: readonly RunEvent[]): Promise<EngineRoom> {
    const dir = await mkdtemp(join(tmpdir(), 'branchline-engine-'));
    const opened = await openStore({ file: join(dir, 'state.db'), clock: hurried, owner: thisOwner() });
    if (!opened.ok) throw new Error(opened.error.message);
    const room = new EngineRoom(dir, opened.value);
    await room.append(...events);
    return room;
  }

  async append(...events: readonly RunEvent[]): Promise<void> {
    const appended = await this.opened.store.append(RUN, events);
    if (!appended.ok) throw new Error(JSON.stringify(appended.error));
  }

  async events(): Promise<readonly RunEvent[]> {
    return (await this.opened.store.entries(RUN, 0)).map(({ event }) => event);
  }

  drive(
    change: Partial<EngineParts> = {},
    options: Partial<DriveOptions> = {},
  ): Promise<{ ok: true; value: DriveEnd } | { ok: false; error: DriveRefusal }> {
    const never = new AbortController().signal;
    return drive(
      { ...this.parts(), ...change },
      { run: RUN, base: 'main', target: 'refs/heads/main' },
      { waitForPerson: false, wait_ms_max: null, drain: never, kill: never, onEntry: () => undefined, ...options },
    );
  }

  parts(): EngineParts {
    const processes = createProcesses({ clock: hurried });
    const never = () => Promise.reject(new Error('no agent is to be started here'));
    const missing = { name: 'command', probe: never, surroundings: () => OWN_HOME, start: never } as const;
    return {
      ...this.opened,
      repository: gone as unknown as Repository,
      processes,
      drivers: { command: missing, acp: missing, claude: missing, codex: missing },
      clock: hurried,
      random: () => 0.5,
      files: {
        folder: async () => this.#dir,
        write: (path, text) => writeFile(path, text),
        read: async () => null,
      },
      freshView: () => new RunView({ relationsOf: (plan) => certain(relationsOf(plan, { ignoreCase: false })) }),
      outOfScope: () => () => [],
      environment: {},
      variables: () => ({}),
      ...bareParts,
      host: 'here',
      pid: process.pid,
      prices: { date: PRICES_DATE, listed: LISTED_PRICES, own: {} },
      day: dayAround,
    };
  }

  /** A repository whose only slot is the folder of this room: enough to start an agent in. */
  folderAsRepository(): Repository {
    const slot = {
      ...{ number: 0, dir: this.#dir, tmp: this.#dir, home: this.#dir, port: 40_000, base: 'main', setupDone: true },
      rescue: async () => [],
      release: async () => undefined,
      abandon: async () => undefined,
    };
    const slots = { list: async () => [], held: async () => slot, lease: async () => ({ ok: true, value: slot }) };
    return { slots, tip: async () => 'main', readFile: async () => null } as unknown as Repository;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened.store.close();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

const gone: object = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'slots'
        ? { list: async () => [], held: async () => null }
        : () => Promise.reject(new Error('the repository is gone')),
  },
);

function certain<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('The scopes of this plan cannot be compared.');
  return result.value;
}
