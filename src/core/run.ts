import { AccountLimits, accountKey } from './accounts.ts';
import { type AgentChoice, choiceOf } from './agent-choice.ts';
import { BudgetMarks } from './budget-marks.ts';
import { type Entry, isTaskEvent, type RunLevelEvent, type TaskEvent } from './event.ts';
import { evolve, isTerminal } from './evolve.ts';
import { type Exclusion, Exclusions } from './exclusions.ts';
import { hopeless, openParts } from './fates.ts';
import { FinalChecks } from './final-checks.ts';
import { record } from './noted.ts';
import type { Plan, TaskId } from './plan.ts';
import { PlanIndex } from './plan-index.ts';
import { isActive, isListed, type MutableRecord, newRecord, type TaskRecord } from './record.ts';
import type { Relations } from './relation.ts';
import { NOTHING_SPENT, plusSpent, type Spending } from './spent.ts';
import type { TaskState, TaskStateName } from './task.ts';
import { TaskSets } from './task-sets.ts';
import type { Instant } from './time.ts';
import type { Usage } from './usage.ts';

export type RunViewOptions = {
  readonly relationsOf: (plan: Plan) => Relations;
  /** The view is only looked at: its ready tasks may come in plan order. */
  readonly isRead?: boolean;
};
type RunFactsSeen = Extract<RunLevelEvent, { readonly type: 'run-created' }>;

/**
 * The fold of a run's journal: what every decision and every screen reads. Indexes are kept with each entry, so that a
 * decision costs what can change, not what there is. Give it every entry once, in order.
 */
export class RunView {
  readonly #options: RunViewOptions;
  readonly #records = new Map<TaskId, MutableRecord>();
  readonly #sets = new TaskSets();
  readonly #exclusions = new Exclusions();
  #index: PlanIndex | null = null;
  #created: RunFactsSeen | null = null;

  readonly accounts = new AccountLimits();
  readonly finalChecks = new FinalChecks();
  readonly budgets = new BudgetMarks();
  /** By all attempts of all tasks, dropped ones too. */
  spent: Spending = NOTHING_SPENT;
  /** Attempts of all tasks that counted, also those under way and of dropped tasks. */
  attemptsUsed = 0;
  run = '';
  seq = 0;
  createdAt: Instant = 0;
  endedAt: Instant | null = null;
  /** Who paused the run; null: it is not paused. */
  pausedBy: string | null = null;
  engine: { readonly pid: number; readonly host: string } | null = null;
  /** Why the last engine left; null: one drives the run, or it died. */
  left: Extract<RunLevelEvent, { readonly type: 'engine-stopped' }>['why'] | null = null;
  /** Where the target stands, as far as the journal knows. */
  tip = '';
  /** How many stages this invocation may open; see `PlanIndex`. */
  stageGate = 0;
  #hopeless: ReadonlyMap<TaskId, TaskId> | null = null;
  #open: { readonly wave: number; readonly stage: number } | null = null;

  constructor(options: RunViewOptions) {
    this.#options = options;
  }

  apply(entry: Entry): void {
    if (entry.seq !== this.seq + 1) throw new Error(`Entry ${entry.seq} does not follow ${this.seq}`);
    this.seq = entry.seq;
    this.run = entry.run;
    if (isTaskEvent(entry.event)) this.#applyTask(entry.event, entry.at);
    else this.#applyRun(entry.event, entry.at);
  }

  get plan(): Plan {
    return this.index.plan;
  }

