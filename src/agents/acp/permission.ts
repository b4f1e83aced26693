import type { AgentSpec } from '../../core/ports/agent.ts';
import type { Asked } from '../../core/question.ts';
import { visible } from '../../process/visible.ts';
import { APPROVAL_OPTIONS, scopeQuestion } from '../approval.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import { type Grounds, type Place, placesOf } from '../places.ts';
import { type Call, isReading, isWriting } from './calls.ts';

/** What is said to a call: yes, no and why, or that a person decides. */
export type Verdict =
  | { readonly is: 'allowed' }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'asked'; readonly asked: Asked; readonly why: string };

type Rules = Pick<AgentSpec, 'launch' | 'permissions' | 'outOfScope' | 'scopeInWords' | 'questions'>;

/**
 * Judges a call by where it reads or writes. It is a courtesy to the agent and to whoever watches, no boundary: a shell can
 * write anything, and what was really written is audited afterwards.
 */
export const verdictOn = (rules: Rules, grounds: Grounds, call: Call): Verdict => {
  if (rules.permissions === 'bypass') return { is: 'allowed' };
  const access = isReading(call) ? 'read' : 'write';
  const places = placesOf(grounds, call.paths, access);
  const astray = access === 'read' ? [] : outOfScope(rules, call, places);
  const outside = places.flatMap((place) => (place.is === 'outside' ? [place.path] : []));
  if (astray.length > 0) {
    const why = `${quoted(astray)} is outside this task's scope; you may write: ${rules.scopeInWords}.`;
    const text = `May the agent write ${quoted(astray)}? The scope of its task is ${rules.scopeInWords}.`;
    return asksBeyondScope(rules) ? askedFor(rules, scopeQuestion(text, astray), why) : refused(why);
  }
  if (outside.length > 0) {
    const why = `${quoted(outside)} is outside of your worktree; stay in ${grounds.worktree}.`;
    return asksBeyondScope(rules) ? askedFor(rules, approval(call), why) : refused(why);
  }
  if (rules.launch === 'ask' && isCheckpoint(call))
    return askedFor(rules, approval(call), 'Nobody was there to allow it.');
  return { is: 'allowed' };
};

const refused = (why: string): Verdict => ({ is: 'refused', why });

/** Of the paths inside, those that the task may not write. A shell's working directory is no file that it writes. */
const outOfScope = ({ outOfScope }: Rules, call: Call, places: readonly Place[]): readonly string[] => {
  if (!isWriting(call)) return [];
  const inside = places.flatMap((place) => (place.is === 'inside' && place.path !== '' ? [place.path] : []));
  return inside.length === 0 ? [] : outOfScope(inside);
};

const asksBeyondScope = ({ permissions, launch }: Rules): boolean => permissions === 'ask' || launch === 'ask';

/** Where nobody may be asked, what would have been a question is a refusal. */
const askedFor = ({ questions }: Rules, asked: Asked, why: string): Verdict =>
  questions === 'forbid' ? refused(why) : { is: 'asked', asked, why };

/** What a session with checkpoints stops at: whatever neither looks nor edits, other than Branchline's own tools. */
const isCheckpoint = (call: Call): boolean =>
  !isReading(call) && !isWriting(call) && !(call.kind === 'other' && /branchline|todo|ask_human/i.test(call.title));

const approval = (call: Call): Asked => ({
  kind: 'approve',
  text: `May the agent do this? ${call.command || call.title || call.kind}${call.paths.length > 0 ? ` (${call.paths.join(', ')})` : ''}`,
  options: APPROVAL_OPTIONS,
});

const quoted = (paths: readonly string[]): string => paths.map((path) => `"${visible(path)}"`).join(', ');

/** The option that stands for the answer, the one that holds for this once if there is one; null: none does. */
export const optionFor = (request: unknown, isAllowed: boolean): string | null => {
  const kinds = isAllowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const options = listOf(request, 'options');
  const option = kinds
    .map((kind) => options.find((one) => fieldOf(one, 'kind') === kind))
    .find((found) => found !== undefined);
  return textOf(fieldOf(option, 'optionId')) || null;
};
