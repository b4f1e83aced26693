import { type Evidence, hasConflict, judge, strays } from '../core/evidence.ts';
import type { Failure } from '../core/failure.ts';
import type { Plan, Task } from '../core/plan.ts';
import type { Change, Oid, Repository } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { isTest, isWeakened } from '../core/tampering.ts';
import type { Context } from './context.ts';

/** What is to land: the merged tree, and the tip that it was merged onto. */
export type Candidate = { readonly tree: Oid; readonly tip: Oid; readonly plan: Plan; readonly task: Task };

/**
 * Looks at what exactly the merged tree would change on the target. Returns the tree that may land, which is another one
 * only where the plan has stray paths quarantined: then it is the same without them.
 */
export async function audit(context: Context, candidate: Candidate): Promise<Result<Oid, Failure>> {
  const { repository } = context.parts;
  const { tip, plan, task } = candidate;
  const outOfScope = context.parts.outOfScope(plan, task);
  const changes = await repository.changes(tip, candidate.tree);
  const stray = plan.outOfScope === 'quarantine' ? strays({ changes, outOfScope }) : [];
  if (stray.length === 0)
    return judged(candidate.tree, await evidenceOf(repository, { ...candidate, changes, outOfScope }));
  const without = await repository.without({ tree: candidate.tree, from: tip, paths: stray });
  if (!without.ok) return err({ reason: 'workspace', message: without.error.stderr });
  const kept = changes.filter(({ path }) => !stray.includes(path));
  return judged(
    without.value,
    await evidenceOf(repository, { ...candidate, tree: without.value, changes: kept, outOfScope }),
  );
}

function judged(tree: Oid, evidence: Evidence): Result<Oid, Failure> {
  const failure = judge(evidence);
  return failure === null ? ok(tree) : err(failure);
}

type Changed = Candidate & { readonly changes: readonly Change[]; readonly outOfScope: Evidence['outOfScope'] };

/** The facts that paths alone do not tell: where links point, what became of tests, which names clash. */
async function evidenceOf(repository: Repository, changed: Changed): Promise<Evidence> {
  const { plan, task, tip, changes, outOfScope } = changed;
  return {
    plan,
    task,
    changes,
    outOfScope,
    links: await linksIn(repository, changes),
    weakened: await weakenedIn(repository, changes),
    unresolved: { paths: await unresolvedIn(repository, changes), onto: tip },
    paths: await namesakes(repository, changed),
  };
}

const SYMLINK = '120000';

async function linksIn(repository: Repository, changes: readonly Change[]): Promise<ReadonlyMap<string, string>> {
  const links = changes.filter(({ newMode }) => newMode === SYMLINK);
  const targets = links.map(async ({ path, newOid }) => [path, (await repository.blob(newOid)) ?? '/'] as const);
  return new Map(await Promise.all(targets));
}

async function weakenedIn(repository: Repository, changes: readonly Change[]): Promise<readonly string[]> {
  const tests = changes.filter(({ path, kind }) => kind === 'modified' && isTest(path));
  const weakened: string[] = [];
  for (const { path, oldOid, newOid } of tests) {
    const [before, after] = [await repository.blob(oldOid), await repository.blob(newOid)];
    if (before !== null && after !== null && isWeakened(before, after)) weakened.push(path);
  }
  return weakened;
}

async function unresolvedIn(repository: Repository, changes: readonly Change[]): Promise<readonly string[]> {
  const unresolved: string[] = [];
  for (const { path, newMode, oldOid, newOid, kind } of changes) {
    const isFile = newMode.startsWith('100') && kind !== 'mode';
    if (!isFile || !hasConflict((await repository.blob(newOid)) ?? '')) continue;
    const before = kind === 'modified' ? await repository.blob(oldOid) : null;
    if (!hasConflict(before ?? '')) unresolved.push(path);
  }
  return unresolved;
}

/** Existing paths that the judge needs to know of: artifacts that are there, and twins of added names. */
async function namesakes(repository: Repository, { tree, task, changes }: Changed): Promise<readonly string[]> {
  const added = changes.filter(({ kind }) => kind === 'added').map(({ path }) => path);
  const twins = await Promise.all(added.map((path) => repository.twins(tree, path)));
  const artifacts = await Promise.all(
    task.artifacts.map(async (path) => ((await repository.readFile(tree, path)) === null ? [] : [path])),
  );
  return [...twins.flat(), ...artifacts.flat()];
}
