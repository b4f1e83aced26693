import type { SimulateOptions } from '../cli/world-port.ts';
import { relationsOf } from '../core/relations/relations.ts';
import { err, ok, type Result } from '../core/result.ts';
import { simulate } from '../core/simulate.ts';
import type { Refusal } from '../report/explanation.ts';
import type { Simulation } from '../report/gantt.ts';
import type { PlanFile } from './plan-file.ts';
import { unsound } from './start-run.ts';

/** The plan in made-up time, by the very decisions that a real run takes. */
export function simulatePlan(
  { plan: read, file, diagnostics }: PlanFile,
  options: SimulateOptions,
): Result<Simulation, Refusal> {
  if (read === null) return err(unsound(file, diagnostics));
  const plan = {
    ...read,
    agents: { ...read.agents, max: options.places ?? read.agents.max },
    batches: { ...read.batches, strict: options.batches || read.batches.strict },
  };
  const relations = relationsOf(plan, { ignoreCase: false });
  if (!relations.ok) return err(incomparable(JSON.stringify(relations.error)));
  const simulated = simulate(plan, { relationsOf: () => relations.value });
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
