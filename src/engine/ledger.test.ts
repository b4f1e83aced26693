import { expect, test } from 'vitest';
import { bareTask } from '../../test/rig/bare.ts';
import { ManualClock } from '../../test/rig/clock.ts';
import { EngineRoom } from '../../test/rig/engine-room.ts';
import { atWork, cancelled, planOf } from '../../test/suites/fixtures.ts';
import { NO_BUDGET } from '../core/agent-defaults.ts';
import type { OverBudget } from '../core/budget.ts';
import type { RunEvent } from '../core/event.ts';
import type { Budget, Plan } from '../core/plan.ts';
import { NOTHING_SPENT, type Spent, tokensOf } from '../core/spent.ts';
import { Journal } from './journal.ts';
import { Ledger } from './ledger.ts';
import type { EngineParts } from './parts.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const usd = (cap: number) => ({ tokens: null, usd: cap });
const tokens = (cap: number) => ({ tokens: cap, usd: null });

const planWith = (budget: Partial<Budget>, ...ids: readonly string[]): Plan => ({
  ...planOf(...ids),
  budget: { ...NO_BUDGET, ...budget },
});
const createdWith = (plan: Plan): RunEvent => ({
  ...{ type: 'run-created', plan, planHash: '', repository: '/r', base: 'main', target: 'refs/heads/main' },
});
const atWorkIn = (budget: Partial<Budget>, ...ids: readonly string[]): readonly RunEvent[] => [
  createdWith(planWith(budget, ...ids)),
  ...ids.flatMap((id) => atWork(id)),
];
const key = (task: string, attempt = 1) => ({ run: '2026-11-23-room1', task, attempt });
const spent = (part: Partial<Spent>): Spent => ({ ...NOTHING_SPENT, usd: null, model: null, ...part });

/** A ledger as an engine has it: its own view of the journal, and days of UTC. */
async function ledgerIn(room: EngineRoom, change: Partial<EngineParts> = {}, run = room.run) {
  const parts: EngineParts = {
    ...room.parts(),
    clock: new ManualClock(NOON),
    day: (at) => ({ from: at - (at % DAY_MS), until: at - (at % DAY_MS) + DAY_MS }),
    ...change,
  };
  const journal = new Journal({ run, view: parts.freshView(), store: parts.store });
  await journal.refresh();
  const ended: OverBudget[] = [];
  const ledger = new Ledger({ parts, journal }, (failure) => ended.push(failure));
  await ledger.open();
  return { ledger, journal, ended, view: journal.view };
}

const budgetEvents = async (room: EngineRoom): Promise<readonly string[]> =>
  (await room.events()).flatMap((event) =>
    event.type === 'budget-warning' || event.type === 'budget-reached'
      ? [`${event.type} ${event.level} ${event.of} ${event.spent}/${event.cap} ${event.unit} ${event.unpriced}`]
      : [],
  );

test('what an agent spends is priced, taken down, and summed for attempt, task and run', async () => {
  await using room = await EngineRoom.create(atWorkIn({}, 'a', 'b'));
  const { ledger, view } = await ledgerIn(room);
  await ledger.spend(key('a'), spent({ fresh: 1_000_000, model: 'claude-sonnet-4-5' }));
  await ledger.spend(key('b'), spent({ output: 7, model: 'nobody-knows' }));
  await ledger.spend(key('b'), spent({ output: 3, usd: 0.5, model: 'nobody-knows' }));
  expect(view.spent).toEqual({ ...NOTHING_SPENT, fresh: 1_000_000, output: 10, usd: 3.5, unpriced: 7 });
  expect(view.recordOf('b').spent).toEqual({ ...NOTHING_SPENT, output: 10, usd: 0.5, unpriced: 7 });
  expect(view.recordOf('b').attemptSpent).toEqual(view.recordOf('b').spent);
  expect(await budgetEvents(room)).toEqual([]);
});

