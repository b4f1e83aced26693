import type { Dispatch, Hindrance } from './dispatch.ts';
import type { TaskId } from './plan.ts';
import type { TaskRecord } from './record.ts';
import type { Relation } from './relation.ts';
import { unreachable } from './result.ts';
import type { RunView } from './run.ts';

/** Why a task is not working yet, most important first. Empty for a task that works or has ended. */
export function waitingFor(view: RunView, each: TaskRecord, dispatch: Dispatch): readonly string[] {
  switch (each.state.is) {
    case 'waiting':
      return needs(view, each);
    case 'ready': {
      const hindrance = dispatch.hindrance(each);
      if (hindrance?.is === 'needs') return needs(view, each);
      return hindrance === null ? [] : [phraseOf(view, hindrance)];
    }
    case 'asking':
      return ['your answer'];
    case 'blocked':
      return [`you (${each.state.because.reason})`];
    case 'resting':
      return [`the end of its rest after ${each.state.because.reason}`];
    case 'reported':
      return ['its turn to be verified'];
    default:
      return [];
  }
}

function needs(view: RunView, { id }: TaskRecord): readonly string[] {
  const open = view.index.before(id).filter((need) => view.has(need) && view.stateOf(need).is !== 'landed');
  return open.map((need) => `${need} (${view.stateOf(need).is})`);
}

function phraseOf(view: RunView, hindrance: Exclude<Hindrance, { is: 'needs' }>): string {
  switch (hindrance.is) {
    case 'paused':
      return 'resume (the run is paused)';
    case 'budget':
      return hindrance.level === 'day'
        ? `midnight (${usedUpWords(hindrance)})`
        : `${MORE_BUDGET} (${usedUpWords(hindrance)})`;
    case 'attempts':
      return `${MORE_ATTEMPTS} (${attemptsWords(hindrance)})`;
    case 'place':
      return 'a place';
    case 'wave':
      return 'the batch before it';
    case 'stage':
      return 'the next group';
    case 'account':
      return hindrance.until === null ? `a place of account ${hindrance.account}` : `the limit of ${hindrance.account}`;
    case 'resource':
      return `resource ${hindrance.resource}`;
    case 'excluded':
      return `${hindrance.by}${witness(hindrance.relation)}${whatFor(view, hindrance.by)}`;
    default:
      return unreachable(hindrance);
  }
}

const MORE_BUDGET = 'more budget';

const MORE_ATTEMPTS = 'more attempts';

/** It waits for more attempts of the whole run, which only an amendment brings. */
export const needsAttempts = ({ waitingFor }: { readonly waitingFor: readonly string[] }): boolean =>
  waitingFor.some((each) => each.startsWith(MORE_ATTEMPTS));

export const attemptsWords = ({ all }: Extract<Hindrance, { is: 'attempts' }>): string =>
  `all ${all} attempts of the run are used up`;

/** It waits for more money or tokens, which only an amendment brings. */
export const needsBudget = ({ waitingFor }: { readonly waitingFor: readonly string[] }): boolean =>
  waitingFor.some((each) => each.startsWith(MORE_BUDGET));

/** The budget that is in the way, in words. */
export const usedUpWords = ({ level }: Extract<Hindrance, { is: 'budget' }>): string =>
  `the budget of the ${level} is used up`;

const witness = (relation: Relation): string => (relation.relation === 'free' ? '' : ` (${relation.witness})`);

/** What the holder itself waits for, where that is not simply its work. */
function whatFor(view: RunView, holder: TaskId): string {
  switch (view.stateOf(holder).is) {
    case 'asking':
      return ', which waits for your answer';
    case 'blocked':
      return ', which waits for you';
    case 'resting':
      return ', which rests';
    default:
      return '';
  }
}
