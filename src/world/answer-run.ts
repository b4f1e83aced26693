import type { RunCommand } from '../cli/world-port.ts';
import type { RunEvent } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import { ALLOW, type Question } from '../core/question.ts';
import type { TaskRecord } from '../core/record.ts';
import { relationsOf } from '../core/relations/relations.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunView } from '../core/run.ts';
import type { Refusal } from '../report/explanation.ts';

type Answer = Extract<RunCommand, { readonly do: 'answer' }>;
type Answerer = { readonly by: string; readonly ignoreCase: boolean };
type Asking = { readonly task: TaskRecord; readonly question: Question };

/** An answer as entries. To allow a wider scope is to amend the plan, in the same breath, if nobody at work holds what is asked for. */
export function answerRun(
  view: RunView,
  { question, answer }: Answer,
  { by, ignoreCase }: Answerer,
): Result<readonly RunEvent[], Refusal> {
  const asking = askingTasks(view);
  const found = asking.find((each) => each.question.id === question || each.task.id === question);
  if (found === undefined) return err(noSuchQuestion(question, asking));
  const { id, options, kind } = found.question;
  if (options.length > 0 && !options.includes(answer)) return err(notAnOption(answer, options));
  const { id: task, attempt } = found.task;
  const answered: RunEvent = { type: 'question-answered', task, attempt, question: id, answer, by };
  if (kind !== 'scope' || answer !== ALLOW) return ok([answered]);
  const widened = widen(view, found, ignoreCase);
  if (!widened.ok) return widened;
  return ok([{ type: 'plan-amended', plan: widened.value, planHash: view.created.planHash, by }, answered]);
}

/** Tasks that wait for an answer, at work or without a place. */
const askingTasks = (view: RunView): readonly Asking[] =>
  [...view.tasksIn('asking'), ...view.tasksIn('working')].flatMap((task) =>
    task.question === null ? [] : [{ task, question: task.question }],
  );

/** The plan in which the task may write what it asked for, too. */
function widen(view: RunView, { task, question }: Asking, ignoreCase: boolean): Result<Plan, Refusal> {
  const paths = question.paths ?? [];
  const odd = paths.find((path) => path === '' || path.startsWith('/') || path.split('/').includes('..'));
  if (odd !== undefined || paths.length === 0) return err(noPath(task.id, odd ?? ''));
  const { scope } = task.task;
  // A task without a scope may write everything already.
  if (scope === null) return ok(view.plan);
  const may = [...new Set([...scope.may, ...paths.map(literally)])];
  const tasks = view.plan.tasks.map((each) => (each.id === task.id ? { ...each, scope: { ...scope, may } } : each));
  const plan = { ...view.plan, tasks };
  const relations = relationsOf(plan, { ignoreCase });
  if (!relations.ok) return err(noPath(task.id, paths.join(', ')));
  const holder = relations.value.excludedBy(
    task.id,
    [...view.held].filter((id) => id !== task.id),
  );
  return holder === null ? ok(plan) : err(isHeld(task.id, holder.by));
}

/** A path as a pattern that means this path alone, or everything below it where it ends in a slash. */
const literally = (path: string): string => path.replace(/[*?[\]{}()!\\]/g, '\\$&');

const noSuchQuestion = (question: string, asking: readonly Asking[]): Refusal => ({
  what: `Nobody asks ${question}`,
  why:
    asking.length === 0
      ? 'No task waits for an answer'
      : `Open questions: ${asking.map(({ task }) => task.id).join(', ')}`,
  next: 'See the questions with: branchline inbox',
});
const notAnOption = (text: string, options: readonly string[]): Refusal => ({
  what: `“${text}” is none of the answers`,
  why: `It can be answered with: ${options.join(', ')}`,
  next: 'Give one of these',
});
const noPath = (task: string, path: string): Refusal => ({
  what: `The scope of ${task} cannot be widened by this`,
  why: path === '' ? 'The question names no path' : `${path} is no path below the worktree`,
  next: 'Answer with: refuse',
});
const isHeld = (task: string, holder: string): Refusal => ({
  what: `${task} cannot have these paths now`,
  why: `${holder} is at work on some of them`,
  next: `Allow it once ${holder} has landed, or answer with: refuse`,
});
