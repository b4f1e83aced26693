import { handBranch } from '../../core/branch-name.ts';
import { code, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { isReadOnly, type Task } from '../../core/plan.ts';
import { closingOf } from './closing.ts';
import type { PromptFacts, Writer, Written } from './facts.ts';
import { soldiersOf, trackNames } from './names.ts';
import {
  absent,
  and,
  briefFile,
  checksOf,
  codes,
  doubtful,
  mayOf,
  prefaceOf,
  spelledAll,
  wordsIn,
  wrong,
} from './texts.ts';

/** A prompt of this style has fewer words than this. */
const TRACK_WORDS = 200;

/** How much of the task stands in the prompt itself; the rest is in the file that the prompt names. */
const WAYS = ['whole', 'brief-in-file', 'all-in-file'] as const;
type Way = (typeof WAYS)[number];

/** One paragraph that a person pastes into an agent: what to read, where to write, how to end. */
export const tracksPrompt: Writer = (facts, task): Written => {
  const title = oneLine(task.title);
  const missing = missingIn(task);
  if (mayOf(task) === null) return { title, text: null, files: [], findings: [...missing, scopeless(task)] };
  const texts = WAYS.filter((way) => fits(way, task)).map((way) => ({ way, text: paragraph(facts, task, way) }));
  const chosen = texts.find(({ text }) => wordsIn(text) < TRACK_WORDS);
  if (chosen === undefined) {
    const least = Math.min(...texts.map(({ text }) => wordsIn(text)));
    return { title, text: null, files: [], findings: [...missing, tooLong(task, least)] };
  }
  const byFile = chosen.way !== 'whole' && !facts.planCommitted ? [uncommitted(facts, task)] : [];
  return { title, text: chosen.text, files: [], findings: [...missing, ...byFile] };
};

/** Text of several paragraphs or with lists loses its sense in one paragraph. */
function fits(way: Way, { brief, steps }: Task): boolean {
  if (way === 'whole') return brief === null || 'file' in brief || isOneParagraph(brief.text);
  if (way === 'brief-in-file') return brief !== null && 'text' in brief;
  return brief !== null || steps.length > 0;
}

const isOneParagraph = (text: string): boolean => !/\n\s*(?:\n|[-*+>#|]|\d+[.)]\s|`{3}|~{3})/.test(text.trim());

const paragraph = (facts: PromptFacts, task: Task, way: Way): string =>
  [
    startOf(facts, task),
    ...prefaceOf(facts.plan, task).map(oneLine),
    ...readingOf(facts, task, way),
    ...workOf(facts, task, way),
    ...scopeOf(task),
    ...checkOf(facts, task),
    pushOf(facts, task),
    closingOf(task),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');

function startOf({ plan, order, target }: PromptFacts, task: Task): string {
  const before = order.before.get(task.id) ?? [];
  if (before.length === 0) return '';
  const names = trackNames(plan);
  const tracks = and(before.map((id) => names.get(id) ?? code(id)));
  return `**DO NOT START until ${tracks} have merged their work to ${target}.**`;
}

/** Handover first, then the repository's own word to agents. */
function readingOf({ guides, planFile }: PromptFacts, task: Task, way: Way): readonly string[] {
  const file = briefFile(task);
  const inPlan = `the handover, which is task ${code(task.id)} of ${code(planFile)}`;
  const handover = [
    ...(file === null ? [] : [`the handover document at ${code(file)}`]),
    ...(way === 'whole' || (way === 'brief-in-file' && file !== null) ? [] : [inPlan]),
  ];
  const all = [...handover, ...guides.map(code)];
  return all.length === 0 ? [] : [`Before anything else read ${all.join(', then ')}.`];
}

function workOf({ plan }: PromptFacts, task: Task, way: Way): readonly string[] {
  const name = calledBy(trackNames(plan).get(task.id) ?? '', bare(task.title));
  const soldiers = soldiersOf(task).join(', ');
  const listed = soldiers === '' ? '' : ` and execute all soldiers listed there (${soldiers})`;
  if (way === 'all-in-file') return [`You are ${name}: do what is written there${listed}.`];
  const text = way === 'whole' && task.brief !== null && 'text' in task.brief ? task.brief.text.trim() : '';
  return [
    `You are ${name}.`,
    sentence(text),
    soldiers === '' ? '' : `Execute all soldiers listed (${soldiers})${stepsOf(task)}.`,
    task.done.length === 0 ? '' : sentence(`Done means: ${task.done.map(bare).join('; ')}`),
  ];
}

/** The title says the letter already where the track goes by it. */
const calledBy = (name: string, title: string): string => {
  const letter = /^Track (\w+)$/.exec(name)?.[1];
  return letter === undefined ? `${name} (${title})` : `Track ${title.replace(/^Track\s+/, '')}`;
};

/** Steps that say more than their own names. */
function stepsOf(task: Task): string {
  const names = soldiersOf(task);
  const texts = task.steps.map((step, at) => (step.trim() === names[at] ? '' : numberedStep(step, names[at] ?? '')));
  return texts.every((text) => text === '') ? '' : `: ${texts.filter((text) => text !== '').join('; ')}`;
}

const numberedStep = (step: string, name: string): string =>
  step.startsWith(name) ? bare(step) : `(${name}) ${bare(step)}`;

const bare = (text: string): string =>
  oneLine(text)
    .trim()
    .replace(/[.;]+$/, '');
const sentence = (text: string): string => {
  const line = oneLine(text).trim();
  return line === '' || /[.!?:]$/.test(line) ? line : `${line}.`;
};

/** Both lists always: what is not said to be another's is taken for free. */
function scopeOf(task: Task): readonly string[] {
  const may = mayOf(task) ?? [];
  const mayNot = task.scope?.mayNot ?? [];
  const left = mayNot.length === 0 ? 'any other path' : codes(mayNot);
  if (!isReadOnly(task)) return [`You touch ONLY ${codes(may)}. Do NOT edit ${left}.`];
  const where = may.length === 0 ? 'nothing' : `the artifacts ${codes(may)}: your findings go there, nowhere else`;
  return [`This is analysis, and the code is READ-ONLY. You touch ONLY ${where}. Do NOT edit ${left}.`];
}

function checkOf(facts: PromptFacts, task: Task): readonly string[] {
  const checks = checksOf(facts, task);
  return checks.length === 0 ? [] : [`Run ${spelledAll(checks, facts.planFile)} and repair what fails.`];
}

function pushOf({ plan, order, base, target }: PromptFacts, task: Task): string {
  const branch = handBranch(plan, task);
  const from = (order.before.get(task.id) ?? []).length === 0 ? base : target;
  return `Work on a branch of your own, ${code(branch)}, made from the newest ${code(from)}; commit there and push it (${code(`git push -u origin ${branch}`)}), never to ${code(target)}.`;
}

const missingIn = (task: Task): readonly Diagnostic[] => [
  ...(task.brief === null ? [absent(task, 'brief', 'handover')] : []),
  ...(task.steps.length === 0 ? [absent(task, 'steps', 'soldiers')] : []),
  ...(task.issues.length === 0 ? [absent(task, 'issues', 'issues')] : []),
  ...(isReadOnly(task) && task.artifacts.length === 0 ? [absent(task, 'artifacts', 'artifacts')] : []),
];

const scopeless = (task: Task): Diagnostic =>
  wrong(task, 'scope', {
    code: 'prompt-scope',
    what: `${task.id} does not say what it may write`,
    why: 'A prompt of this style always names what the track touches and what it leaves alone',
    next: 'Add scope: { may: […] } to it',
  });

const tooLong = (task: Task, count: number): Diagnostic =>
  wrong(task, 'scope', {
    code: 'prompt-too-long',
    what: `The prompt of ${task.id} has ${count} words, even with its brief in a file`,
    why: `A prompt of this style has fewer than ${TRACK_WORDS}: longer ones are not read to the end, where closing stands`,
    next: 'Name fewer patterns (whole folders), issues or commands, or split the task',
  });

const uncommitted = ({ planFile, base }: PromptFacts, task: Task): Diagnostic =>
  doubtful(task, 'brief', {
    code: 'prompt-plan-file',
    what: `The prompt of ${task.id} sends its reader to ${planFile}, which is not on ${base}`,
    why: 'What it has to say is too long for the prompt, and whoever works on a branch made from there will not find the file',
    next: `Commit the plan to ${base}, or put the brief into a file of the repository`,
  });
