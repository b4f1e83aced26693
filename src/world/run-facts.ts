import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunFacts } from '../engine/parts.ts';
import type { Refusal } from '../report/explanation.ts';
import type { Opened } from './opened.ts';

/** Base and target of a run and the plan that it began with, as its first entry says. */
export async function runFacts(
  { store }: Opened,
  run: string,
): Promise<Result<RunFacts & { readonly plan: Plan }, Refusal>> {
  const [first] = await store.entries(run, 0, 1);
  if (first?.event.type !== 'run-created') return err(noSuchRun(run));
  const { base, target, plan } = first.event;
  return ok({ run, base, target, plan });
}

export const noSuchRun = (run: string): Refusal => ({
  what: `There is no run ${run}`,
  why: 'No run of this repository has that id',
  next: 'See which there are: branchline list',
});
