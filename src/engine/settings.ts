import type { AgentUse, AttemptLimits, Command, Plan, Task, Timeouts } from '../core/plan.ts';

/** Which agent works on a task: the task's own word wins over the plan's default. */
export function agentOf(plan: Plan, task: Task): { readonly name: string; readonly use: AgentUse | undefined } {
  const name = task.agent ?? plan.agents.default;
  return { name, use: plan.agents.use[name] };
}

/** Task over agent over plan, clock by clock. */
export function timeoutsOf(plan: Plan, task: Task): Timeouts {
  return { ...plan.timeout, ...agentOf(plan, task).use?.timeout, ...task.timeout };
}

export function limitsOf(plan: Plan, task: Task): AttemptLimits {
  return { ...plan.attempts, ...task.attempts };
}

/** A string runs with `sh -c`; a list is an argument vector. Nothing from a task is ever put into either. */
export function argvOf(command: Command): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

export const printCommand = (command: Command): string => (typeof command === 'string' ? command : command.join(' '));
