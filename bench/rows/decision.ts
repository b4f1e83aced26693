import type { Action } from '../../src/core/action.ts';
import { decide } from '../../src/core/decide.ts';
import type { RunEvent } from '../../src/core/event.ts';
import { intentOf } from '../../src/core/intent.ts';
import { freshView } from '../../src/world/run-view.ts';
import { Chance } from '../../test/simulation/chance.ts';
import { loadPlan } from '../../test/simulation/plans.ts';
import type { Row } from '../bench.ts';
import { bound, median } from '../measure.ts';

const TASKS = 10_000;
const LANDED = 3_000;

/** Decisions of a run of 10,000 tasks, from its start until 3,000 of them have landed. */
export const decision: Row = {
  name: 'decision',
  measure: async () => {
    const view = freshView(false);
    const append = (event: RunEvent) => view.apply({ run: 'bench', seq: view.seq + 1, at: view.seq, event });
    const plan = loadPlan(new Chance(5), TASKS, 8);
    append({ type: 'run-created', plan, planHash: '', repository: '', base: 'base', target: 'refs/heads/target' });
    const working: { readonly task: string; readonly attempt: number }[] = [];
    const times: number[] = [];
    while (view.count('landed') < LANDED) {
      const startedAt = performance.now();
      const actions = decide(view, view.seq);
      times.push(performance.now() - startedAt);
      for (const action of actions) perform(action, { append, working, view });
      const done = actions.length === 0 ? working.shift() : undefined;
      if (done !== undefined)
        append({ type: 'task-reported', ...done, commit: done.task, base: view.tip, files: 1, claim: '' });
    }
    const worst = [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
    const note = `${times.length.toLocaleString('en')} decisions; 99 of 100 take less than ${worst.toFixed(2)} ms`;
    return [bound({ what: 'one decision, 10,000 tasks', value: median(times), limit: 2, unit: 'ms', note })];
  },
};

type World = {
  readonly append: (event: RunEvent) => void;
  readonly working: { readonly task: string; readonly attempt: number }[];
  readonly view: ReturnType<typeof freshView>;
};

/** Agents and checks that always succeed; verifying and landing take no time. */
function perform(action: Action, { append, working, view }: World): void {
  const intent = intentOf(action, view);
  if (intent !== null) append(intent);
  if (!('task' in action)) return;
  const fence = { task: action.task, attempt: action.attempt };
  if (action.do === 'start') working.push(fence);
  if (action.do === 'verify')
    append({ type: 'task-verified', ...fence, merged: { commit: action.task, onto: view.tip } });
  if (action.do === 'land') append({ type: 'task-landed', ...fence, commit: action.task });
}
