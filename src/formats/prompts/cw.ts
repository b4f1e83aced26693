import { choiceOf } from '../../core/agent-choice.ts';
import { handBranch } from '../../core/branch-name.ts';
import { code, numbered, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { isReadOnly, type Plan, type Task } from '../../core/plan.ts';
import type { PromptFacts, Writer, Written } from './facts.ts';
import { absent, briefFile, briefText, checksOf, codes, mayOf, prefaceOf, quotedText, typed, wrong } from './texts.ts';

/** The short text that a session starts with has at most so many characters. */
const GOAL_CHARS_MAX = 4_000;

/** The whole assignment of a worker that never sees the board, and the short text that starts its session. */
export const cwPrompt: Writer = (facts, task): Written => {
  const title = oneLine(task.title);
  const goal = goalOf(facts, task);
  if (goal.length > GOAL_CHARS_MAX) return { title, text: null, files: [], findings: [tooLong(task, goal.length)] };
  const id = cwId(facts.plan, task);
  const sections = [
    ...prefaceOf(facts.plan, task),
    `You are the implementer of task ${id}: ${title}. All that you need is in this text: you see no task board, and you change none.`,
    section('Assignment', assignmentOf(facts, task)),
    section('Metadata', `${FENCE}json\n${JSON.stringify(metadataOf(facts, task), null, 1)}\n${FENCE}`),
    section('Phases', phasesText(facts, task)),
    section('Result', resultOf(facts.plan, task)),
  ];
  const files = [{ name: `goal-${task.id}.md`, text: `${goal}\n` }];
  return { title, text: sections.join('\n\n'), files, findings: missingIn(facts, task) };
};

const FENCE = '```';
const section = (title: string, body: string): string => `## ${title}\n\n${body}`;

/** `T01` as the plan has it, else by its place in the plan. */
function cwId({ tasks }: Plan, task: Task): string {
  if (tasks.every(({ id }) => /^T\d+(\.\d+)?$/.test(id))) return task.id;
  return `T${String(tasks.indexOf(task) + 1).padStart(2, '0')}`;
}

function assignmentOf(facts: PromptFacts, task: Task): string {
  const text = briefText(facts, task);
  const reading = [...[briefFile(task)].flatMap((file) => file ?? []), ...facts.guides];
  const may = mayOf(task);
  const mayNot = task.scope?.mayNot ?? [];
  return [
    ...(text === null ? [] : [quotedText(text)]),
    ...(task.steps.length === 0 ? [] : [numbered(task.steps)]),
    ...(reading.length === 0 ? [] : [`Read first: ${codes(reading)}.`]),
    may === null
      ? 'No scope was declared: keep to what the task needs.'
      : `Scope: ${may.length === 0 ? 'nothing is written' : codes(may)}${mayNot.length === 0 ? '' : `; not ${codes(mayNot)}`}.`,
    `Branch: ${code(handBranch(facts.plan, task))}, in a worktree of your own (${code('BRANCHLINE_WORKTREE')} names it where it is set). Never push.`,
  ].join('\n\n');
}

const COMPLEXITIES = ['trivial', 'standard', 'complex'];
const COMMIT_TYPES: Readonly<Record<Task['kind'], string>> = {
  code: 'feat',
  research: 'docs',
  docs: 'docs',
  chore: 'chore',
};

/** In the fields of that board. What the plan does not say is not in it. */
function metadataOf(facts: PromptFacts, task: Task): Readonly<Record<string, unknown>> {
  const unit = facts.plan.tasks.indexOf(task) + 1;
  const { model } = choiceOf(facts.plan, task);
  const isKnown = task.mode !== null && COMPLEXITIES.includes(task.mode);
  return {
    task_id: cwId(facts.plan, task),
    scope: { affected_areas: mayOf(task) ?? [], patterns_to_follow: task.reads },
    requirements: task.done.map((text, at) => ({ id: `R${unit}.${at + 1}`, text, testable: true })),
    proof_artifacts: [
      ...task.checks.map((each) => ({ type: 'cli', command: typed(each), expected: 'exit code 0' })),
      ...task.artifacts.map((path) => ({ type: 'file', path })),
    ],
    commit: { template: commitOf(task) },
    verification: { pre: [], post: checksOf(facts, task).map(typed) },
    role: 'implementer',
    ...(isKnown ? { complexity: task.mode } : {}),
    ...(model === null ? {} : { model }),
  };
}

const commitOf = ({ kind, id, title }: Task): string => `${COMMIT_TYPES[kind]}(${id}): ${oneLine(title)}`;

function phasesText(facts: PromptFacts, task: Task): string {
  const id = cwId(facts.plan, task);
  const writing = isReadOnly(task)
    ? 'read what it asks for, and write the artifacts; no code changes'
    : 'make the change, with its tests';
  const names: readonly (readonly [string, string])[] = [
    ['ORIENT', 'read this text to its end; see where you are and on which branch'],
    ['BASELINE', 'run the commands of `verification` once, before you change anything, and note what fails already'],
    ['CONTEXT', 'read the files of the scope and the patterns to follow'],
    ['IMPLEMENT', writing],
    ['VERIFY-LOCAL', 'run what concerns your change, and repair what fails'],
    [
      'PROOF',
      `carry out each proof. Keep what it printed in ${code(`${id}-01-cli.txt`)}, ${code('…-02-…')} and so on, each with the lines Type, Command, Expected, Timestamp and Status (PASS, FAIL, BLOCKED or SKIPPED) at its top, and list them in ${code(`${id}-proofs.md`)}. They lie in the folder of the file that ${code('BRANCHLINE_REPORT')} names; where it is not set, in a folder outside of the worktree. Nothing is committed while one of them is missing`,
    ],
    [
      'SANITIZE',
      'replace keys, tokens, passwords and addresses with credentials in the proofs by `[REDACTED]`, and look through them once more',
    ],
    ['COMMIT', `only files of the scope, with the subject ${code(commitOf(task))}; do not push`],
    ['VERIFY-FULL', 'run all of `verification.post` on that commit'],
    ['REPORT', 'write the result block below'],
    ['CLEAN EXIT', 'nothing uncommitted is left, nothing that you started still runs'],
  ];
  return `${names.map(([name, what], at) => `${at + 1}. ${name}: ${what}.`).join('\n')}\n\nAt most three attempts at a phase. After the third leave everything as it is, and report the phase and the reason: nothing is stashed or thrown away. Nobody answers questions; where something is open, assume what is sensible and say so.`;
}

function resultOf(plan: Plan, task: Task): string {
  const result = {
    task_id: cwId(plan, task),
    status: 'completed | failed',
    commit_sha: '…',
    proof_dir: '…',
    proof_results: [{ type: 'cli', status: 'PASS', output_file: '…' }],
    proof_summary: '…',
    failed_phase: null,
    failure_reason: null,
    completed_at: '…',
  };
  return [
    `End with these lines, filled in with what happened, in the file that ${code('BRANCHLINE_REPORT')} names (else as your last message). They are a claim, and are compared with the commit.`,
    `${FENCE}text\nCW-EXECUTE COMPLETE\nCW-RESULT-BLOCK-START\n${JSON.stringify(result)}\nCW-RESULT-BLOCK-END\n${FENCE}`,
  ].join('\n\n');
}

/** What there is to reach, for a session that is started with it. */
function goalOf(facts: PromptFacts, task: Task): string {
  const text = briefText(facts, task) ?? '';
  const rest = [
    `# ${cwId(facts.plan, task)}: ${oneLine(task.title)}`,
    ...task.done.map((each) => `- ${oneLine(each)}`),
  ].join('\n');
  const room = GOAL_CHARS_MAX - rest.length - 400;
  const file = briefFile(task);
  const where = file === null ? `It is task ${code(task.id)} of ${code(facts.planFile)}.` : `It is in ${code(file)}.`;
  return `${rest}\n\n${text.length > room ? where : `${text}\n\n${where}`}`.trim();
}

const missingIn = (facts: PromptFacts, task: Task): readonly Diagnostic[] => [
  ...(task.done.length === 0 ? [absent(task, 'done', 'requirements')] : []),
  ...(task.checks.length + task.artifacts.length === 0 ? [absent(task, 'checks', 'proofs')] : []),
  ...(checksOf(facts, task).length === 0 && !isReadOnly(task) ? [absent(task, 'checks', 'verification')] : []),
  ...(mayOf(task) === null ? [absent(task, 'scope', 'scope')] : []),
];

const tooLong = (task: Task, chars: number): Diagnostic =>
  wrong(task, 'done', {
    code: 'prompt-too-long',
    what: `The goal of ${task.id} has ${chars} characters, even without its brief`,
    why: `A text that starts a session has at most ${GOAL_CHARS_MAX}`,
    next: 'Say what done means in fewer words, or split the task',
  });
