import { choiceOf } from '../core/agent-choice.ts';
import type { Plan } from '../core/plan.ts';
import type { Refusal } from '../report/explanation.ts';
import type { Opened } from './opened.ts';

/** Names in a plan that stand for nothing here: variables that are not set, agents that it does not describe. */
export function missingNames(plan: Plan, opened: Opened): Refusal | null {
  return missingVariables(plan, opened) ?? missingAgents(plan);
}

/** Each engine needs them anew: it is the environment of `resume` that a resumed run's programs see. */
export function missingVariables({ envRequired }: Plan, { environment }: Opened): Refusal | null {
  const variables = envRequired.filter((name) => (environment.variables[name] ?? '') === '');
  if (variables.length === 0) return null;
  return {
    what: 'The plan needs variables that are not set',
    why: variables.join(', '),
    next: 'Set them in the environment of branchline and run it again',
  };
}

function missingAgents(plan: Plan): Refusal | null {
  const chosen = plan.tasks.map((task) => choiceOf(plan, task));
  const unknown = [...new Set(chosen.filter(({ use }) => use === undefined).map(({ name }) => name))];
  if (unknown.length === 0) return null;
  const known = Object.keys(plan.agents.use);
  return {
    what: `The plan names an agent that it does not describe: ${unknown.join(', ')}`,
    why: known.length === 0 ? 'There is nothing under agents.use' : `Under agents.use there is: ${known.join(', ')}`,
    next: `Add agents.use.${unknown[0]}.command to the plan`,
  };
}