test('an agent that does not name its model is priced by the model of its session, and one that counts nonsense by what is left', async () => {
  await using room = await EngineRoom.create(atWorkIn({}, 'a'));
  await room.append({ type: 'agent-session', task: 'a', attempt: 1, session: 's', model: 'gpt-5', version: null });
  const { ledger, view } = await ledgerIn(room);
  await ledger.spend(key('a'), spent({ output: 1_000_000 }));
  await ledger.spend(key('a'), spent({ fresh: -5, cacheRead: Number.NaN, output: 0.4 }));
  await ledger.spend(key('a'), spent({ output: -3, usd: -1 }));
  expect(view.spent).toEqual({ ...NOTHING_SPENT, output: 1_000_000, usd: 10 });
  expect((await room.events()).filter(({ type }) => type === 'agent-spent').length).toBe(1);
});

test('a cap of an attempt ends the agent with the event that reaches it, after one warning at four fifths', async () => {
  await using room = await EngineRoom.create(atWorkIn({ attempt: tokens(100) }, 'a', 'b'));
  const { ledger, ended } = await ledgerIn(room);
  const verdicts = [];
  for (const output of [40, 39, 1, 15, 9, 1]) verdicts.push(await ledger.spend(key('a'), spent({ output })));
  const over = (count: number) => ({ reason: 'over-budget', level: 'attempt', unit: 'tokens', spent: count, cap: 100 });
  expect(verdicts).toEqual([null, null, null, null, over(104), over(105)]);
  expect(await budgetEvents(room)).toEqual([
    'budget-warning attempt a 80/100 tokens 0',
    'budget-reached attempt a 104/100 tokens 0',
  ]);
  expect(await ledger.spend(key('b'), spent({ output: 1 }))).toBe(null);
  expect(ended).toEqual([]);
});

test('the cap of a task counts all its attempts, and its own caps come before those of the plan', async () => {
  const plan = planWith({ task: tokens(1_000) }, 'a');
  const own = { ...plan, tasks: plan.tasks.map((task) => ({ ...task, ...bareTask, budget: { task: tokens(50) } })) };
  await using room = await EngineRoom.create([createdWith(own), ...atWork('a')]);
  const first = await ledgerIn(room);
  expect(await first.ledger.spend(key('a'), spent({ output: 30 }))).toBe(null);
  await room.append(
    ...[cancelled('a'), { type: 'task-retried', task: 'a', attempt: 1, by: 'ada', note: null } as const],
    ...[{ type: 'task-started', task: 'a', attempt: 2, agent: 'fake', account: null } as const],
  );
  await first.journal.refresh();
  expect(first.view.recordOf('a').attemptSpent).toEqual(NOTHING_SPENT);
  expect(await first.ledger.spend(key('a', 2), spent({ output: 20 }))).toMatchObject({ level: 'task', spent: 50 });
});

test('when the run’s budget is used up every agent of it has to end, once, and nothing more starts', async () => {
  await using room = await EngineRoom.create(atWorkIn({ run: usd(1) }, 'a', 'b'));
  const { ledger, ended } = await ledgerIn(room);
  expect(await ledger.spend(key('a'), spent({ output: 1, usd: 0.75 }))).toBe(null);
  const over = { reason: 'over-budget', level: 'run', unit: 'usd', cap: 1 };
  expect(await ledger.spend(key('b'), spent({ output: 1, usd: 0.5 }))).toEqual({ ...over, spent: 1.25 });
  expect(ended).toEqual([{ ...over, spent: 1.25 }]);
  expect(await ledger.spend(key('a'), spent({ output: 1, usd: 0.25 }))).toEqual({ ...over, spent: 1.5 });
  expect(ended.length).toBe(1);
  expect(await budgetEvents(room)).toEqual(['budget-reached run null 1.25/1 usd 0']);
  expect(ledger.usedUp(key('a'))).toEqual({ ...over, spent: 1.5 });
});

