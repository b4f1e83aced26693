import type { Oid } from '../core/ports/git.ts';
import type { Context } from './context.ts';

/** Where the run's target stands now. A target that nobody has made yet stands at the base of the run. */
export async function currentTip({ parts, facts }: Context): Promise<Oid> {
  return (await parts.repository.tip(facts.target)) ?? facts.base;
}
