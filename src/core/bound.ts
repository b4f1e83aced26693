import type { Plan, Task } from './plan.ts';
import { isReadOnly } from './plan.ts';
import { placesOf } from './plan-index.ts';
import { locksOf, pathsBy } from './priority.ts';
import type { Relations } from './relation.ts';

type Durations = { readonly relations: Relations; readonly minutes: (task: Task) => number };

/**
 * Minutes below which no schedule of the plan can stay: the longest chain of needs, the work divided by the places, and
 * for each set of tasks that exclude each other, all of their work plus the least that stands before and behind it.
 */
export function lowerBound(plan: Plan, { relations, minutes }: Durations): number {
  const tails = pathsBy(plan, relations, minutes);
  const heads = pathsBy(plan, { behind: (id) => relations.before(id) }, minutes);
  const chains = locksOf(plan)
    .filter((members) => excludeEachOther(plan, relations, members))
    .map((members) => {
      const all = members.reduce((sum, position) => sum + minutesAt(plan, position, minutes), 0);
      const least = (paths: Float64Array): number =>
        members.reduce(
          (min, position) => Math.min(min, (paths[position] ?? 0) - minutesAt(plan, position, minutes)),
          Number.POSITIVE_INFINITY,
        );
      return least(heads) + all + least(tails);
    });
  return [...tails, ...chains, ...loads(plan, minutes)].reduce((max, each) => Math.max(max, each), 0);
}

function minutesAt(plan: Plan, position: number, minutes: (task: Task) => number): number {
  const task = plan.tasks[position];
  return task === undefined ? 0 : minutes(task);
}

/** Work per place, for the places of each kind. */
function loads(plan: Plan, minutes: (task: Task) => number): readonly number[] {
  const { writers, readers } = placesOf(plan);
  const sum = (tasks: readonly Task[]): number => tasks.reduce((total, task) => total + minutes(task), 0);
  if (readers === null) return [sum(plan.tasks) / writers];
  const reading = plan.tasks.filter(isReadOnly);
  const writing = plan.tasks.filter((task) => !isReadOnly(task));
  return [sum(writing) / writers, sum(reading) / readers];
}

/** Beyond this many pairs the same pattern is taken for proof. */
const PAIRS_MAX = 40_000;

/** The same name alone proves nothing: a `may-not` can keep two tasks apart all the same. */
function excludeEachOther(plan: Plan, relations: Relations, members: readonly number[]): boolean {
  if (members.length * members.length > PAIRS_MAX) return true;
  const ids = members.flatMap((position) => plan.tasks[position]?.id ?? []);
  return ids.every((a, index) =>
    ids.slice(index + 1).every((b) => ['exclusive', 'after'].includes(relations.between(a, b).relation)),
  );
}
