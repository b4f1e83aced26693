import { handBranch } from '../../core/branch-name.ts';
import { code, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { isReadOnly, type Task } from '../../core/plan.ts';
import type { PromptFacts, Writer, Written } from './facts.ts';
import { absent, briefFile, briefText, checksOf, codes, mayOf, prefaceOf, spelledAll, wrong } from './texts.ts';

/** What a worker of this style is told has at most so many lines. */
const LINES_MAX = 150;

/** What a background worker of dispatch is told, and the checklist that it ticks. */
export const dispatchPrompt: Writer = (facts, task): Written => {
  const title = oneLine(task.title);
  const folder = `.dispatch/tasks/${task.id}`;
  const text = [
    ...prefaceOf(facts.plan, task),
    whereOf(task, folder),
    contextOf(facts, task),
    rulesOf(facts, task),
  ].join('\n\n');
  const lines = text.split('\n').length;
  if (lines > LINES_MAX) return { title, text: null, files: [], findings: [tooLong(task, lines)] };
  return {
    title,
    text,
    files: [{ name: `${task.id}/plan.md`, text: checklistOf(task, folder) }],
    findings: missingIn(task),
  };
};

/** The plan of the task as this system keeps it: nothing ticked. */
function checklistOf(task: Task, folder: string): string {
  const steps = task.steps.length === 0 ? [task.title] : task.steps;
  const items = [...steps, `Write what came out of it to ${folder}/output.md`];
  return `# ${oneLine(task.title)}\n\n${items.map((item) => `- [ ] ${oneLine(item)}`).join('\n')}\n`;
}

const whereOf = ({ id }: Task, folder: string): string =>
  `You are the worker of task ${code(id)}. Your checklist is ${code(`${folder}/plan.md`)}, your result goes to ${code(`${folder}/output.md`)}, and questions go through files in ${code(`${folder}/ipc`)}. These paths start at the root of your own worktree: where ${code('BRANCHLINE_WORKTREE')} is set, that is the folder it names, and never the checkout that it was made from. Where ${code('BRANCHLINE_DESK')} is set, that folder is your ipc folder, and no other is read.`;

/** The outcome in the person's words, where to look, what is not obvious; no recipe. */
function contextOf(facts: PromptFacts, task: Task): string {
  const text = briefText(facts, task);
  const file = briefFile(task);
  const may = mayOf(task);
  const mayNot = task.scope?.mayNot ?? [];
  const before = facts.order.before.get(task.id) ?? [];
  const checks = checksOf(facts, task);
  const lines = [
    ...(file === null ? [] : [`- Read ${code(file)} first.`]),
    ...(facts.guides.length === 0 ? [] : [`- The repository's word to agents: ${codes(facts.guides)}.`]),
    ...(before.length === 0
      ? []
      : [
          `- It builds on ${codes(before)}: do not begin before ${before.length === 1 ? 'that is' : 'those are'} merged into ${code(facts.target)}.`,
        ]),
    ...(may === null
      ? []
      : [
          `- Write only ${may.length === 0 ? '`output.md`' : codes(may)}${isReadOnly(task) ? '; the code is only read' : ''}.`,
        ]),
    ...(mayNot.length === 0 ? [] : [`- Leave ${codes(mayNot)} alone.`]),
    ...(checks.length === 0 ? [] : [`- It will be checked with ${spelledAll(checks, facts.planFile)}.`]),
    `- Work on the branch ${code(handBranch(facts.plan, task))}, never on ${code(facts.target)}.`,
    ...task.done.map((each) => `- Done means: ${oneLine(each)}`),
  ];
  return ['Context:', ...(text === null || file !== null ? [] : ['', text, '']), ...lines].join('\n');
}

function rulesOf({ plan }: PromptFacts, task: Task): string {
  const { policy } = { ...plan.questions, ...task.questions };
  const asking =
    policy === 'forbid'
      ? 'Nobody answers questions. Where something is open, assume what is sensible, note it behind the item, and go on.'
      : 'To ask, write the question to `NNN.question.tmp` in the ipc folder and rename it to `NNN.question`; NNN has three digits and is one more than the highest number there (`001` first). Wait for `NNN.answer`. When you have read it, make an empty `NNN.done` and go on. If none has come after three minutes, write what you know so far to `context.md` beside your checklist, mark the item `[?]` with the question as its reason, and end.';
  return [
    'How to work:',
    '1. Take the items of the checklist from top to bottom. Tick each as `[x]` the moment it is done, with a few words behind a dash where they help.',
    `2. ${asking}`,
    '3. An error that you cannot get past: mark the item `[!]` with the reason behind a dash, and end.',
    '4. When every item is ticked, write `output.md`, commit your work, and make an empty file `.done` in the ipc folder. It is a claim: what you changed is checked before it lands. Never make it while an item is open.',
    `5. Notes that appear in the checklist as ${code('> **Note from dispatcher:** …')} are for you.`,
  ].join('\n');
}

const missingIn = (task: Task): readonly Diagnostic[] => [
  ...(task.brief === null ? [absent(task, 'brief', 'context')] : []),
  ...(task.steps.length === 0 ? [absent(task, 'steps', 'checklist')] : []),
];

const tooLong = (task: Task, lines: number): Diagnostic =>
  wrong(task, 'brief', {
    code: 'prompt-too-long',
    what: `The prompt of ${task.id} has ${lines} lines`,
    why: `A brief of this style has at most ${LINES_MAX}`,
    next: 'Put the brief into a file of the repository and name that, or split the task',
  });
