import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Flags, Io, World } from '../cli/world-port.ts';
import { openWorld } from './world.ts';

export type LibraryOptions = {
  /** Any folder inside of the repository to work with. */
  readonly dir: string;
  /** Folder of runs, hubs and worktrees, absolute; without it, what the command line would use. */
  readonly stateDir?: string;
  /** Aborted: a run that is being driven starts nothing new and finishes what was begun. */
  readonly drain?: AbortSignal;
  /** Aborted: agents at work are ended, what they wrote is kept, and the run can be resumed. */
  readonly kill?: AbortSignal;
};

/** One repository as a program sees it: the same desks that the command line sits at. Close it when you are done. */
export type Branchline = Pick<World, 'plans' | 'runs' | 'close'>;

const FLAGS: Flags = { dir: null, json: true, colour: false, quiet: true, verbose: false, input: false };

/** A library prints nothing and asks nobody. */
const SILENT: Io = {
  out: () => undefined,
  err: () => undefined,
  isTTY: false,
  interactive: false,
  columns: 80,
  rows: 24,
  colour: false,
  outColumns: Number.POSITIVE_INFINITY,
  outColour: false,
  annotates: false,
  ask: async () => null,
};

/**
 * Opens the repository around `dir` without touching it: files are opened by the first method that needs them. What is
 * wrong (no repository, a bad plan) is a `Result`; a repository that cannot be opened at all throws `Refused`.
 */
export function openBranchline({ dir, stateDir, drain, kill }: LibraryOptions): Branchline {
  const here = dirname(fileURLToPath(import.meta.url));
  const never = new AbortController().signal;
  return openWorld({
    flags: FLAGS,
    io: SILENT,
    signals: { drain: drain ?? never, kill: kill ?? never, name: () => null },
    program: [join(here, 'cli.mjs')],
    fakeAgent: join(here, 'fake-agent.mjs'),
    cwd: dir,
    ...(stateDir === undefined ? {} : { stateDir }),
  });
}
