import { join } from 'node:path';
import type { Leases } from '../core/ports/leases.ts';
import { ok, type Result } from '../core/result.ts';
import { Git } from './git.ts';
import { openHub } from './hub.ts';
import { HubRepository } from './hub-repository.ts';
import { identifyRepository, type RepositoryRefusal, refuse } from './identify.ts';

export type OpenOptions = {
  /** Any folder inside the user's checkout. */
  readonly dir: string;
  /** Where hubs, slots and trash of all repositories live; outside of every repository. */
  readonly stateDir: string;
  readonly leases: Leases;
  readonly env: Readonly<Record<string, string>>;
  /** A part of a name that nobody else will choose. */
  readonly ids: () => string;
  readonly now: () => number;
};

/** Opens the user's repository for work: finds it, makes or refreshes its hub, and never writes to it. */
export async function openRepository(options: OpenOptions): Promise<Result<HubRepository, RepositoryRefusal>> {
  const identified = await identifyRepository(options);
  if (!identified.ok) return identified;
  const { key, head, side } = identified.value;
  const git = new Git(options.env);
  const stateDir = join(options.stateDir, key);
  const hub = await openHub({ key, stateDir, git, user: side, ids: options.ids, now: options.now });
  if (hub.ok) return ok(new HubRepository(hub.value, { head, leases: options.leases }));
  const why = hub.error.stderr.trim() || `exit code ${hub.error.code}`;
  const next = `Try \`git -C ${side.root} fsck\`.`;
  return refuse('unreadable', 'The repository cannot be copied.', `${hub.error.command}: ${why}`, next);
}
