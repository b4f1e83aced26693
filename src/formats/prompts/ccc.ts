import { choiceOf } from '../../core/agent-choice.ts';
import { handBranch } from '../../core/branch-name.ts';
import { code, numbered, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { isReadOnly, type Plan, type Task } from '../../core/plan.ts';
import { bareIds, bareIn, linkedIn } from './bare-ids.ts';
import { execOf } from './exec-mode.ts';
import type { PromptFacts, Writer, Written } from './facts.ts';
import { issueLink, linked, shortLink } from './issue-link.ts';
import { phasesOf } from './names.ts';
import { OUTSIDERS, outsidePrompt } from './outside.ts';
import { absent, agentOf, and, briefFile, briefText, codes, mayOf, prefaceOf, quotedText } from './texts.ts';

/** The text of a sub-issue: who it is for opens a session with it. Agents outside get a form of their own. */
export const cccPrompt: Writer = (facts, task): Written => {
  if (OUTSIDERS.has(agentOf(facts, task) ?? '')) return outsidePrompt(facts, task);
  const phase = phasesOf(facts.plan, facts.order).get(task.id);
  const title = `Batch ${phase?.id}: ${phase?.focus}`;
  const text = linkedIn(facts.plan, body(facts, task));
  return { title, text, files: [], findings: [...missingIn(facts, task), ...bareIds(task), ...bareIn(facts, task)] };
};

function body(facts: PromptFacts, task: Task): string {
  const { plan, project, root } = facts;
  const phase = phasesOf(plan, facts.order).get(task.id);
  const { exec, launch } = execOf(plan, task);
  const paragraphs = [
    ...prefaceOf(plan, task),
    `${headOf(task)}\n(Phase ${phase?.id}: ${phase?.focus}) from master plan ${masterOf(facts)}.\n${project}: ${code(root)}\nLaunch from: ${code(root)} (required: instructions and settings are read from there)`,
    `**Exec mode:** ${exec} | **Launch as:** ${launch}`,
    metadataOf(facts, task),
    "Reply with 'Session started' before beginning work.\nEstimate cost before execution. If >$10 and cost profile is not unlimited, checkpoint.",
    `Context:\n${contextOf(facts, task)
      .map((line) => `- ${line}`)
      .join('\n')}`,
    `Execution mode: ${exec} | Launch as: ${launch} | Worktree: ${worktreeOf(facts, task)}`,
    `Tasks:\n${tasksOf(facts, task)}`,
    deliverableOf(task),
    'Update Linear issue status to Done/In Review.',
  ];
  return paragraphs.filter((each) => each !== '').join('\n\n');
}

const VERBS: Readonly<Record<Task['kind'], string>> = {
  code: 'Implement',
  research: 'Investigate',
  docs: 'Document',
  chore: 'Carry out',
};

function headOf(task: Task): string {
  const [first, ...more] = task.issues.map(issueLink);
  const title = oneLine(task.title);
  const also = more.length === 0 ? '' : ` (and ${and(more.map(shortLink))})`;
  return `${VERBS[task.kind]} ${first === undefined ? title : linked(first, title)}${also}`;
}

const masterOf = ({ plan, planLink, planFile }: PromptFacts): string =>
  planLink === null ? `${plan.name} (${code(planFile)})` : linked(issueLink(planLink), plan.name);

/** Labels of the sub-issue. */
export const labelsOf = (plan: Plan, task: Task): readonly string[] => [
  `type:${isReadOnly(task) ? 'spike' : 'chore'}`,
  `exec:${execOf(plan, task).exec.replace(/ .*/, '')}`,
];

/** What the sub-issue is given beside its text. */
function metadataOf(facts: PromptFacts, task: Task): string {
  const parent = facts.planLink === null ? '' : ` · Parent: ${masterOf(facts)}`;
  const points = pointsOf(task);
  return `Labels: ${labelsOf(facts.plan, task).join(', ')}${points === null ? '' : ` · Estimate: ${points}`}${parent} · Assignee: ${agentOf(facts, task) ?? 'nobody yet'}`;
}

const FIBONACCI = ['1', '2', '3', '5', '8', '13', '21'];

/** Points stand among the labels, since a plan has minutes only; minutes are never turned into points. */
export const pointsOf = ({ labels }: Task): string | null =>
  labels
    .flatMap((label) => /^(\d+) ?(?:pt|pts|points?)$/.exec(label)?.[1] ?? [])
    .find((each) => FIBONACCI.includes(each)) ?? null;

/** Three to five things that a session has to know. */
function contextOf(facts: PromptFacts, task: Task): readonly string[] {
  const { plan, order, base, target, guides } = facts;
  const phases = phasesOf(plan, order);
  const name = (id: string): string => `${phases.get(id)?.id} (${phases.get(id)?.focus})`;
  const before = (order.before.get(task.id) ?? []).map(name);
  const batch = phases.get(task.id)?.batch;
  const beside = plan.tasks
    .filter(({ id }) => id !== task.id && phases.get(id)?.batch === batch)
    .map(({ id }) => name(id));
  const reading = [briefFile(task), ...guides].flatMap((file) => (file === null ? [] : [code(file)]));
  const start =
    before.length === 0
      ? 'It depends on no other session'
      : `Start only when ${and(before)} ${before.length === 1 ? 'is' : 'are'} merged`;
  const company =
    beside.length === 0
      ? 'nothing runs beside it'
      : `${and(beside)} may run beside it: read neither their branches nor their issues`;
  const may = mayOf(task);
  const left = task.scope?.mayNot ?? [];
  return [
    ...(reading.length === 0 ? [] : [`Read first, in this order: ${reading.join(', ')}`]),
    `One of ${plan.tasks.length} sessions of this plan, in batch ${batch}. ${start}; ${company}`,
    may === null
      ? 'What it may write was not declared: keep to what the task needs'
      : `Write only ${may.length === 0 ? 'nothing: this session reads' : codes(may)}; leave ${left.length === 0 ? 'everything else' : codes(left)} alone`,
    `Branch ${code(handBranch(plan, task))}, from ${code(before.length === 0 ? base : target)}; never commit to ${code(target)}`,
    ...costOf(facts, task),
  ];
}

/** The cap in dollars that the plan puts on the task; null: none. */
export const capOf = ({ plan }: Pick<PromptFacts, 'plan'>, { budget }: Task): number | null =>
  budget.task?.usd ?? plan.budget.task.usd;

function costOf(facts: PromptFacts, task: Task): readonly string[] {
  const usd = capOf(facts, task);
  return usd === null ? [] : [`It may cost $${usd} in all`];
}

/** Whether it gets a worktree: who only reads needs none, and an agent outside has its own checkout. */
export function worktreeOf(facts: PromptFacts, task: Task): 'yes' | 'no' | 'n/a' {
  if (OUTSIDERS.has(agentOf(facts, task) ?? '')) return 'n/a';
  const { launch } = choiceOf(facts.plan, task);
  return isReadOnly(task) || launch === 'read-only' ? 'no' : 'yes';
}

function tasksOf(facts: PromptFacts, task: Task): string {
  const text = 'text' in (task.brief ?? {}) ? briefText(facts, task) : null;
  const plain = text !== null && !text.includes('\n') ? text : null;
  const steps = task.steps.length > 0 ? task.steps : [plain ?? oneLine(task.title)];
  if (text === null || (plain !== null && task.steps.length === 0)) return numbered(steps);
  return `${numbered(steps)}\n\n${plain ?? quotedText(text)}`;
}

function deliverableOf(task: Task): string {
  const what = [...task.done.map(oneLine), ...(task.artifacts.length === 0 ? [] : [codes(task.artifacts)])];
  const issues = task.issues.map(issueLink).map(shortLink);
  const update = issues.length === 0 ? '' : ` Update ${and(issues)} with results.`;
  return `Deliverable: ${what.length === 0 ? oneLine(task.title) : what.join('; ')}.${update}`;
}

function missingIn(facts: PromptFacts, task: Task): readonly Diagnostic[] {
  const { chosen } = execOf(facts.plan, task);
  return [
    ...(task.issues.length === 0 ? [absent(task, 'issues', 'issue')] : []),
    ...(task.done.length === 0 && task.artifacts.length === 0 ? [absent(task, 'done', 'deliverable')] : []),
    ...(task.steps.length === 0 ? [absent(task, 'steps', 'numbered tasks')] : []),
    ...(pointsOf(task) === null ? [absent(task, 'labels', 'estimate in points (as in 3pt)')] : []),
    ...(chosen ? [absent(task, 'mode', 'exec mode (the safer one that fits was taken)')] : []),
  ];
}
