import type { Context } from './context.ts';
import { choiceFor } from './settings.ts';

/**
 * What an agent sees of the person's own environment, as its driver says: the variables with which vendors' programs are
 * set up, and where the vendor keeps the login. Nothing is copied.
 */
export function personOf(context: Context, task: string): Readonly<Record<string, string>> {
  const { parts } = context;
  const { use, model, launch } = choiceFor(context, task);
  if (use === undefined) return {};
  const { home, passed, set } = parts.drivers[use.driver].surroundings(use.profile);
  const own = parts.home === null ? {} : { HOME: parts.home };
  const below = Object.entries(set).map(([name, path]) => [name, `${parts.home ?? ''}/${path}`] as const);
  return {
    ...(home === 'person' ? own : {}),
    ...(parts.home === null ? {} : Object.fromEntries(below)),
    // What the person set for the vendor's program wins over where it would look by itself.
    ...parts.matching(passed),
    ...(model === null ? {} : { BRANCHLINE_MODEL: model }),
    BRANCHLINE_LAUNCH: launch,
  };
}
