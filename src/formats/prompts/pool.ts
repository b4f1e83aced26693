import { handBranch } from '../../core/branch-name.ts';
import { code, numbered, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { isReadOnly, type Task } from '../../core/plan.ts';
import type { PromptFacts, Writer, Written } from './facts.ts';
import { absent, briefFile, briefText, checksOf, codes, mayOf, prefaceOf, quotedText, spelled } from './texts.ts';

/** What the executor of one task is told in a pool of worktrees. */
export const poolPrompt: Writer = (facts, task): Written => {
  const sections = [
    ...prefaceOf(facts.plan, task),
    `You are the executor of exactly one task: ${code(task.id)}, ${oneLine(task.title)}.`,
    placeOf(facts, task),
    section('What to do', workOf(facts, task)),
    section('How to work', cycleOf(task)),
    section('Verification', verificationOf(facts, task)),
    section('How to end', ENDINGS(task)),
  ];
  return { title: oneLine(task.title), text: sections.join('\n\n'), files: [], findings: missingIn(facts, task) };
};

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;

function placeOf({ plan }: PromptFacts, task: Task): string {
  const may = mayOf(task);
  const mayNot = task.scope?.mayNot ?? [];
  return [
    `- Worktree: the folder that ${code('BRANCHLINE_WORKTREE')} names where it is set, else the slot that ${code(`pool acquire ${task.id}`)} printed (${code('wt-N|path|branch')}). Stay in it.`,
    `- Branch: the one that is checked out there when you begin; if you have to make one yourself, ${code(handBranch(plan, task))}.`,
    ...(may === null ? [] : [`- Write only ${may.length === 0 ? 'nothing' : codes(may)}.`]),
    ...(mayNot.length === 0 ? [] : [`- Leave ${codes(mayNot)} alone.`]),
    `- ${code('.claude/auto-progress.yaml')} and ${code('.claude/pool-state.json')} have one writer, and it is not you. Your claims go where the end of this text says.`,
  ].join('\n');
}

function workOf(facts: PromptFacts, task: Task): string {
  const text = briefText(facts, task);
  const file = briefFile(task);
  const reading = [...(file === null ? [] : [file]), ...facts.guides];
  return (
    [
      ...(reading.length === 0 ? [] : [`Read first: ${codes(reading)}.`]),
      ...(text === null ? [] : [quotedText(text)]),
      ...(task.steps.length === 0 ? [] : [numbered(task.steps)]),
      ...(task.done.length === 0 ? [] : [`Done means:\n\n${task.done.map((each) => `- ${oneLine(each)}`).join('\n')}`]),
    ].join('\n\n') || oneLine(task.title)
  );
}

function cycleOf(task: Task): string {
  if (isReadOnly(task)) {
    return `The code is READ-ONLY. Write your findings to ${task.artifacts.length === 0 ? 'your report' : codes(task.artifacts)}.`;
  }
  const share = task.labels.includes('critical') ? '80 %' : '60 %';
  return [
    '1. RED: write a test that fails because the work is not done.',
    '2. GREEN: the least change that makes it pass.',
    '3. REFACTOR: put it in order while the tests stay green.',
    `4. MUTATE: change the code on purpose and see the tests fail; at least ${share} of such changes must be caught.`,
    '',
    'At most three attempts at repairing one failure, and at most five rounds of verification. Past either, stop and say what you know.',
  ].join('\n');
}

function verificationOf(facts: PromptFacts, task: Task): string {
  const checks = checksOf(facts, task);
  const files = task.artifacts.map((path) => `- ${code(path)} is there and not empty`);
  if (checks.length === 0 && files.length === 0)
    return 'None was given: say in your report how you convinced yourself.';
  return [
    ...checks.map((command) => `- ${spelled(command, facts.planFile)} ends with exit code 0`),
    ...files,
    '',
    'Run each of them in your worktree after your last change, and put what it printed into your report as it is.',
  ].join('\n');
}

const ENDINGS = ({ id }: Task): string =>
  [
    `Commit, then write your report to the file that ${code('BRANCHLINE_REPORT')} names; where it is not set, your last message is the report. Its last line is one of these, alone on it:`,
    '',
    `- ${code(`READY_FOR_QA: ${id}`)} when everything above holds`,
    `- ${code(`TASK_FAILED: ${id}`)} when it does not, with the reason in the lines before it`,
    '',
    `Only for ${code(id)} (where ${code('BRANCHLINE_TASK')} is set, it says the same). ${code('TASK_DONE')} and ${code('TASK_APPROVED')} are not yours to say: the work is looked at by somebody else first.`,
  ].join('\n');

const missingIn = (facts: PromptFacts, task: Task): readonly Diagnostic[] => [
  ...(task.brief === null && task.steps.length === 0 ? [absent(task, 'brief', 'brief')] : []),
  ...(checksOf(facts, task).length === 0 && !isReadOnly(task) ? [absent(task, 'checks', 'verification command')] : []),
];
