import { isReadOnly, type Plan, type Task, type TaskId } from '../plan.ts';
import { isUndeclared } from '../relations/may-write.ts';
import type { Pairing, RelatedPair } from './pairs.ts';

export type Answer = 'yes' | 'no' | 'person';
/** One of the four questions, answered for the plan (the worst answer of its tasks) and for each task. */
export type Answered = {
  readonly question: string;
  readonly answer: Answer;
  readonly why: string;
  readonly tasks: readonly { readonly task: TaskId; readonly answer: Answer; readonly why: string }[];
};

type Reply = { readonly answer: Answer; readonly why: string };

/** Is this plan fit to be worked on at once? What only a person can judge is marked as theirs. */
export function questionsOf(plan: Plan, { firsts: { overlap, shared, reads } }: Pairing): readonly Answered[] {
  return [
    ask(plan, 'Are the write scopes disjoint?', (task) => disjoint(task, overlap.get(task.id))),
    ask(plan, 'Is there one owner per integration boundary?', (task) =>
      owned(task, overlap.get(task.id), shared.get(task.id)),
    ),
    ask(plan, 'Can each task define success without waiting for another one?', (task) =>
      alone(task, reads.get(task.id)),
    ),
    ask(plan, 'Is the verification known before the start?', (task) => verified(plan, task)),
  ];
}

function ask({ tasks }: Plan, question: string, reply: (task: Task) => Reply): Answered {
  const answers = tasks.map((task) => ({ task: task.id, ...reply(task) }));
  for (const answer of ['no', 'person'] as const) {
    const [first, ...rest] = answers.filter((each) => each.answer === answer);
    if (first === undefined) continue;
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
    return { question, answer, why: `${first.task}: ${first.why}${more}`, tasks: answers };
  }
  return { question, answer: 'yes', why: answers[0]?.why ?? 'there are no tasks', tasks: answers };
}

const other = (task: Task, { a, b }: RelatedPair): TaskId => (a === task.id ? b : a);

function disjoint(task: Task, overlap: RelatedPair | undefined): Reply {
  if (overlap !== undefined) return { answer: 'no', why: `${other(task, overlap)} may write ${overlap.witness} too` };
  if (isUndeclared(task)) return { answer: 'person', why: 'it declares no scope, so nothing is proved' };
  return { answer: 'yes', why: 'no other task may write what it writes at the same time' };
}

function owned(task: Task, overlap: RelatedPair | undefined, shared: RelatedPair | undefined): Reply {
  if (overlap !== undefined)
    return { answer: 'no', why: `${overlap.witness} has two owners, it and ${other(task, overlap)}` };
  if (isUndeclared(task)) return { answer: 'person', why: 'it declares no scope, so what it owns is not known' };
  if (shared !== undefined) return { answer: 'yes', why: `${shared.witness} is shared, one writer at a time` };
  return { answer: 'yes', why: 'every path has one owner at a time' };
}

function alone(task: Task, reads: RelatedPair | undefined): Reply {
  if (task.done.length === 0 && task.checks.length === 0 && task.artifacts.length === 0) {
    return { answer: 'person', why: 'it says neither what done means nor how to check it' };
  }
  if (reads !== undefined)
    return { answer: 'no', why: `${reads.a} and ${reads.b} meet at ${reads.witness}, which one reads` };
  if (task.needs.length > 0) return { answer: 'yes', why: `it starts when ${task.needs.join(', ')} has landed` };
  return { answer: 'yes', why: 'it says what done means and waits for nobody' };
}

function verified(plan: Plan, task: Task): Reply {
  if (task.checks.length > 0) return { answer: 'yes', why: 'it has checks of its own' };
  if (plan.checks.length > 0) return { answer: 'yes', why: 'the checks of the plan run on it' };
  if (isReadOnly(task) && task.artifacts.length > 0) return { answer: 'yes', why: 'its artifacts must exist' };
  if (plan.finalChecks.length > 0) return { answer: 'person', why: 'only the final checks of the plan look at it' };
  return { answer: 'no', why: 'nothing checks it' };
}
