import type { Failure } from '../core/failure.ts';
import type { Oid } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Context } from './context.ts';

/** Where the run's target stands now. A target that nobody has made yet stands at the base of the run. */
export async function currentTip({ parts, facts }: Context): Promise<Oid> {
  return (await parts.repository.tip(facts.target)) ?? facts.base;
}

/**
 * The tip, as long as what this run has landed is in it. Somebody who deleted the target or moved it back must hear of
 * it: to go on from there would land the rest of the work without what it needs, and call all of it landed.
 */
export async function soundTip(context: Context): Promise<Result<Oid, Failure>> {
  const tip = await currentTip(context);
  const { lastLanded } = context.journal;
  if (lastLanded === null || (await context.parts.repository.isAncestor(lastLanded, tip))) return ok(tip);
  const branch = context.facts.target.replace(/^refs\/heads\//, '');
  const message = `${branch} does not hold ${lastLanded} any more, which this run landed on it. Somebody moved it back or deleted it; to put it back: git branch -f ${branch} ${lastLanded}`;
  return err({ reason: 'workspace', message });
}
