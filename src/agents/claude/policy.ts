import type { AgentSpec } from '../../core/ports/agent.ts';
import type { Asked } from '../../core/question.ts';
import { visible } from '../../process/visible.ts';
import { APPROVAL_OPTIONS, scopeQuestion } from '../approval.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import { type Grounds, type Place, placesOf } from '../places.ts';
import type { Call } from './calls.ts';

/** What is said to a call: yes, no and why, or that a person decides. `paths`: the files that the answer is about. */
export type Verdict =
  | { readonly is: 'allowed' }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'asked'; readonly asked: Asked; readonly why: string; readonly paths: readonly string[] };

export type Rules = Pick<AgentSpec, 'launch' | 'permissions' | 'outOfScope' | 'scopeInWords' | 'questions'> & {
  readonly grounds: Grounds;
  /** A plan is all that is wanted yet. */
  readonly isPlanning: boolean;
  /** Paths (of the worktree) that a person has allowed in this session. */
  readonly allowed: ReadonlySet<string>;
};

/** Said to an agent that begins to work before its plan is approved. */
const NO_WORK_YET =
  'Nothing may be changed before the plan is approved: finish the plan and call ExitPlanMode, so that a person can look at it.';
/** Said to an agent that asks where nobody answers. */
export const NOBODY_ANSWERS = 'Nobody can answer: assume something sensible and write the assumption into your report.';
const ONLY_READS = 'This task only reads: it may change nothing.';

/** Judges a call of a tool that changes a file: by where its links lead, then by the task's scope. */
export const verdictOnEdit = (rules: Rules, call: Call): Verdict => {
  const places = placesOf(rules.grounds, call.paths, 'write');
  if (call.paths.length > 0 && places.every(({ is }) => is === 'granted')) return { is: 'allowed' };
  if (rules.launch === 'read-only') return refused(ONLY_READS);
  if (rules.isPlanning) return refused(NO_WORK_YET);
  if (rules.permissions === 'bypass') return { is: 'allowed' };
  const outside = places.flatMap((place) => (place.is === 'outside' ? [place.path] : []));
  if (outside.length > 0)
    return beyond(
      rules,
      outside,
      `${quoted(outside)} is outside of your worktree; you may write: ${rules.scopeInWords}.`,
    );
  const inside = pathsInside(places);
  const git = inside.filter((path) => path === '.git' || path.startsWith('.git/'));
  if (git.length > 0) return refused(`${quoted(git)} belongs to git: use its commands.`);
  const astray = rules.outOfScope(inside).filter((path) => !rules.allowed.has(path));
  return astray.length === 0
    ? { is: 'allowed' }
    : beyond(rules, astray, `${quoted(astray)} is outside of this task's scope; you may write: ${rules.scopeInWords}.`);
};

/** Judges a call that the client's own mode does not settle. */
export const verdictOn = (rules: Rules, call: Call, request: unknown): Verdict => {
  if (call.kind === 'edit') return verdictOnEdit(rules, call);
  if (call.kind === 'own' || call.kind === 'plan' || call.kind === 'read' || call.kind === 'search')
    return { is: 'allowed' };
  if (rules.launch === 'read-only' && !isLooking(call)) return refused(ONLY_READS);
  if (rules.isPlanning && !isLooking(call)) return refused(NO_WORK_YET);
  if (rules.permissions === 'bypass') return { is: 'allowed' };
  if (rules.launch === 'ask')
    return askedFor(rules, approvalOf(call, request), { why: 'Nobody allowed it.', paths: [] });
  const outside = writesOutside(rules, request);
  if (outside === null) return { is: 'allowed' };
  return beyond(rules, [outside], `It writes ${quoted([outside])}, which is outside of your worktree.`);
};

/** Kinds that change nothing by themselves: what a subagent does is asked about as it does it. */
const isLooking = ({ kind }: Call): boolean => kind === 'fetch' || kind === 'agent' || kind === 'ask';

/** Where a shell line writes outside of the worktree, as far as the client has understood it; null: nowhere that it knows of. */
const writesOutside = ({ grounds }: Rules, request: unknown): string | null => {
  const path = textOf(fieldOf(request, 'blocked_path'));
  const isRead = listOf(request, 'permission_suggestions')
    .flatMap((one) => listOf(one, 'rules'))
    .some((rule) => fieldOf(rule, 'toolName') === 'Read');
  if (path === '' || isRead) return null;
  const [place] = placesOf(grounds, [path], 'write');
  return place?.is === 'outside' ? place.path : null;
};

const refused = (why: string): Verdict => ({ is: 'refused', why });

/** Beyond what the task may write: refused, or a person decides. */
const beyond = (rules: Rules, paths: readonly string[], why: string): Verdict => {
  if (rules.permissions !== 'ask' && rules.launch !== 'ask') return refused(why);
  const text = `May the agent write ${quoted(paths)}? The scope of its task is ${rules.scopeInWords}.`;
  return askedFor(rules, scopeQuestion(text, paths), { why, paths });
};

/** Where nobody may be asked, what would have been a question is a refusal. */
const askedFor = (rules: Rules, asked: Asked, about: { why: string; paths: readonly string[] }): Verdict =>
  rules.questions === 'forbid' ? refused(`${about.why} ${NOBODY_ANSWERS}`) : { is: 'asked', asked, ...about };

const commandLength_max = 2000;

const approvalOf = (call: Call, request: unknown): Asked => {
  const command = visible(textOf(fieldOf(call.input, 'command'))).slice(0, commandLength_max);
  const reason = visible(textOf(fieldOf(request, 'decision_reason'))).trim();
  const what = command === '' ? call.title : `${call.tool}: ${command}`;
  return {
    kind: 'approve',
    text: `May the agent do this?\n${what}${reason === '' ? '' : `\n(${reason})`}`,
    options: APPROVAL_OPTIONS,
  };
};

const pathsInside = (places: readonly Place[]): readonly string[] =>
  places.flatMap((place) => (place.is === 'inside' ? [place.path] : []));

const quoted = (paths: readonly string[]): string => paths.map((path) => `"${visible(path)}"`).join(', ');
