import type { Entry } from './event.ts';
import type { Cap, Plan, TaskId } from './plan.ts';
import { NOTHING_SPENT, plusSpent, type Spending, type Spent, tokensOf } from './spent.ts';
import type { RunState, Status } from './status.ts';
import type { Instant } from './time.ts';

export const COST_GROUPS = ['task', 'agent', 'model', 'day'] as const;
export type CostGroup = (typeof COST_GROUPS)[number];

/** What a run cost. Counted from its journal, but for what stands under `estimate`. Published as `schema/costs.schema.json`. */
export type Costs = {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly plan: string;
  readonly state: RunState;
  readonly at: Instant;
  readonly by: CostGroup;
  readonly rows: readonly CostRow[];
  readonly total: Spending;
  /** What the run may spend in all. */
  readonly budget: Cap;
  /** Of every run of this repository since midnight, and what a day may cost. */
  readonly today: { readonly spent: Spending; readonly budget: Cap };
  /** Models with tokens whose money nobody knows; null: their agent did not say which model it was. */
  readonly unpriced: readonly { readonly model: string | null; readonly tokens: number }[];
  /** Of which day the prices are that came with Branchline. */
  readonly pricesOf: string;
  /** null: nothing to go by, or the run has ended and there is nothing to estimate. */
  readonly estimate: CostEstimate | null;
};

/** `name` null: a model that no agent named. */
export type CostRow = { readonly name: string | null; readonly spent: Spending };

/** What may come of it, if it goes on as it did. Money is without what is of unknown price. */
export type CostEstimate = {
  readonly usdPerHour: number;
  readonly tokensPerHour: number;
  /** How much time that was measured over. */
  readonly over_ms: number;
  /** In all, if every open task costs what landed ones did on average; null: none has landed. */
  readonly atEnd: { readonly usd: number; readonly tokens: number } | null;
  /** Until the run's budget is used up; null: it has none, or nothing is being spent. */
  readonly budgetLasts_ms: number | null;
};

export type CostsAsked = {
  readonly by: CostGroup;
  readonly today: Spending;
  /** The name of the day that an instant is in, as the person's calendar has it. */
  readonly dayOf: (at: Instant) => string;
  readonly pricesOf: string;
};

/** `status` says how things stand, `entries` (all of the run, in order) who spent what. */
export function costsOf(status: Status, entries: readonly Entry[], asked: CostsAsked): Costs {
  const { run, plan, state, at, spent: total, budget } = status;
  const day = planIn(entries)?.budget.day ?? { tokens: null, usd: null };
  const bills = billsIn(entries);
  return {
    ...{ schemaVersion: 1, run, plan, state, at, by: asked.by },
    rows: rowsOf(bills, { status, asked }),
    total,
    budget,
    today: { spent: asked.today, budget: day },
    unpriced: unpricedIn(bills),
    pricesOf: asked.pricesOf,
    estimate: state === 'ended' ? null : estimateOf(status, bills),
  };
}

type Bill = { readonly at: Instant; readonly task: TaskId; readonly agent: string; readonly spent: Spent };

/** Each with the agent of its attempt. */
function billsIn(entries: readonly Entry[]): readonly Bill[] {
  const agents = new Map<string, string>();
  const bills: Bill[] = [];
  for (const { event, at } of entries) {
    if (event.type === 'task-started') agents.set(`${event.attempt} ${event.task}`, event.agent);
    if (event.type !== 'agent-spent') continue;
    const { task, attempt, spent } = event;
    bills.push({ at, task, spent, agent: agents.get(`${attempt} ${task}`) ?? '' });
  }
  return bills;
}

function planIn(entries: readonly Entry[]): Plan | undefined {
  const last = entries.findLast(({ event }) => event.type === 'plan-amended' || event.type === 'run-created');
  return last !== undefined && 'plan' in last.event ? last.event.plan : undefined;
}

type Grouping = { readonly status: Status; readonly asked: CostsAsked };

