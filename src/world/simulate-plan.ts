import type { SimulateOptions } from '../cli/world-port.ts';
import type { Task } from '../core/plan.ts';
import { estimatesOf } from '../core/priority.ts';
import { relationsOf } from '../core/relations/relations.ts';
import { err, ok, type Result } from '../core/result.ts';
import { simulate } from '../core/simulate.ts';
import type { Refusal } from '../report/explanation.ts';
import type { Simulation } from '../report/gantt.ts';
import { minutesSeen } from './history.ts';
import type { State } from './opened.ts';
import type { PlanFile } from './plan-file.ts';
import { unsound } from './start-run.ts';

type Simulated = Pick<State, 'store' | 'ignoreCase'> & { readonly options: SimulateOptions };

/** The plan in made-up time, with the durations that its last runs took where it has run, else its estimates; by the very decisions that a real run takes. */
export async function simulatePlan(
  { plan: read, file, diagnostics }: PlanFile,
  { store, ignoreCase, options }: Simulated,
): Promise<Result<Simulation, Refusal>> {
  if (read === null) return err(unsound(file, diagnostics));
  const plan = {
    ...read,
    agents: { ...read.agents, max: options.places ?? read.agents.max },
    batches: { ...read.batches, strict: options.batches || read.batches.strict },
  };
  const relations = relationsOf(plan, { ignoreCase });
  if (!relations.ok) return err(incomparable(JSON.stringify(relations.error)));
  const seen = await minutesSeen(store, plan.name);
  const estimate = estimatesOf(plan);
  const minutes = (task: Task): number => seen.get(task.id) ?? estimate(task);
  const simulated = simulate(plan, { relationsOf: () => relations.value, ...(seen.size > 0 ? { minutes } : {}) });
  const schedule = simulated.bars.map(({ task, place, start_min, end_min }) => ({
    task,
    place,
    start: start_min,
    end: end_min,
  }));
  return ok({
    schedule,
    places: plan.agents.max ?? plan.tasks.length,
    makespan_min: simulated.makespan_min,
    lowerBound_min: simulated.lowerBound_min,
    use: simulated.use ?? 0,
  });
}

const incomparable = (why: string): Refusal => ({
  what: 'The scopes of this plan cannot be compared',
  why,
  next: 'Correct what `branchline check` reports',
});
