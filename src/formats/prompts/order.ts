import type { CheckReport } from '../../core/check.ts';
import type { Links } from '../../core/graph.ts';
import { isReadOnly, type Plan, type TaskId } from '../../core/plan.ts';
import { MARKS } from '../../core/relations/marks.ts';
import { Reach } from '../../core/relations/reach.ts';
import { readableRelationsOf } from '../../core/relations/relations.ts';

/** Who is launched when, where no engine keeps two tasks apart. */
export type LaunchOrder = {
  /** Tasks whose work must be merged before this one is launched; who is waited for through another one is left out. */
  readonly before: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Tasks that could be launched together. */
  readonly phases: readonly (readonly TaskId[])[];
};

/**
 * Two tasks that exclude each other have no order, and in a run nobody needs one. People cannot be told "not now", so
 * that here the task of the later wave waits for the other one.
 */
export function launchOrder(
  plan: Plan,
  report: Pick<CheckReport, 'waves'>,
  options: { readonly ignoreCase: boolean },
): LaunchOrder {
  const relations = readableRelationsOf(plan, options);
  const waves = new Map(report.waves.flatMap((wave, index) => wave.map((id) => [id, index] as const)));
  const waveOf = plan.tasks.map(({ id }) => waves.get(id) ?? 0);
  const links: Links = plan.tasks.map((_, at) => {
    const marks = relations.marks(at);
    const apart = [...marks.keys()].filter((other) => MARKS[marks[other] ?? 0]?.relation === 'exclusive');
    const earlier = apart.filter((other) => (waveOf[other] ?? 0) < (waveOf[at] ?? 0));
    return [...new Set([...(relations.links[at] ?? []), ...earlier])].sort((a, b) => a - b);
  });
  const reach = new Reach(links);
  const direct = links.map((linked) => linked.filter((one) => !linked.some((other) => reach.has(other, one))));
  return {
    before: new Map(
      plan.tasks.map(({ id }, at) => [id, (direct[at] ?? []).flatMap((each) => plan.tasks[each]?.id ?? [])]),
    ),
    phases: report.waves,
  };
}

/** At most so many sessions at once, and so many where every one of them only reads. */
const SESSIONS_MAX = 3;
const READERS_MAX = 5;

/** Phases cut into batches of two or three, as even as can be; a plan may say how large a batch is. */
export function batchesOf(plan: Plan, { phases }: LaunchOrder): readonly (readonly TaskId[])[] {
  const readers = new Set(plan.tasks.filter(isReadOnly).map(({ id }) => id));
  return phases.flatMap((phase) => {
    const most = plan.batches.size ?? (phase.every((id) => readers.has(id)) ? READERS_MAX : SESSIONS_MAX);
    const parts = Math.ceil(phase.length / most);
    const from = (part: number): number => Math.ceil((phase.length * part) / parts);
    return Array.from({ length: parts }, (_, part) => phase.slice(from(part), from(part + 1)));
  });
}
