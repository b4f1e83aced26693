import { handBranch } from '../../core/branch-name.ts';
import { code, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { isReadOnly, type Task } from '../../core/plan.ts';
import { bareIds, bareIn, linkedIn } from './bare-ids.ts';
import type { PromptFacts, Writer, Written } from './facts.ts';
import { issueLink, linked } from './issue-link.ts';
import { absent, briefFile, briefText, checksOf, codes, mayOf, prefaceOf, quotedText, spelledAll } from './texts.ts';

/** Agents that work somewhere else and see nothing but the text of an issue. */
export const OUTSIDERS: ReadonlySet<string> = new Set([
  'factory',
  'cursor',
  'amp',
  'cto',
  'cto.new',
  'copilot-coding',
  'copilot-coding-agent',
]);

/** Everything inline, for an agent that can read neither this machine nor the plan of the person who sends it. */
export const outsidePrompt: Writer = (facts, task): Written => {
  const title = oneLine(task.title);
  if (facts.planLink === null) return { title, text: null, files: [], findings: [detached] };
  const sections = [
    section('Context', contextOf(facts, task)),
    section('Acceptance Criteria', criteriaOf(facts, task)),
    section('Constraints', constraintsOf(facts, task)),
    section('References', referencesOf(facts, task, facts.planLink)),
  ];
  const text = linkedIn(facts.plan, sections.join('\n\n'));
  return { title, text, files: [], findings: [...missingIn(facts, task), ...bareIds(task), ...bareIn(facts, task)] };
};

const section = (title: string, lines: readonly string[]): string => `## ${title}\n\n${lines.join('\n')}`;

function contextOf(facts: PromptFacts, task: Task): readonly string[] {
  const text = briefText(facts, task);
  const steps = task.steps.map((step, at) => `${at + 1}. ${oneLine(step)}`);
  const before = facts.order.before.get(task.id) ?? [];
  const titles = facts.plan.tasks.filter(({ id }) => before.includes(id)).map(({ title }) => oneLine(title));
  return [
    ...prefaceOf(facts.plan, task).flatMap((preface) => [preface, '']),
    `${oneLine(task.title)}, one of ${facts.plan.tasks.length} tasks of ${facts.plan.name} in ${facts.project}.`,
    ...(titles.length === 0
      ? []
      : ['', `Begin only when this is merged into ${code(facts.target)}: ${titles.join('; ')}.`]),
    ...(isReadOnly(task) ? ['', `Change no code. Your findings go into ${codes(task.artifacts)}.`] : []),
    ...(text === null ? [] : ['', quotedText(text)]),
    ...(steps.length === 0 ? [] : ['', ...steps]),
  ];
}

const criteriaOf = (facts: PromptFacts, task: Task): readonly string[] => {
  const checks = checksOf(facts, task);
  return [
    ...task.done.map((text) => `- [ ] ${oneLine(text)}`),
    ...task.artifacts.map((path) => `- [ ] ${code(path)} is there`),
    ...(checks.length === 0
      ? []
      : [`- [ ] ${spelledAll(checks, facts.planFile)} succeed${checks.length === 1 ? 's' : ''}`]),
    `- [ ] Nothing outside of the paths below was changed`,
  ];
};

function constraintsOf(facts: PromptFacts, task: Task): readonly string[] {
  const { plan, base, target, order } = facts;
  const from = (order.before.get(task.id) ?? []).length === 0 ? base : target;
  const may = mayOf(task);
  const mayNot = task.scope?.mayNot ?? [];
  const checks = checksOf(facts, task);
  return [
    `- Branch: ${code(handBranch(plan, task))}, from ${code(from)}; a pull request to ${code(target)}, never a push to it`,
    ...(may === null ? [] : [`- Modify only: ${may.length === 0 ? 'nothing' : codes(may)}`]),
    `- Do not modify: ${mayNot.length === 0 ? 'any other path' : codes(mayNot)}`,
    `- Test command: ${checks.length === 0 ? 'none' : spelledAll(checks, facts.planFile)}`,
  ];
}

function referencesOf({ plan, guides }: PromptFacts, task: Task, planLink: string): readonly string[] {
  const file = briefFile(task);
  return [
    `- Plan: ${linked(issueLink(planLink), plan.name)}`,
    ...task.issues.map((ref) => `- Issue: ${linked(issueLink(ref))}`),
    ...(file === null ? [] : [`- Brief: ${code(file)}, given above`]),
    ...guides.map((guide) => `- The repository's word to agents: ${code(guide)}`),
  ];
}

const missingIn = (facts: PromptFacts, task: Task): readonly Diagnostic[] => [
  ...(briefText(facts, task) === null && task.steps.length === 0 ? [absent(task, 'brief', 'brief')] : []),
  ...(task.done.length === 0 && task.artifacts.length === 0 ? [absent(task, 'done', 'acceptance criteria')] : []),
  ...(checksOf(facts, task).length === 0 && !isReadOnly(task) ? [absent(task, 'checks', 'test command')] : []),
  ...(mayOf(task) === null ? [absent(task, 'scope', 'scope')] : []),
  ...(task.issues.length === 0 ? [absent(task, 'issues', 'issue')] : []),
];

/** One sentence for the whole plan, however many tasks go outside. */
const detached: Diagnostic = {
  code: 'prompt-plan-link',
  severity: 'error',
  what: 'The plan is attached nowhere that an outside agent could read it',
  why: 'An agent that works elsewhere sees only what is linked; work that does not know the plan is not sent out',
  next: 'Attach the plan to its issue, and say where: --plan-link https://…',
  task: null,
  field: null,
};
