import { checked, type SkinRun, type SkinTask } from './skin-run.ts';

/** Whether agents work side by side, why, how many at once, and which of them could start together. */
export type Mode = {
  readonly verdict: 'PARALLEL' | 'SEQUENTIAL';
  readonly reason: string;
  readonly limit: { readonly agents: number; readonly by: string | null };
  readonly groups: readonly (readonly SkinTask[])[];
};

export function modeOf({ plan, status, tasks }: SkinRun): Mode {
  const { verdict, reason, waves } = checked(plan);
  const byId = new Map(tasks.map((each) => [each.is.id, each]));
  const groups = waves.map((wave) => wave.flatMap((id) => byId.get(id) ?? [])).filter(({ length }) => length > 0);
  const widest = groups.reduce((most, { length }) => Math.max(most, length), 0);
  const places = status.places.max;
  const isBelow = plan.parallel.enabled && !plan.parallel.force && tasks.length < plan.parallel.minTasks;
  return {
    verdict,
    reason: isBelow ? `${reason}: threshold not met` : reason,
    limit:
      places !== null && places < widest
        ? { agents: places, by: 'limited by max_agents config' }
        : { agents: widest, by: null },
    groups,
  };
}
