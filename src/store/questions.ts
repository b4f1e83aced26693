import type { TaskEvent } from '../core/event.ts';
import type { Question } from '../core/question.ts';
import type { Database, Query, Row } from './db.ts';
import { number, numberOrNull, text, textOrNull } from './db.ts';

/** A question with who asked it and, once there is one, its answer. The journal says the same; this is quicker to ask. */
export type QuestionRow = Question & {
  readonly run: string;
  readonly task: string;
  readonly attempt: number;
  readonly askedAt: number;
  readonly answeredAt: number | null;
  readonly answer: string | null;
  readonly by: string | null;
};

/** Keeps the table of questions in step with an event that `evolve` has let through: a second answer never gets here. */
export async function projectQuestion(
  q: Query,
  { run, at }: { readonly run: string; readonly at: number },
  event: TaskEvent,
): Promise<void> {
  if (event.type === 'question-answered') {
    const sql = 'update questions set answered_at = $1, answer = $2, answered_by = $3 where run = $4 and id = $5';
    await q(sql, [at, event.answer, event.by, run, event.question]);
  }
  const asked = askedBy(event);
  if (asked === null) return;
  const { id, kind, text: words, options, deadline, default: fallback } = asked;
  await q(
    `insert into questions (run, id, task, attempt, kind, question, options, asked_at, deadline, default_answer)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (run, id) do update set attempt = excluded.attempt,
     question = excluded.question, options = excluded.options, asked_at = excluded.asked_at, answered_at = null,
     answer = null, answered_by = null, deadline = excluded.deadline, default_answer = excluded.default_answer`,
    [run, id, event.task, event.attempt, kind, words, JSON.stringify(options), at, deadline, fallback],
  );
}

function askedBy(event: TaskEvent): Question | null {
  if (event.type === 'task-asked' || event.type === 'question-raised') return event.question;
  return event.type === 'attempt-failed' && event.then.do === 'ask' ? event.then.question : null;
}

/** All questions of a run, answered or not, oldest first. */
export async function questionsOf(db: Database, run: string): Promise<readonly QuestionRow[]> {
  const rows = await db.q('select * from questions where run = $1 order by asked_at, id', [run]);
  return rows.map(questionFrom);
}

const questionFrom = (row: Row): QuestionRow => ({
  run: text(row, 'run'),
  id: text(row, 'id'),
  task: text(row, 'task'),
  attempt: number(row, 'attempt'),
  kind: text(row, 'kind') as Question['kind'],
  text: text(row, 'question'),
  options: JSON.parse(text(row, 'options')) as readonly string[],
  deadline: numberOrNull(row, 'deadline'),
  default: textOrNull(row, 'default_answer'),
  askedAt: number(row, 'asked_at'),
  answeredAt: numberOrNull(row, 'answered_at'),
  answer: textOrNull(row, 'answer'),
  by: textOrNull(row, 'answered_by'),
});
