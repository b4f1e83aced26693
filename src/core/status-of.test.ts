import { describe, expect, test } from 'vitest';
import { naiveRelations } from '../../test/simulation/naive-relations.ts';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { amendment, consequences } from './amend.ts';
import { decide } from './decide.ts';
import type { RunEvent } from './event.ts';
import { intentOf } from './intent.ts';
import type { Plan } from './plan.ts';
import { RunView } from './run.ts';
import { statusOf } from './status-of.ts';

const plan = plainPlan(
  [
    plainTask('a', { scope: { may: ['db'], mayNot: [] }, estimate_min: 10 }),
    plainTask('b', { scope: { may: ['db'], mayNot: [] }, estimate_min: 5 }),
    plainTask('c', { needs: ['a'], estimate_min: 20 }),
  ],
  { agents: { ...plainPlan([]).agents, max: 2 } },
);

function begun(of: Plan) {
  const view = new RunView({ relationsOf: naiveRelations });
  const add = (event: RunEvent): void => view.apply({ run: 'r', seq: view.seq + 1, at: 5, event });
  add({ type: 'run-created', plan: of, planHash: 'h', repository: 'repo', base: 'b', target: 'refs/heads/main' });
  add({ type: 'engine-started', pid: 1, host: 'h' });
  const act = (): void => {
    for (const action of decide(view, 5)) {
      const intent = intentOf(action, view);
      if (intent !== null) add(intent);
    }
  };
  act();
  return { view, add, act };
}
const waits = (view: RunView, id: string) => statusOf(view, 5).tasks.find((each) => each.id === id)?.waitingFor;

describe('what a screen shows', () => {
  test('who waits for whom, and what that one waits for (U27)', () => {
    const { view, add } = begun(plan);
    expect(waits(view, 'b')).toEqual(['a (db)']);
    expect(waits(view, 'c')).toEqual(['a (working)']);
    const question = { id: 'q', kind: 'free', text: 'Which?', options: [], deadline: null, default: null } as const;
    add({ type: 'task-asked', task: 'a', attempt: 1, question });
    expect(waits(view, 'b')).toEqual(['a (db), which waits for your answer']);
    expect(waits(view, 'a')).toEqual(['your answer']);
    const status = statusOf(view, 5);
    expect(status).toMatchObject({ state: 'waiting', why: 'a asks', places: { used: 0, max: 2 } });
    expect(status.questions).toEqual([{ ...question, task: 'a', since: 5 }]);
  });

  test('the longest chain that is left', () => {
    const { view } = begun(plan);
    expect(statusOf(view, 5).criticalPath).toEqual({ minutes: 30, tasks: ['a', 'c'] });
  });

  test('a run without an engine is interrupted, not running', () => {
    const { view, add } = begun(plan);
    expect(statusOf(view, 5).state).toBe('running');
    add({ type: 'engine-stopped', why: 'interrupted' });
    add({
      type: 'attempt-failed',
      task: 'a',
      attempt: 1,
      because: { reason: 'engine-stopped' },
      then: { do: 'rest', until: 5, counts: false },
      rescue: null,
    });
    expect(statusOf(view, 5).state).toBe('interrupted');
  });
});

describe('an amended plan', () => {
  test('says what it adds, drops, rescopes and stops, before it does', () => {
    const { view, add } = begun(plan);
    const [a, , c] = plan.tasks;
    if (a === undefined || c === undefined) throw new Error('no tasks');
    const next = { ...plan, tasks: [{ ...c, needs: [] }, plainTask('d')] };
    expect(consequences(view, next)).toEqual({
      added: ['d'],
      dropped: ['a', 'b'],
      rescoped: ['c'],
      rebriefed: [],
      planWide: [],
      stops: ['a'],
      outdated: [],
      refused: [],
    });
    for (const event of amendment(view, next, { planHash: 'i', by: 'anna' })) add(event);
    expect(statusOf(view, 5).tasks.map(({ id, state }) => `${id} ${state}`)).toEqual(['c waiting', 'd waiting']);
    expect(statusOf(view, 5).places.used).toBe(0);
  });

  test('knows a task by its own name, whatever becomes of its issue, its title and its place (U13)', () => {
    const { view, add } = begun(plan);
    const [a, b, c] = plan.tasks;
    if (a === undefined || b === undefined || c === undefined) throw new Error('no tasks');
    const moved = { ...a, issues: ['linear:SHOP-7'], title: 'Another title' };
    const next = { ...plan, tasks: [c, b, moved] };
    expect(consequences(view, next)).toMatchObject({ added: [], dropped: [], stops: [], refused: [] });
    const before = statusOf(view, 5).tasks.map(({ id, state }) => `${id} ${state}`);
    for (const event of amendment(view, next, { planHash: 'i', by: 'anna' })) add(event);
    expect(statusOf(view, 5).tasks.map(({ id, state }) => `${id} ${state}`)).toEqual(before.toReversed());
  });

  test('names the settings of the whole plan that it changes', () => {
    const { view } = begun(plan);
    const agents = { ...plan.agents, max: 7 };
    expect(consequences(view, { ...plan, agents, finalChecks: ['x'] }).planWide.toSorted()).toEqual([
      'agents',
      'final-checks',
    ]);
  });

  test('cannot change what has landed', () => {
    const { view, add, act } = begun(plan);
    add({ type: 'task-reported', task: 'a', attempt: 1, commit: 'x', base: 'b', files: 1, claim: '' });
    act();
    add({ type: 'task-verified', task: 'a', attempt: 1, merged: { commit: 'm', onto: 'b' } });
    act();
    add({ type: 'task-landed', task: 'a', attempt: 1, commit: 'm' });
    expect(consequences(view, { ...plan, tasks: plan.tasks.slice(1) }).refused).toEqual([
      'a has landed and cannot be dropped',
    ]);
  });
});
