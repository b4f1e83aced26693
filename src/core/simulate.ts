import type { Action } from './action.ts';
import { lowerBound } from './bound.ts';
import { decide } from './decide.ts';
import type { RunEvent } from './event.ts';
import { intentOf } from './intent.ts';
import { isReadOnly, type Plan, type Task, type TaskId } from './plan.ts';
import { estimatesOf } from './priority.ts';
import { RunView, type RunViewOptions } from './run.ts';
import { standing } from './standing.ts';
import type { Instant } from './time.ts';

export type SimulateOptions = RunViewOptions & {
  /** Minutes that each task really takes; without it, its estimate. */
  readonly minutes?: (task: Task) => number;
  /** Minutes that verifying one task takes, on the one train there is. Default 0. */
  readonly verify_min?: number;
};

/** A run in made-up time. All figures are minutes from the start. */
export type Simulation = {
  readonly makespan_min: number;
  /** No schedule can be shorter: see `bound.ts`. */
  readonly lowerBound_min: number;
  /** Share of all places that was in use, over the whole run; null where places are unlimited. */
  readonly use: number | null;
  /** One bar of a Gantt chart per task, in the order in which they started. `place` counts from 0. */
  readonly bars: readonly Bar[];
  /** Why some tasks never ran; null when all landed. */
  readonly stuck: string | null;
};
export type Bar = {
  readonly task: TaskId;
  readonly place: number;
  readonly start_min: number;
  readonly end_min: number;
};

const MINUTE_MS = 60_000;

/** Runs a plan with agents that always succeed, by the very decisions that a real run takes. */
export function simulate(plan: Plan, options: SimulateOptions): Simulation {
  const world = new World(plan, options);
  const stuck = world.run();
  const { bars } = world;
  const makespan_min = bars.reduce((latest, { end_min }) => Math.max(latest, end_min), 0);
  const { writers, readers } = world.view.index.places;
  // Places that only reading tasks may take count only where there is such a task.
  const places = writers + (plan.tasks.some(isReadOnly) ? (readers ?? 0) : 0);
  const work = bars.reduce((sum, { start_min, end_min }) => sum + end_min - start_min, 0);
  const use = Number.isFinite(places) && makespan_min > 0 ? work / (places * makespan_min) : null;
  const relations = world.view.index.relations;
  return {
    makespan_min,
    lowerBound_min: lowerBound(plan, { relations, minutes: world.minutes }),
    use,
    bars,
    stuck,
  };
}

type Ending = { readonly at: Instant; readonly event: RunEvent };

class World {
  readonly view: RunView;
  readonly minutes: (task: Task) => number;
  readonly bars: Bar[] = [];
  readonly #plan: Plan;
  readonly #verify_ms: number;
  readonly #endings: Ending[] = [];
  /** By place: the instant from which it is free. */
  readonly #places: Instant[] = [];
  #now: Instant = 0;

  constructor(plan: Plan, options: SimulateOptions) {
    // Made-up time has no date.
    this.#plan = { ...plan, deadline: null };
    this.minutes = options.minutes ?? estimatesOf(plan);
    this.#verify_ms = (options.verify_min ?? 0) * MINUTE_MS;
    this.view = new RunView(options);
  }

  /** Returns why it came to a stop before the end, or null. */
  run(): string | null {
    this.#append({
      type: 'run-created',
      plan: this.#plan,
      planHash: '',
      repository: '',
      base: 'base',
      target: 'refs/heads/target',
    });
    for (;;) {
      const actions = decide(this.view, this.#now);
      for (const action of actions) this.#perform(action);
      if (this.view.endedAt !== null) return null;
      if (actions.length > 0) continue;
      if (!this.#advance()) return whyStuck(this.view, this.#now);
    }
  }

  #perform(action: Action): void {
    const intent = intentOf(action, this.view);
    if (intent !== null) this.#append(intent);
    switch (action.do) {
      case 'start':
        this.#start(action.task, action.attempt);
        break;
      case 'verify':
        this.#endings.push({
          at: this.#now + this.#verify_ms,
          event: {
            type: 'task-verified',
            task: action.task,
            attempt: action.attempt,
            merged: { commit: action.task, onto: this.view.tip },
          },
        });
        break;
      case 'land':
        this.#append({ type: 'task-landed', task: action.task, attempt: action.attempt, commit: action.task });
        break;
      case 'pause':
        this.#append({ type: 'run-resumed', by: 'simulation' });
        break;
      case 'final-checks':
        for (const command of this.#plan.finalChecks)
          this.#append({ type: 'final-check-finished', command: String(command), code: 0, log: '', took_ms: 0 });
        break;
      default:
    }
  }

  #start(task: TaskId, attempt: number): void {
    const at = this.#now + this.minutes(this.view.recordOf(task).task) * MINUTE_MS;
    const free = this.#places.findIndex((until) => until <= this.#now);
    const place = free === -1 ? this.#places.length : free;
    this.#places[place] = at;
    this.bars.push({ task, place, start_min: this.#now / MINUTE_MS, end_min: at / MINUTE_MS });
    this.#endings.push({
      at,
      event: { type: 'task-reported', task, attempt, commit: task, base: this.view.tip, files: 1, claim: '' },
    });
  }

  /** Goes on to the next instant at which something ends. */
  #advance(): boolean {
    const at = this.#endings.reduce((soonest, ending) => Math.min(soonest, ending.at), Number.POSITIVE_INFINITY);
    if (!Number.isFinite(at)) return false;
    this.#now = at;
    const due = this.#endings.filter((ending) => ending.at <= at);
    const later = this.#endings.filter((ending) => ending.at > at);
    this.#endings.splice(0, this.#endings.length, ...later);
    for (const { event } of due) this.#append(event);
    return true;
  }

  #append(event: RunEvent): void {
    this.view.apply({ run: 'simulation', seq: this.view.seq + 1, at: this.#now, event });
  }
}

function whyStuck(view: RunView, now: Instant): string {
  const stands = standing(view, now);
  return 'why' in stands ? stands.why : stands.state;
}