  get index(): PlanIndex {
    if (this.#index === null) throw new Error('The journal does not begin with run-created');
    return this.#index;
  }

  get created(): RunFactsSeen {
    if (this.#created === null) throw new Error('The journal does not begin with run-created');
    return this.#created;
  }

  /** In plan order; what an amendment dropped comes last, as long as it has not ended. */
  get records(): readonly TaskRecord[] {
    return [...this.#records.values()].filter(isListed).sort((a, b) => a.position - b.position);
  }

  has(id: TaskId): boolean {
    return this.#records.has(id);
  }

  recordOf(id: TaskId): TaskRecord {
    const found = this.#records.get(id);
    if (found === undefined) throw new Error(`No task ${id} in run ${this.run}`);
    return found;
  }

  stateOf(id: TaskId): TaskState {
    return this.recordOf(id).state;
  }

  tasksIn(state: TaskStateName): readonly TaskRecord[] {
    return this.#sets.in(state);
  }

  count(...states: readonly TaskStateName[]): number {
    return this.#sets.count(states);
  }

  /** Ready tasks, most urgent first. */
  ready(): Iterable<TaskRecord> {
    return this.#sets.ready();
  }

  /** Waiting tasks before which nothing stands any more. */
  get unblocked(): ReadonlySet<TaskRecord> {
    return this.#sets.unblocked;
  }

  /** What attempts at work take up. */
  get usage(): Usage {
    return this.#sets.usage;
  }

  /** Tasks that hold their scope. */
  get held(): ReadonlySet<TaskId> {
    return this.#exclusions.held;
  }

  /** The task that holds what `id` would write, or null. */
  excluderOf(id: TaskId): Exclusion | null {
    return this.#exclusions.of(id, this.index.relations);
  }

  /** Waiting tasks that cannot start any more, with what stands in their way. */
  get hopeless(): ReadonlyMap<TaskId, TaskId> {
    this.#hopeless ??= hopeless(this);
    return this.#hopeless;
  }

  /** The first wave and stage with something left to do. */
  get open(): { readonly wave: number; readonly stage: number } {
    this.#open ??= openParts(this);
    return this.#open;
  }

  #forgetFates(): void {
    this.#hopeless = null;
    this.#open = null;
  }

  /** The commit whose work the next attempt starts with; null: it starts from the target alone. */
  carriedOver(id: TaskId): string | null {
    return this.recordOf(id).carried;
  }

  /** What a task changed last and what it started from; null: nothing yet. A rescue stands in for a report. */
  workOf(id: TaskId): { readonly base: string; readonly commit: string } | null {
    const { base, landed, commit, rescued } = this.recordOf(id);
    const work = commit ?? landed ?? rescued.at(-1) ?? null;
    return work === null ? null : { base: base ?? this.created.base, commit: work };
  }

  /** Cap and limits that an attempt of this task would fall under. */
  accountOf(record: TaskRecord): { readonly key: string; readonly max: number | null } {
    const { name, use, account } = this.choiceFor(record);
    return { key: accountKey(name, account), max: use?.accountMax ?? null };
  }

  /** Who would work on the task now, after what its earlier attempts met with. */
  choiceFor({ task, failures }: TaskRecord): AgentChoice {
    return choiceOf(this.plan, task, failures);
  }

  #applyRun(event: RunLevelEvent, at: Instant): void {
    this.budgets.hear(event);
    switch (event.type) {
      case 'run-created':
        this.#created = event;
        this.createdAt = at;
        this.tip = event.base;
        this.#take(event.plan, at);
        break;
      case 'plan-amended':
        this.#take(event.plan, at);
        this.endedAt = null;
        break;
      case 'engine-started':
        this.engine = { pid: event.pid, host: event.host };
        this.left = null;
        // What the final checks of an ended run said holds until something else lands.
        if (this.endedAt === null) this.finalChecks.reset();
        break;
      case 'engine-stopped':
        this.engine = null;
        this.left = event.why;
        break;
      case 'run-paused':
        this.pausedBy = event.by;
        break;
      case 'run-resumed':
        this.pausedBy = null;
        this.stageGate = finite(this.open.stage);
        break;
      case 'target-moved':
        this.tip = event.to;
        this.finalChecks.reset();
        break;
      case 'account-limited':
        this.accounts.limit(event.account, event.until, event.message);
        break;
      case 'account-pressed':
        this.accounts.pressed(event.account);
        break;
      case 'final-check-finished':
        this.finalChecks.finished(event);
        break;
      case 'run-ended':
        this.endedAt = at;
        break;
    }
  }

  /** A new plan: records are kept, everything that the plan decides is made anew. */
  #take(plan: Plan, at: Instant): void {
    const index = new PlanIndex(plan, this.#options.relationsOf(plan), this.#options.isRead);
    this.#index = index;
    for (const known of this.#records.values()) known.position = Number.POSITIVE_INFINITY;
    for (const [position, task] of plan.tasks.entries()) {
      const known = this.#records.get(task.id);
      if (known === undefined) this.#records.set(task.id, newRecord(task, position, at));
      else Object.assign(known, { task, position });
    }
    this.#reindex(index);
    this.stageGate = Math.max(this.stageGate, finite(this.open.stage));
  }

  #reindex(index: PlanIndex): void {
    this.#sets.clear();
    this.#exclusions.clear();
    this.#forgetFates();
    let dropped = index.plan.tasks.length;
    for (const each of this.#records.values()) {
      each.rank = index.rankOf(each.id) ?? dropped++;
      each.missing = index.before(each.id).filter((need) => this.#records.get(need)?.state.is !== 'landed').length;
    }
    for (const each of this.#records.values()) this.#enter(each);
  }

  #applyTask(event: TaskEvent, at: Instant): void {
    const into = this.#records.get(event.task);
    if (into === undefined) throw new Error(`${event.type} of ${event.task}, which no plan of this run names`);
    const from = into.state;
    const next = evolve(from, event, at);
    if (!next.ok) throw new Error(`The journal holds a refused event: ${JSON.stringify(next.error)} of ${event.task}`);
    this.#sets.leave(into);
    this.attemptsUsed += record(into, event, { state: next.value, at });
    this.#enter(into);
    this.#afterwards(into, event, from);
  }

  #enter(each: MutableRecord): void {
    this.#exclusions.set(each.id, each.held);
    if (isListed(each)) this.#sets.enter(each);
  }

  #afterwards(into: MutableRecord, event: TaskEvent, from: TaskState): void {
    const { state } = into;
    // Also from one end to another: who stands in the way of a task is told by how that one ended.
    if (from.is !== state.is && (isTerminal(from) || isTerminal(state))) this.#forgetFates();
    if (isTerminal(from) && !isTerminal(state)) this.endedAt = null;
    // What an abandoned attempt still says proves nothing about the one that took its place.
    if (event.attempt === into.attempt) this.accounts.hear(into, event);
    if (event.type === 'agent-spent') this.spent = plusSpent(this.spent, event.spent);
    if (event.type === 'task-started') this.budgets.started(into.id);
    if (event.type === 'task-verifying') this.tip = event.onto;
    if (event.type === 'task-verified') this.tip = event.merged.onto;
    if (event.type === 'landing-lost') this.tip = event.tip;
    if (event.type === 'task-landed') this.#landed(into, event.commit);
    if (into.account !== null && isActive(from.is) && !isActive(state.is)) this.accounts.left(into.account, into.id);
  }

  #landed({ id }: MutableRecord, commit: string): void {
    this.tip = commit;
    this.finalChecks.reset();
    for (const follower of this.index.behind(id)) {
      const each = this.#records.get(follower);
      if (each === undefined) continue;
      each.missing -= 1;
      this.#sets.freed(each);
    }
  }
}

const finite = (stage: number): number => (Number.isFinite(stage) ? stage : 0);
