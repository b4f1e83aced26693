import { NO_POOL, type PoolDesk } from '../../src/cli/pool-port.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Flags, HostDesk, Io, PlanDesk, RunDesk, Shell, World } from '../../src/cli/world-port.ts';
import type { Entry } from '../../src/core/event.ts';
import { err, ok } from '../../src/core/result.ts';
import type { Status } from '../../src/core/status.ts';
import { entriesOf, NOW, statusOf } from './made-up-run.ts';

/** What a made-up world knows and what is different in it; the rest answers as an empty repository would. */
export type Setting = {
  readonly status?: Status;
  readonly entries?: readonly Entry[];
  readonly runs?: Partial<RunDesk>;
  readonly plans?: Partial<PlanDesk>;
  readonly host?: Partial<HostDesk>;
  readonly pool?: Partial<PoolDesk>;
  readonly io?: Partial<Io>;
  readonly signals?: World['signals'];
};

export type Outcome = {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly unknown[];
};

/** Runs a command line against a world that is only this object: the port, not the rest of the program. */
export async function typed(line: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const written = { out: '', err: '' };
  const calls: unknown[] = [];
  const io = terminalOf(written, setting);
  const shell: Shell = {
    io,
    version: '1.2.3',
    open: (flags) => {
      calls.push({ open: flags });
      return Promise.resolve(worldOf({ setting, io, flags, calls }));
    },
  };
  const exit = await runProgram(line, shell);
  return { exit, ...written, calls: calls.filter((call) => !isOpen(call)) };
}

const isOpen = (call: unknown): boolean => typeof call === 'object' && call !== null && 'open' in call;

const terminalOf = (written: { out: string; err: string }, { io }: Setting): Io => ({
  out: (text) => {
    written.out += text;
  },
  err: (text) => {
    written.err += text;
  },
  isTTY: false,
  interactive: false,
  columns: 100,
  rows: 24,
  colour: false,
  outColumns: Number.POSITIVE_INFINITY,
  outColour: false,
  annotates: false,
  ask: () => Promise.resolve(null),
  ...io,
});

type Parts = { readonly setting: Setting; readonly io: Io; readonly flags: Flags; readonly calls: unknown[] };

function worldOf({ setting, io, flags, calls }: Parts): World {
  const never = new AbortController().signal;
  const world: World = {
    cwd: flags.dir ?? '/repo',
    flags,
    io,
    signals: setting.signals ?? { drain: never, kill: never, name: () => null },
    now: () => NOW,
    dayOf: (at) => new Date(at).toISOString().slice(0, 10),
    at: () => Promise.resolve(world),
    close: () => Promise.resolve(),
    plans: { ...emptyPlans, ...setting.plans },
    runs: { ...runsOf(setting, calls), ...setting.runs },
    host: { ...hostOf(calls), ...setting.host },
    pool: { ...noPool, ...setting.pool },
    trackers: { aim: () => Promise.resolve(nothing), carryOut: () => Promise.resolve(nothing) },
    rounds: { checkpoint: () => Promise.resolve(nothing), checkpoints: () => Promise.resolve([]) },
  };
  return world;
}

const nothing = err({ what: 'There is nothing', why: 'The world is empty', next: 'branchline init' });

const emptyPlans: PlanDesk = {
  check: () => Promise.resolve(nothing),
  simulate: () => Promise.resolve(nothing),
  prompts: () => Promise.resolve(nothing),
  init: () => Promise.resolve(nothing),
  import: () => Promise.resolve(nothing),
  text: () => Promise.resolve(nothing),
};

const none = () => Promise.resolve(err(NO_POOL));
const noPool: PoolDesk = {
  init: none,
  status: none,
  acquire: none,
  release: none,
  merge: none,
  cleanup: none,
  reset: none,
  health: none,
};

function runsOf({ status = statusOf([]), entries = entriesOf([]) }: Setting, calls: unknown[]): RunDesk {
  return {
    list: () => Promise.resolve([]),
    resolve: (id) => Promise.resolve(ok(id ?? status.run)),
    status: () => Promise.resolve(status),
    entries: (_run, after) => Promise.resolve(entries.filter(({ seq }) => seq > after)),
    follow: async function* (_run, after) {
      yield* entries.filter(({ seq }) => seq > after);
    },
    spentToday: () => Promise.resolve(status.spent),
    command: (run, command) => {
      calls.push({ run, ...command });
      return Promise.resolve(ok(undefined));
    },
    amend: (run, path, { apply }) => {
      calls.push({ run, path, apply });
      return Promise.resolve(ok({ added: ['x'], dropped: [], changed: [], consequences: [], applied: apply }));
    },
    start: (path, options) => {
      calls.push({ start: path, options });
      return Promise.resolve(ok({ run: status.run, notices: ['It lands on branchline/audit'] }));
    },
    drive: (run, options) => {
      calls.push({ drive: run, options });
      return Promise.resolve(ok(undefined));
    },
    detach: (run, options) => {
      calls.push({ detach: run, options });
      return Promise.resolve(ok({ pid: 77 }));
    },
    worktreeOf: () => Promise.resolve(null),
    diff: () => Promise.resolve(ok('')),
    log: () => Promise.resolve(nothing),
  };
}

const hostOf = (calls: unknown[]): HostDesk => ({
  gcPlan: () => Promise.resolve([]),
  gcPerform: (garbage) => {
    calls.push({ removed: garbage });
    return Promise.resolve(garbage);
  },
  doctor: () => Promise.resolve([]),
  agents: () => Promise.resolve([]),
  installed: () => Promise.resolve([]),
  settings: () => Promise.resolve([]),
  demo: () => Promise.resolve(ok({ dir: '/tmp/demo', plan: 'plan.yaml' })),
  shell: () => Promise.resolve(0),
  edit: () => Promise.resolve(false),
  write: (path, text) => {
    calls.push({ write: path, text });
    return Promise.resolve(ok(undefined));
  },
  notify: (run, message) => {
    calls.push({ notify: run, message });
    return Promise.resolve();
  },
});
