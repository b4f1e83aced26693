import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import type { Hub } from './hub.ts';
import { writeObject } from './loose.ts';
import { type CommitSpec, commitBody } from './settings.ts';

/** Writes a commit of ours into the hub, by the user and of today. */
export function writeCommit(hub: Hub, spec: CommitSpec): Promise<Oid> {
  const body = commitBody(spec, hub.user.settings, hub.now());
  return writeObject(join(hub.dir, 'objects'), hub.user.format, { type: 'commit', body });
}
