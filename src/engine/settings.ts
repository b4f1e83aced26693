import type { AgentChoice } from '../core/agent-choice.ts';
import type { AttemptLimits, Command, Plan, QuestionRules, Task, Timeouts } from '../core/plan.ts';
import { type Context, planOf, taskOf } from './context.ts';

/** Who works on the task, after what its earlier attempts met with. */
export const choiceFor = ({ journal }: Context, id: string): AgentChoice =>
  journal.view.choiceFor(journal.view.recordOf(id));

/** Task over agent over plan, clock by clock. */
export function timeoutsOf(context: Context, task: Task): Timeouts {
  return { ...planOf(context).timeout, ...choiceFor(context, task.id).use?.timeout, ...task.timeout };
}

export function limitsOf(plan: Plan, task: Task): AttemptLimits {
  return { ...plan.attempts, ...task.attempts };
}

/** A string runs with `sh -c`; a list is an argument vector. Nothing from a task is ever put into either. */
export function argvOf(command: Command): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

export const printCommand = (command: Command): string => (typeof command === 'string' ? command : command.join(' '));

/** How questions of a task are treated: its own word over the plan's. */
export const questionRules = (context: Context, id: string): QuestionRules => ({
  ...planOf(context).questions,
  ...taskOf(context, id).questions,
});
