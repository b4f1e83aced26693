import { boundaryDiagnostics } from './check/boundary-diagnostics.ts';
import type { CheckFacts } from './check/facts.ts';
import { PAIRS_LISTED, type Pairing, pairsOf, type RelatedPair } from './check/pairs.ts';
import { planDiagnostics } from './check/plan-diagnostics.ts';
import { type Answered, questionsOf } from './check/questions.ts';
import { scopeDiagnostics } from './check/scope-diagnostics.ts';
import type { Diagnostic } from './diagnostic.ts';
import { longestChain, waves } from './graph.ts';
import type { Plan, TaskId } from './plan.ts';
import { estimatesOf } from './priority.ts';
import { readableRelationsOf } from './relations/relations.ts';

/** All that can be said about a plan before it runs: what `branchline check --json` prints. */
export type CheckReport = {
  readonly schemaVersion: 1;
  readonly verdict: 'PARALLEL' | 'SEQUENTIAL';
  readonly reason: string;
  /** Pairs that are not simply free, in plan order; of `after`, `b` runs after `a`. At most `PAIRS_LISTED` of them. */
  readonly pairs: readonly RelatedPair[];
  /** How many there are, listed or not. */
  readonly pairCount: number;
  readonly waves: readonly (readonly TaskId[])[];
  readonly criticalPath: { readonly minutes: number; readonly tasks: readonly TaskId[] };
  readonly questions: readonly Answered[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Pure: the same plan and facts give the same report. What cannot be read is left out of it, and the verdict says so. */
export function checkPlan(plan: Plan, facts: CheckFacts): CheckReport {
  const general = [...planDiagnostics(plan, facts), ...scopeDiagnostics(plan, facts)];
  const unreadable = general.filter(({ code }) => code === 'bad-pattern').length;
  const relations = readableRelationsOf(plan, facts);
  const found = pairsOf(plan, relations);
  const boundaries = boundaryDiagnostics({ plan, relations, facts });
  const ids = (positions: readonly number[]): readonly TaskId[] =>
    positions.flatMap((position) => plan.tasks[position]?.id ?? []);
  const estimate = estimatesOf(plan);
  const path = longestChain(relations.links, (position) => {
    const task = plan.tasks[position];
    return task === undefined ? 0 : estimate(task);
  });
  return {
    schemaVersion: 1,
    ...(unreadable > 0 ? unchecked(unreadable) : verdictOf(plan, found)),
    pairs: found.pairs,
    pairCount: found.count,
    waves: waves(relations.links, found.excludes).map(ids),
    criticalPath: { minutes: path.length, tasks: ids(path.chain) },
    questions: questionsOf(plan, found),
    diagnostics: [...general, ...boundaries, ...(plan.overlap === 'stop' ? stops(found) : [])],
  };
}

/** Without readable scopes too little is known about who may run beside whom. */
const unchecked = (patterns: number): Pick<CheckReport, 'verdict' | 'reason'> => ({
  verdict: 'SEQUENTIAL',
  reason: `who may run beside whom cannot be checked: ${patterns === 1 ? 'a pattern' : `${patterns} patterns`} cannot be read`,
});

function verdictOf(plan: Plan, { apart }: Pairing): Pick<CheckReport, 'verdict' | 'reason'> {
  const { tasks, parallel } = plan;
  const sequential = (reason: string) => ({ verdict: 'SEQUENTIAL' as const, reason });
  if (tasks.length < 2) return sequential(tasks.length === 1 ? 'there is only one task' : 'there are no tasks');
  const pairs = (tasks.length * (tasks.length - 1)) / 2;
  if (apart >= pairs) return sequential('no two tasks may ever run together');
  if (parallel.force) return { verdict: 'PARALLEL', reason: 'parallel.force is true' };
  if (!parallel.enabled) return sequential('parallel.enabled is false');
  const threshold = `parallel.min-tasks is ${parallel.minTasks}`;
  if (tasks.length < parallel.minTasks) return sequential(`${tasks.length} tasks, and ${threshold}`);
  return {
    verdict: 'PARALLEL',
    reason: `${pairs - apart} of ${pairs} pairs of tasks may run together (${tasks.length} tasks, and ${threshold})`,
  };
}

/** Each overlap that is listed, and one sentence for those that are not. */
function stops({ pairs, overlaps }: Pairing): readonly Diagnostic[] {
  const listed = pairs.filter(({ reason }) => reason === 'overlap').map(stop);
  const more = overlaps - listed.length;
  if (more <= 0) return listed;
  return [
    ...listed,
    {
      code: 'scope-overlap',
      severity: 'error',
      what: `${more} more pairs of tasks may write the same path`,
      why: `Only the first ${PAIRS_LISTED} pairs that may not run together are listed.`,
      next: 'narrow the scopes that are listed first, or choose overlap: serialise',
      task: null,
      field: 'tasks',
    },
  ];
}

const stop = ({ a, b, witness }: RelatedPair): Diagnostic => ({
  code: 'scope-overlap',
  severity: 'error',
  what: `${a} and ${b} may both write ${witness}`,
  why: 'The plan says overlap: stop, so that two tasks never own one file.',
  next: `let one need the other, narrow a scope, or choose overlap: serialise`,
  task: b,
  field: `tasks.${b}.scope`,
});
