import { choiceOf } from '../core/agent-choice.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { knownAgent } from '../core/known-agents.ts';
import type { AgentUse, Plan } from '../core/plan.ts';
import { findProgram } from './installed.ts';

type Where = { readonly variables: Readonly<Record<string, string>>; readonly cwd: string };

/** Agents that have work in this plan and whose program this machine does not have. It may have it by the time they start. */
export async function absentPrograms(plan: Plan, where: Where): Promise<readonly Diagnostic[]> {
  const uses = new Map(plan.tasks.map((task) => choiceOf(plan, task)).map(({ name, use }) => [name, use]));
  const found: Diagnostic[] = [];
  for (const [name, use] of uses) {
    const program = use?.command[0];
    if (use === undefined || program === undefined || (await findProgram(program, where)) !== null) continue;
    found.push(absent(name, { program, use }));
  }
  return found;
}

function absent(name: string, { program, use }: { readonly program: string; readonly use: AgentUse }): Diagnostic {
  const install = program === knownAgent(name)?.program ? knownAgent(name)?.install : undefined;
  return {
    code: 'program-missing',
    severity: 'warning',
    what: `There is no program ${program} here, with which the agent ${name} is started`,
    why:
      use.fallback === null
        ? 'What it has to do waits until a person brings it'
        : `Unless it is there by then, ${use.fallback} stands in for it`,
    next: `${install === undefined ? 'Install it' : `Install it with: ${install}`}, or see who is there: branchline agents`,
    task: null,
    field: `agents.use.${name}`,
  };
}
