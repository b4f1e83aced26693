import type { DraftTask, Origin } from '../draft.ts';
import type { PlannedText, PlanQuestion } from './plan-text.ts';

/** Names that a person chose among those of a question; not in the map: nobody said. */
export type Answers = ReadonlyMap<PlanQuestion, readonly string[]>;

/** Whether an answer changes the plan. The others are only worth knowing. */
export const isAskable = ({ asks, among }: PlanQuestion): boolean =>
  (asks === 'which' && among.length > 0) || (asks === 'order' && among.length > 1);

/**
 * The draft with what was answered. Where nobody answered, a task waits for all that may be meant: it may then begin
 * later than it could, and never beside one whose result it works with.
 */
export function answered({ draft, questions }: PlannedText, answers: Answers): PlannedText['draft'] {
  const open = new Map(draft.tasks.map((task) => [task.name, task]));
  const waits = questions.flatMap((question) => waitsOf(question, answers, open));
  for (const { task, needs, note, from } of waits) {
    const there = open.get(task);
    if (there === undefined || reaches(open, needs, task)) continue;
    open.set(task, withNeed(there, { needs, note, from }));
  }
  return { ...draft, tasks: draft.tasks.map((task) => open.get(task.name) ?? task) };
}

type Need = { readonly needs: string; readonly note: string; readonly from: Origin };
type Wait = Need & { readonly task: string };

function waitsOf(question: PlanQuestion, answers: Answers, tasks: ReadonlyMap<string, DraftTask>): readonly Wait[] {
  const { at: from, asks, among, task, text } = question;
  const said = answers.get(question);
  const asked = text.replace(/\s+/g, ' ').slice(0, 160);
  if (asks === 'order') {
    if (said !== undefined && said.length === 0) return [];
    const note = said === undefined ? `nobody said, so one after the other: ${asked}` : 'in order, as was answered';
    const open = among.filter((name) => tasks.get(name)?.state === 'open');
    return open.slice(1).map((name, index) => ({ task: name, needs: open[index] ?? '', note, from }));
  }
  if (task === null || asks === 'first') return [];
  const note = said === undefined ? `nobody said which, so all that may be meant: ${asked}` : 'as was answered';
  return (said ?? among).map((needs) => ({ task, needs, note, from }));
}

/** Whether `from` waits for `to`, by whatever way: then `to` cannot wait for it as well. */
function reaches(tasks: ReadonlyMap<string, DraftTask>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const name of seen) {
    if (name === to) return true;
    for (const need of [tasks.get(name)?.values.needs?.value ?? []].flat()) seen.add(need);
  }
  return false;
}

function withNeed(task: DraftTask, { needs, note, from }: Need): DraftTask {
  const before = task.values.needs;
  const value = [...new Set([...[before?.value ?? []].flat(), needs])];
  const notes =
    before?.note === undefined || before.note.includes(note) ? (before?.note ?? note) : `${before.note}; ${note}`;
  return { ...task, values: { ...task.values, needs: { value, from: before?.from ?? from, note: notes } } };
}

/** Names or numbers of what was answered, "none" or "all"; null: it is none of these. */
export function answerIn(typed: string, { among, asks }: PlanQuestion): readonly string[] | null {
  const said = typed.trim().toLowerCase();
  if (said === '') return null;
  if (asks === 'order') return /^own$/.test(said) ? [] : /^(?:steps?|order)$/.test(said) ? among : null;
  if (said === 'none') return [];
  if (said === 'all') return among;
  const chosen = said.split(/[\s,]+/).map((word) => among.find((name) => name.toLowerCase() === word));
  return chosen.every((name) => name !== undefined) ? chosen : null;
}

/** The same for one line of a terminal. */
export function questionLine({ at, task, text, among, asks }: PlanQuestion): string {
  const where = `Line ${at.line}${task === null ? '' : ` (${task})`}`;
  if (asks === 'order') return `${where}: ${text} own or steps [steps]: `;
  return `${where}: ${text} Names of ${among.join(', ')}, "none" or "all" [all]: `;
}
