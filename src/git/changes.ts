import type { Change, Oid } from '../core/ports/git.ts';
import type { Git, Place } from './git.ts';
import { Talk } from './talk.ts';

const ARGS = ['diff-tree', '--stdin', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-textconv'];

/** Raw differences of trees in the hub, through one long-lived `diff-tree`. */
export class Differences {
  readonly #git: Git;
  readonly #place: Place;
  readonly #talk: Talk;
  #asked = 0;

  constructor(git: Git, place: Place) {
    this.#git = git;
    this.#place = place;
    this.#talk = new Talk(() => git.start(place, ARGS));
  }

  /** Between two trees (ids of trees, not of commits). */
  async between(from: Oid, to: Oid): Promise<readonly Change[]> {
    if (from === to) return [];
    this.#asked += 1;
    // A line that is no object id comes back as it is, flushed: it marks the end of the answer before it.
    const end = `end-${this.#asked}\n`;
    const request = `${from} ${to}\n${end}`;
    const told = await this.#talk.ask(request, (seen) => readDifference(seen, end));
    if (told !== null) return told;
    const ran = await this.#git.run(this.#place, ARGS, { stdin: request });
    const read = readDifference(ran.stdout, end);
    if (read === null) throw new Error(`git cannot compare ${from} with ${to}: ${ran.stderr}`);
    return read.value;
  }

  close(): Promise<void> {
    return this.#talk.close();
  }
}

function readDifference(seen: Buffer, end: string): { value: readonly Change[]; length: number } | null {
  if (seen.length < end.length) return null;
  const header = seen.indexOf(10);
  if (header < 0) return null;
  const changes: Change[] = [];
  let at = header + 1;
  while (seen[at] === 58) {
    const nul = seen.indexOf(0, at);
    const last = nul < 0 ? -1 : seen.indexOf(0, nul + 1);
    if (last < 0) return null;
    changes.push(change(seen.toString('latin1', at + 1, nul), seen.toString('utf8', nul + 1, last)));
    at = last + 1;
  }
  if (seen.length < at + end.length) return null;
  return { value: changes, length: at + end.length };
}

function change(fields: string, path: string): Change {
  const [oldMode = '', newMode = '', oldOid = '', newOid = '', status = ''] = fields.split(' ');
  return {
    path,
    kind: kindOf(status, { oldMode, newMode, sameContent: oldOid === newOid }),
    oldMode,
    newMode,
    oldOid,
    newOid,
  };
}

function kindOf(
  status: string,
  of: { readonly oldMode: string; readonly newMode: string; readonly sameContent: boolean },
): Change['kind'] {
  if (status === 'A') return 'added';
  if (status === 'D') return 'deleted';
  if (status === 'T') return 'type';
  return of.sameContent && of.oldMode !== of.newMode ? 'mode' : 'modified';
}