test('a budget that an amendment raises lets agents go on, and is told again when that is used up too', async () => {
  await using room = await EngineRoom.create(atWorkIn({ run: tokens(10) }, 'a'));
  const { ledger, ended, journal } = await ledgerIn(room);
  expect(await ledger.spend(key('a'), spent({ output: 10 }))).toMatchObject({ level: 'run' });
  await room.append({ type: 'plan-amended', plan: planWith({ run: tokens(30) }, 'a'), planHash: '', by: 'ada' });
  await journal.refresh();
  expect(ledger.usedUp(key('a'))).toBe(null);
  expect(await ledger.spend(key('a'), spent({ output: 10 }))).toBe(null);
  expect(await ledger.spend(key('a'), spent({ output: 10 }))).toMatchObject({ level: 'run', spent: 30, cap: 30 });
  expect(ended.map(({ cap }) => cap)).toEqual([10, 30]);
});

test('an engine that starts again resets nothing and repeats no word', async () => {
  await using room = await EngineRoom.create(atWorkIn({ attempt: tokens(100), run: tokens(100) }, 'a'));
  await (await ledgerIn(room)).ledger.spend(key('a'), spent({ output: 85 }));
  const again = await ledgerIn(room);
  expect(again.ledger.usedUp(key('a'))).toBe(null);
  expect(await again.ledger.spend(key('a'), spent({ output: 15 }))).toMatchObject({ level: 'attempt', spent: 100 });
  const last = await ledgerIn(room);
  expect(last.ledger.usedUp(key('a'))).toMatchObject({ level: 'attempt', spent: 100 });
  expect(await budgetEvents(room)).toEqual([
    'budget-warning attempt a 85/100 tokens 0',
    'budget-warning run null 85/100 tokens 0',
    'budget-reached attempt a 100/100 tokens 0',
    'budget-reached run null 100/100 tokens 0',
  ]);
});

test('tokens of unknown price make a cap of money say once what it cannot count', async () => {
  await using room = await EngineRoom.create(atWorkIn({ run: usd(1) }, 'a'));
  const { ledger } = await ledgerIn(room);
  for (const output of [500, 500]) await ledger.spend(key('a'), spent({ output, model: 'nobody-knows' }));
  expect(await ledger.spend(key('a'), spent({ output: 1, usd: 1 }))).toMatchObject({ level: 'run', spent: 1 });
  expect(await budgetEvents(room)).toEqual([
    'budget-warning run null 0/1 usd 500',
    'budget-reached run null 1/1 usd 1000',
  ]);
});

test('many agents that spend at the same moment pass no cap by more than one event each, and nothing is lost', async () => {
  const ids = Array.from({ length: 12 }, (_, at) => `t${at}`);
  await using room = await EngineRoom.create(atWorkIn({ run: tokens(1_000) }, ...ids));
  const { ledger, view } = await ledgerIn(room);
  let events = 0;
  await Promise.all(
    ids.map(async (id) => {
      // As an agent does: one event after the other, until it is ended.
      while ((await ledger.spend(key(id), spent({ output: 10 }))) === null) events += 1;
      events += 1;
    }),
  );
  expect(tokensOf(view.spent)).toBe(events * 10);
  expect(tokensOf(view.spent)).toBeLessThanOrEqual(1_000 + ids.length * 10);
  expect(await budgetEvents(room)).toHaveLength(2);
});

test('what a refused attempt sent is dropped alone, and what came with it is taken down', async () => {
  await using room = await EngineRoom.create(atWorkIn({}, 'a'));
  const { ledger, view } = await ledgerIn(room);
  const bills = [key('a'), key('a', 2), key('gone'), key('a')];
  const verdicts = await Promise.all(bills.map((each) => ledger.spend(each, spent({ output: 5 }))));
  expect(verdicts).toEqual([null, null, null, null]);
  expect(tokensOf(view.spent)).toBe(10);
});

