import type { Failure } from './failure.ts';
import { isReadOnly, type Plan, type Task } from './plan.ts';
import type { Change } from './ports/git.ts';
import { tampered } from './tampering.ts';

/** What an attempt's work changes, exactly, and who may judge it. */
export type Evidence = {
  readonly plan: Plan;
  readonly task: Task;
  readonly changes: readonly Change[];
  /** Those of the paths that the task may not touch. */
  readonly outOfScope: (paths: readonly string[]) => readonly string[];
  /** Where symbolic links that the work adds or changes point to, by path. A link that is not named here counts as inside. */
  readonly links?: ReadonlyMap<string, string>;
  /** Every path of the merged tree: enables the checks for artifacts and for names that differ in case alone. */
  readonly paths?: readonly string[];
  /** Paths of test files whose new text is empty, or skips or singles out tests. The caller has read them. */
  readonly weakened?: readonly string[];
  /** Paths whose new text holds conflict markers that the old one did not, and the tip that the work was merged onto. */
  readonly unresolved?: { readonly paths: readonly string[]; readonly onto: string };
};

/** Why the work may not land, or null. What cannot be put right by trying again comes first. */
export function judge(evidence: Evidence): Failure | null {
  return (
    nestedRepository(evidence) ??
    noChange(evidence) ??
    strayPaths(evidence) ??
    unresolvedConflict(evidence) ??
    tamperedChecks(evidence) ??
    missingArtifacts(evidence)
  );
}

/** Paths to leave out so that the rest may land: what `out-of-scope: quarantine` drops. */
export function strays({ changes, outOfScope }: Pick<Evidence, 'changes' | 'outOfScope'>): readonly string[] {
  return outOfScope(changes.map(({ path }) => path));
}

const GITLINK = '160000';
const SYMLINK = '120000';

function nestedRepository({ changes }: Evidence): Failure | null {
  // Taking a submodule away is a change like any other; adding or moving one points at commits that nobody verified.
  const paths = changes.filter(({ newMode }) => newMode === GITLINK).map(({ path }) => path);
  return paths.length === 0 ? null : { reason: 'nested-repository', paths };
}

function noChange({ task, changes }: Evidence): Failure | null {
  return changes.length > 0 || task.noChange.allowed ? null : { reason: 'no-change' };
}

function strayPaths(evidence: Evidence): Failure | null {
  const quarantined = evidence.plan.outOfScope === 'quarantine';
  const outside = quarantined ? [] : [...strays(evidence), ...beyondArtifacts(evidence)];
  const paths = [...new Set([...outside, ...escapingLinks(evidence), ...caseCollisions(evidence)])].sort();
  return paths.length === 0 ? null : { reason: 'out-of-scope', paths };
}

/** Markers that were left in are a conflict that nobody has resolved, whatever git says about the merge. */
function unresolvedConflict({ unresolved }: Evidence): Failure | null {
  return unresolved === undefined || unresolved.paths.length === 0 ? null : { reason: 'conflict', ...unresolved };
}

/** Whether a text holds a whole conflict as git marks it: one of the markers alone is somebody's heading. */
export function hasConflict(text: string): boolean {
  return /^<{7} .*$[\s\S]*?^={7}\r?$[\s\S]*?^>{7} /m.test(text);
}

/** A task that only reads may write its artifacts and nothing else, whatever its scope says. */
function beyondArtifacts({ task, changes }: Evidence): readonly string[] {
  if (!isReadOnly(task) || task.scope !== null) return [];
  const allowed = task.artifacts;
  return changes.map(({ path }) => path).filter((path) => !allowed.some((each) => isWithin(path, each)));
}

/** Artifacts are paths or folders; a pattern stands for the folder before its first wildcard. */
function isWithin(path: string, artifact: string): boolean {
  const plain = artifact.replace(/[*?[{].*$/, '');
  return plain === artifact ? path === artifact || path.startsWith(`${artifact}/`) : path.startsWith(plain);
}

/** A link that points out of the tree gives whoever writes through it a way past every scope. */
function escapingLinks({ changes, links }: Evidence): readonly string[] {
  return changes
    .filter(({ newMode }) => newMode === SYMLINK)
    .map(({ path }) => path)
    .filter((path) => leavesTree(path, links?.get(path) ?? ''));
}

/** Whether a link at `path` with this target points outside the tree, or into `.git`. */
export function leavesTree(path: string, target: string): boolean {
  if (target.startsWith('/') || /^[a-z]:/i.test(target) || target.includes('\\')) return true;
  const at = path.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') at.push(step);
    else if (at.pop() === undefined) return true;
  }
  return at[0]?.toLowerCase() === '.git';
}

/** Two names that a file system may take for one: whoever checks them out there loses one of the files. */
function caseCollisions({ changes, paths }: Evidence): readonly string[] {
  const added = changes.filter(({ kind }) => kind === 'added').map(({ path }) => path);
  if (added.length === 0) return [];
  const gone = new Set(changes.filter(({ kind }) => kind === 'deleted').map(({ path }) => path));
  const byFold = new Map<string, Set<string>>();
  for (const path of [...(paths ?? []), ...added]) {
    if (gone.has(path)) continue;
    const key = path.normalize('NFC').toLowerCase();
    byFold.set(key, (byFold.get(key) ?? new Set()).add(path));
  }
  return added.filter((path) => (byFold.get(path.normalize('NFC').toLowerCase())?.size ?? 0) > 1);
}

function tamperedChecks({ plan, task, changes, weakened }: Evidence): Failure | null {
  const paths = [
    ...new Set([...tampered(changes, [...task.checks, ...plan.checks], mayTouch(task)), ...(weakened ?? [])]),
  ];
  return paths.length === 0 ? null : { reason: 'tampered-checks', paths: paths.sort() };
}

/** A file that the plan names outright for this task is its work, even if it is a test or a workflow. */
function mayTouch({ scope }: Task): (path: string) => boolean {
  const named = new Set(scope?.may ?? []);
  return (path) => named.has(path);
}

function missingArtifacts({ task, changes, paths }: Evidence): Failure | null {
  const there = [...(paths ?? []), ...changes.filter(({ kind }) => kind !== 'deleted').map(({ path }) => path)];
  const missing = task.artifacts.filter((artifact) => !there.some((path) => isWithin(path, artifact)));
  // Without the whole tree, an artifact that stood there before cannot be told from one that was never made.
  if (paths === undefined && !isReadOnly(task)) return null;
  return missing.length === 0 ? null : { reason: 'missing-artifacts', paths: missing };
}
