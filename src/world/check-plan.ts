import type { CheckedPlan } from '../cli/world-port.ts';
import type { CheckFacts } from '../core/check/facts.ts';
import { checkPlan } from '../core/check.ts';
import type { Plan } from '../core/plan.ts';
import type { Oid } from '../core/ports/git.ts';
import { placeDiagnostics } from '../plans/place.ts';
import { absentPrograms } from './absent-programs.ts';
import type { Opened } from './opened.ts';
import type { PlanFile } from './plan-file.ts';
import { branchRef } from './target.ts';

/** What can be said about a plan before it runs, against the repository as it stands; `faultsOnly` leaves advice out. */
export async function checkPlanFile(
  opened: Opened,
  { file, text, plan, diagnostics, advice, unsupported }: PlanFile,
  { faultsOnly = false }: { readonly faultsOnly?: boolean } = {},
): Promise<CheckedPlan> {
  const later = unsupported.map((each) => ({ ...each, severity: 'warning' as const }));
  if (plan === null) return { file, report: null, diagnostics: [...diagnostics, ...later] };
  const report = checkPlan(plan, await factsFor(opened, plan));
  const found = report.diagnostics.filter(({ severity }) => !faultsOnly || severity === 'error');
  if (faultsOnly)
    return { file, report, diagnostics: [...diagnostics, ...placeDiagnostics(text, file, found), ...later] };
  const absent = await absentPrograms(plan, { variables: opened.environment.variables, cwd: opened.root });
  const placed = placeDiagnostics(text, file, [...found, ...absent]);
  return { file, report, diagnostics: [...diagnostics, ...placed, ...advice, ...later] };
}

/** What the first task would start from: the target as it stands, or the base where there is no target yet or it cannot be moved. */
async function firstBase(repository: Opened['repository'], plan: Plan): Promise<Oid | null> {
  const base = plan.base ?? repository.head;
  if (base === null) return null;
  const target = branchRef(plan.target ?? base);
  const isFree = (await repository.checkouts(target)).length === 0;
  return (isFree ? await repository.tip(target) : null) ?? repository.tip(branchRef(base));
}

/** Where the hub mirrors the branches of the user's repository. */
const USER_BRANCHES = 'refs/branchline/user/heads/';

async function factsFor({ repository, environment, ignoreCase }: Opened, plan: Plan): Promise<CheckFacts> {
  const commit = await firstBase(repository, plan);
  if (commit !== null) await repository.sync();
  const paths = commit === null ? [] : await repository.paths(commit);
  const branches = commit === null ? [] : await repository.refs(USER_BRANCHES);
  const files = plan.tasks.flatMap(({ brief }) => (brief !== null && 'file' in brief ? [brief.file] : []));
  const present = new Set(paths);
  const there = [...new Set(files)].filter((path) => present.has(path));
  const chars = async (path: string): Promise<number> =>
    commit === null ? 0 : ((await repository.readFile(commit, path))?.length ?? 0);
  return {
    paths,
    ignoreCase,
    briefChars: new Map(await Promise.all(there.map(async (path) => [path, await chars(path)] as const))),
    missingBriefs: files.filter((path) => !present.has(path)),
    existingBranches: branches.map(({ ref }) => ref.slice(USER_BRANCHES.length)),
    environment: Object.keys(environment.variables),
  };
}
