import { choiceOf } from '../../core/agent-choice.ts';
import { DEFAULT_MODES } from '../../core/agent-defaults.ts';
import { isReadOnly, type LaunchMode, type Plan, type Task } from '../../core/plan.ts';

/** How a session is worked on, in the words of ccc. `chosen`: the plan does not say, and the safer one that fits was taken. */
export type Exec = { readonly exec: string; readonly launch: string; readonly chosen: boolean };

/** Who only reads can do no harm, whatever it is allowed. */
const LAUNCH: Readonly<Record<LaunchMode, string>> = {
  unattended: 'Bypass permissions',
  'plan-first': 'Plan mode',
  ask: 'Ask permissions',
  'read-only': 'Bypass permissions',
};

export function execOf(plan: Plan, task: Task): Exec {
  if (isReadOnly(task) || task.mode === 'analysis-only') {
    const mode = task.mode === null || task.mode === 'analysis-only' ? 'spike' : task.mode;
    return { exec: `${mode} (analysis-only)`, launch: LAUNCH['read-only'], chosen: false };
  }
  if (task.mode !== null) return { exec: task.mode, launch: LAUNCH[choiceOf(plan, task).launch], chosen: false };
  const exec = fitting(task);
  return { exec, launch: LAUNCH[DEFAULT_MODES[exec]?.launch ?? 'ask'], chosen: true };
}

/** One file and a clear end is quick, an end that can be tested is tdd, and everything else needs a person beside it. */
function fitting({ scope, artifacts, done, checks }: Task): 'quick' | 'tdd' | 'pair' {
  const files = [...(scope?.may ?? []), ...artifacts];
  if (done.length === 0 && checks.length === 0) return 'pair';
  return files.length === 1 && !/[*?[\]{}]|\/$/.test(files[0] ?? '') ? 'quick' : 'tdd';
}
