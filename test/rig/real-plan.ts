import type { PlanDraft } from './plan.ts';
import type { RealAgent } from './real-agents.ts';

/** How a plan names each client. */
const DRIVERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  claude: { driver: 'claude' },
  codex: { driver: 'codex' },
  gemini: { driver: 'acp', profile: 'gemini' },
  opencode: { driver: 'acp', profile: 'opencode' },
  copilot: { driver: 'acp', profile: 'copilot' },
};

/** A plan whose tasks a real client carries out, each by the script of the model server that has the task's name. */
export function realPlan(agent: RealAgent, tasks: PlanDraft['tasks'], draft: Partial<PlanDraft> = {}): PlanDraft {
  const use = {
    ...DRIVERS[agent.client],
    command: [...agent.command, ...agent.acp],
    env: agent.env,
    account: 'scripted',
  };
  const { agents, ...rest } = draft;
  return {
    ...rest,
    agents: { default: 'real', max: 8, ...(agents as object | undefined), use: { real: use } },
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([id, task]) => [
        id,
        { brief: { text: `Write ${id}.txt. [[script:${id}]]` }, scope: [`${id}.txt`, `${id}/**`], ...task },
      ]),
    ),
  };
}