function rowsOf(bills: readonly Bill[], { status, asked }: Grouping): readonly CostRow[] {
  const sums = new Map<string | null, Spending>();
  for (const bill of bills) {
    const name = nameOf(bill, asked);
    sums.set(name, plusSpent(sums.get(name) ?? NOTHING_SPENT, bill.spent));
  }
  const rows = [...sums].map(([name, spent]) => ({ name, spent }));
  if (asked.by === 'day') return rows.sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
  if (asked.by !== 'task') return rows.sort(dearestFirst);
  const place = new Map(status.tasks.map(({ id }, index) => [id, index]));
  return rows.sort((a, b) => placeIn(place, a) - placeIn(place, b));
}

function nameOf({ at, task, agent, spent }: Bill, { by, dayOf }: CostsAsked): string | null {
  if (by === 'task') return task;
  if (by === 'agent') return agent;
  return by === 'model' ? spent.model : dayOf(at);
}

/** Tasks that an amendment dropped come last. */
const placeIn = (place: ReadonlyMap<TaskId, number>, { name }: CostRow): number => place.get(name ?? '') ?? place.size;

const dearestFirst = (a: CostRow, b: CostRow): number =>
  b.spent.usd - a.spent.usd || tokensOf(b.spent) - tokensOf(a.spent);

function unpricedIn(bills: readonly Bill[]): Costs['unpriced'] {
  const found = new Map<string | null, number>();
  for (const { spent } of bills) {
    if (spent.usd === null) found.set(spent.model, (found.get(spent.model) ?? 0) + tokensOf(spent));
  }
  return [...found].map(([model, tokens]) => ({ model, tokens })).filter(({ tokens }) => tokens > 0);
}

const HOUR_MS = 3_600_000;
/** A rate of less time than that says nothing. */
const MEASURED_MS_MIN = 60_000;

/** By the last hour; of a run that does not go on now, by the last one in which anything was spent. */
function estimateOf(status: Status, bills: readonly Bill[]): CostEstimate | null {
  const [first, last] = [bills[0], bills.at(-1)];
  if (first === undefined || last === undefined) return null;
  const to = status.state === 'running' ? status.at : last.at;
  const from = Math.max(first.at, to - HOUR_MS);
  const over_ms = to - from;
  if (over_ms < MEASURED_MS_MIN) return null;
  const lately = bills.filter(({ at }) => at >= from).reduce((sum, { spent }) => plusSpent(sum, spent), NOTHING_SPENT);
  const usdPerHour = (lately.usd * HOUR_MS) / over_ms;
  const tokensPerHour = (tokensOf(lately) * HOUR_MS) / over_ms;
  const lasts = [
    lastsFor(status.budget.usd, { spent: status.spent.usd, perHour: usdPerHour }),
    lastsFor(status.budget.tokens, { spent: tokensOf(status.spent), perHour: tokensPerHour }),
  ].filter((each) => each !== null);
  const budgetLasts_ms = lasts.length === 0 ? null : Math.min(...lasts);
  return { usdPerHour, tokensPerHour, over_ms, atEnd: atEndOf(status), budgetLasts_ms };
}

function lastsFor(cap: number | null, rate: { readonly spent: number; readonly perHour: number }): number | null {
  if (cap === null || rate.perHour <= 0) return null;
  return (Math.max(0, cap - rate.spent) / rate.perHour) * HOUR_MS;
}

const OVER: ReadonlySet<string> = new Set(['landed', 'failed', 'skipped', 'cancelled']);

/** An open task that has already cost more than the average costs no more. */
function atEndOf({ tasks, spent }: Status): CostEstimate['atEnd'] {
  const landed = tasks.filter(({ state }) => state === 'landed');
  if (landed.length === 0) return null;
  const open = tasks.filter(({ state }) => !OVER.has(state));
  const still = (of: (sum: Spending) => number): number => {
    const average = landed.reduce((sum, task) => sum + of(task.spent), 0) / landed.length;
    return open.reduce((sum, task) => sum + Math.max(0, average - of(task.spent)), 0);
  };
  return { usd: spent.usd + still(({ usd }) => usd), tokens: Math.round(tokensOf(spent) + still(tokensOf)) };
}
