import type { CheckFacts } from './check/facts.ts';
import { planDiagnostics } from './check/plan-diagnostics.ts';
import { type Answered, questionsOf } from './check/questions.ts';
import { scopeDiagnostics } from './check/scope-diagnostics.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type CriticalPath, criticalPath, defaultEstimate, waves } from './graph.ts';
import type { Plan, TaskId } from './plan.ts';
import type { Relation } from './relation.ts';
import { type PlanRelations, relationsOf } from './relations/relations.ts';

/** All that can be said about a plan before it runs: what `branchline check --json` prints. */
export type CheckReport = {
  readonly schemaVersion: 1;
  readonly verdict: 'PARALLEL' | 'SEQUENTIAL';
  readonly reason: string;
  /** Pairs that are not simply free, in plan order; of `after`, `b` runs after `a`. At most `PAIRS_LISTED` of them. */
  readonly pairs: readonly RelatedPair[];
  readonly pairCount: number;
  readonly waves: readonly (readonly TaskId[])[];
  readonly criticalPath: CriticalPath<TaskId>;
  readonly questions: readonly Answered[];
  readonly diagnostics: readonly Diagnostic[];
};

export type RelatedPair = { readonly a: TaskId; readonly b: TaskId } & Exclude<Relation, { readonly relation: 'free' }>;

/** More pairs than this nobody reads; they are still counted. */
const PAIRS_LISTED = 10_000;

/** Pure: the same plan and facts give the same report. */
export function checkPlan(plan: Plan, facts: CheckFacts): CheckReport {
  const general = [...planDiagnostics(plan, facts), ...scopeDiagnostics(plan, facts)];
  const relations = relationsOf(plan, facts);
  if (!relations.ok) return unrelated([...general, ...relations.error.map(badPattern)]);
  const found = pairsOf(plan, relations.value);
  const estimate = defaultEstimate(plan.tasks);
  const minutes = new Map(plan.tasks.map(({ id, estimate_min }) => [id, estimate_min ?? estimate]));
  return {
    schemaVersion: 1,
    ...verdictOf(plan, found),
    pairs: found.pairs,
    pairCount: found.count,
    waves: waves(relations.value.graph, (id) => found.exclusive.get(id) ?? []),
    criticalPath: criticalPath(relations.value.graph, (id) => minutes.get(id) ?? estimate),
    questions: questionsOf(plan, found.pairs),
    diagnostics: [...general, ...(plan.overlap === 'stop' ? found.pairs.flatMap(stops) : [])],
  };
}

type Found = {
  readonly pairs: readonly RelatedPair[];
  readonly count: number;
  /** How many of them can never run at the same time. */
  readonly apart: number;
  readonly exclusive: ReadonlyMap<TaskId, readonly TaskId[]>;
};

function pairsOf(plan: Plan, relations: PlanRelations): Found {
  const pairs: RelatedPair[] = [];
  const exclusive = new Map<TaskId, TaskId[]>();
  const numbers = new Map(plan.tasks.map(({ id }, i) => [id, i]));
  let [count, apart] = [0, 0];
  for (const [i, { id }] of plan.tasks.entries()) {
    for (const other of relations.related(id)) {
      if ((numbers.get(other) ?? 0) <= i) continue;
      const relation = relations.between(id, other);
      if (relation.relation === 'free') continue;
      count++;
      if (relation.relation !== 'branch') apart++;
      if (relation.relation === 'exclusive') note(exclusive, id, other);
      if (pairs.length < PAIRS_LISTED) pairs.push(inOrder(relations, [id, other], relation));
    }
  }
  return { pairs, count, apart, exclusive };
}

function inOrder(
  relations: PlanRelations,
  [a, b]: readonly [TaskId, TaskId],
  relation: Exclude<Relation, { readonly relation: 'free' }>,
): RelatedPair {
  return relation.relation === 'after' && relations.goesFirst(b, a)
    ? { a: b, b: a, ...relation }
    : { a, b, ...relation };
}

function note(exclusive: Map<TaskId, TaskId[]>, a: TaskId, b: TaskId): void {
  exclusive.set(a, [...(exclusive.get(a) ?? []), b]);
  exclusive.set(b, [...(exclusive.get(b) ?? []), a]);
}

function verdictOf(plan: Plan, { apart }: Found): Pick<CheckReport, 'verdict' | 'reason'> {
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

function stops(pair: RelatedPair): readonly Diagnostic[] {
  if (pair.reason !== 'overlap') return [];
  return [
    {
      code: 'scope-overlap',
      severity: 'error',
      what: `${pair.a} and ${pair.b} may both write ${pair.witness}`,
      why: 'The plan says overlap: stop, so that two tasks never own one file.',
      next: `let one need the other, narrow a scope, or choose overlap: serialise`,
      task: pair.b,
      field: `tasks.${pair.b}.scope`,
    },
  ];
}

const badPattern = ({
  pattern,
  index,
  what,
  next,
}: {
  pattern: string;
  index: number;
  what: string;
  next: string;
}): Diagnostic => ({
  code: 'bad-pattern',
  severity: 'error',
  what: `"${pattern}" is no pattern`,
  why: `At its character ${index + 1}: ${what}.`,
  next,
  task: null,
  field: null,
});

/** Without readable scopes nothing is known about who may run beside whom. */
const unrelated = (diagnostics: readonly Diagnostic[]): CheckReport => ({
  schemaVersion: 1,
  verdict: 'SEQUENTIAL',
  reason: 'the scopes cannot be read',
  pairs: [],
  pairCount: 0,
  waves: [],
  criticalPath: { minutes: 0, tasks: [] },
  questions: [],
  diagnostics,
});
