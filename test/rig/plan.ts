import { stringify } from 'yaml';

/** Any fields of a task as a plan has them, and `does`: the shell script that its agent is. */
export type TaskDraft = Readonly<Record<string, unknown>> & { readonly does?: string };
export type PlanDraft = Readonly<Record<string, unknown>> & {
  readonly tasks: Readonly<Record<string, TaskDraft>>;
};

/** Commands that agents of a plan can be. `script`: the task's own `does`, with `sh`. */
const SCRIPT_AGENT = ['sh', '-c', 'set -e\neval "$SCRIPT"'] as const;

/**
 * The text of a plan whose tasks are carried out by shell scripts: quick to start, and exactly what they say. Retries
 * come at once, so that no story waits for a back-off. Everything else is as the plan format has it.
 */
export function planText({ tasks, agents, attempts, ...fields }: PlanDraft): string {
  const drafted = Object.entries(tasks).map(([id, { does, env, ...task }]) => [
    id,
    does === undefined
      ? { ...task, ...(env === undefined ? {} : { env }) }
      : { ...task, env: { ...asMap(env), SCRIPT: does } },
  ]);
  const { use, ...settings } = asMap(agents);
  return stringify({
    plan: 'story',
    attempts: { backoff: '1ms', ...asMap(typeof attempts === 'number' ? { max: attempts } : attempts) },
    agents: { default: 'script', max: 4, ...settings, use: { script: { command: [...SCRIPT_AGENT] }, ...asMap(use) } },
    ...fields,
    tasks: Object.fromEntries(drafted),
  });
}

const asMap = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