test('the budget of a day counts every run of the state file, from its midnight on, and begins anew with the next', async () => {
  const clock = new ManualClock(NOON);
  const day = { day: tokens(100) };
  await using room = await EngineRoom.create(atWorkIn(day, 'a'));
  // Entries carry the store's time; what counts here is the day that they are asked for.
  const from = { at: 0 };
  const parts = { clock, day: (at: number) => ({ from: from.at, until: at - (at % DAY_MS) + DAY_MS }) };
  await room.opened.store.append('other', [createdWith(planWith({}, 'x')), ...atWork('x')]);
  const other = await ledgerIn(room, parts, 'other');
  const { ledger, ended, view } = await ledgerIn(room, parts);
  await other.ledger.spend({ ...key('x'), run: 'other' }, spent({ output: 60 }));
  expect(await ledger.spend(key('a'), spent({ output: 10 }))).toBe(null);
  // Another engine's spending is known after two seconds at most.
  clock.advance(2_000);
  expect(await ledger.spend(key('a'), spent({ output: 30 }))).toMatchObject({ level: 'day', spent: 100 });
  expect(ended).toMatchObject([{ level: 'day', spent: 100 }]);
  const midnight = NOON - (NOON % DAY_MS) + DAY_MS;
  expect([view.budgets.dayUntil(NOON), view.budgets.dayUntil(midnight)]).toEqual([midnight, null]);
  from.at = Number.MAX_SAFE_INTEGER;
  clock.advance(DAY_MS);
  expect(await ledger.spend(key('a'), spent({ output: 99 }))).toBe(null);
});

test('a day that other runs have used up is known before anything starts', async () => {
  await using room = await EngineRoom.create(atWorkIn({ day: usd(1) }, 'a'));
  await room.opened.store.append('other', [createdWith(planWith({}, 'x')), ...atWork('x')]);
  const parts = { day: () => ({ from: 0, until: NOON + 1 }) };
  const other = await ledgerIn(room, parts, 'other');
  await other.ledger.spend({ ...key('x'), run: 'other' }, spent({ output: 60, usd: 2 }));
  const { view, ended } = await ledgerIn(room, parts);
  expect(ended).toMatchObject([{ level: 'day', unit: 'usd', spent: 2, cap: 1 }]);
  expect(view.budgets.dayUntil(NOON)).toBe(NOON + 1);
});

test('near the end of a day’s budget other engines are asked for with each event', async () => {
  await using room = await EngineRoom.create(atWorkIn({ day: tokens(100) }, 'a'));
  await room.opened.store.append('other', [createdWith(planWith({ day: tokens(100) }, 'x')), ...atWork('x')]);
  const clock = new ManualClock(NOON);
  const parts = { clock, day: () => ({ from: 0, until: NOON + DAY_MS }) };
  const [one, two] = [await ledgerIn(room, parts), await ledgerIn(room, parts, 'other')];
  const [payOne, payTwo] = [
    (output: number) => one.ledger.spend(key('a'), spent({ output })),
    (output: number) => two.ledger.spend({ ...key('x'), run: 'other' }, spent({ output })),
  ];
  await payOne(80);
  clock.advance(2_000);
  const verdicts = [];
  for (const pay of [payTwo, payOne, payTwo, payOne, payTwo]) verdicts.push((await pay(5))?.spent ?? null);
  expect(verdicts).toEqual([null, null, null, 100, 105]);
});

test('a state that cannot be written is told to whoever spends, and the ledger goes on when it can', async () => {
  await using room = await EngineRoom.create(atWorkIn({}, 'a'));
  const { store } = room.opened;
  let isFull = true;
  const full = new Proxy(store, {
    get: (target, name) => {
      if (name === 'append' && isFull) return () => Promise.reject(new Error('disk full'));
      const found: unknown = Reflect.get(target, name);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
  const { ledger, view } = await ledgerIn(room, { store: full });
  await expect(ledger.spend(key('a'), spent({ output: 1 }))).rejects.toThrow('disk full');
  isFull = false;
  expect(await ledger.spend(key('a'), spent({ output: 2 }))).toBe(null);
  expect(tokensOf(view.spent)).toBe(2);
});
