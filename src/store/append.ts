import type { Entry, RunEvent, RunLevelEvent, TaskEvent } from '../core/event.ts';
import { isTaskEvent } from '../core/event.ts';
import { evolve, initialState, isTerminal } from '../core/evolve.ts';
import type { Task } from '../core/plan.ts';
import type { AppendRefusal, RunSummary } from '../core/ports/store.ts';
import type { TaskState } from '../core/task.ts';
import type { Query } from './db.ts';
import { number, text } from './db.ts';
import { projectQuestion } from './questions.ts';
import { parseState } from './states.ts';

/** Thrown inside the transaction so that it rolls back; `append` turns it into a value again. */
export class Refused extends Error {
  readonly refusal: AppendRefusal;

  constructor(refusal: AppendRefusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

export type Batch = { readonly run: string; readonly events: readonly RunEvent[]; readonly at: number };

/** Appends all events of the batch, or throws `Refused`. Runs inside a transaction, under the lock on the run's row. */
export async function appendIn(q: Query, batch: Batch): Promise<readonly Entry[]> {
  const { run, events, at } = batch;
  const writer = new Writer(q, batch);
  await writer.open();
  for (const event of events) await writer.write(event);
  const last = await writer.close();
  return events.map((event, index) => ({ run, seq: last - events.length + 1 + index, at, event }));
}

type TaskRow = { state: TaskState; readonly revision: number };

/** The state of one append: what was read under the lock, and what has to be written back at the end. */
class Writer {
  readonly #q: Query;
  readonly #batch: Batch;
  readonly #tasks = new Map<string, TaskRow>();
  #run: { seq: number; state: RunSummary['state'] } | null = null;

  constructor(q: Query, batch: Batch) {
    this.#q = q;
    this.#batch = batch;
  }

  async open(): Promise<void> {
    const [row] = await this.#q('select seq, state from runs where run = $1 for update', [this.#batch.run]);
    if (row !== undefined) this.#run = { seq: number(row, 'seq'), state: text(row, 'state') as RunSummary['state'] };
  }

  async write(event: RunEvent): Promise<void> {
    if (event.type === 'run-created') await this.#create(event);
    if (this.#run === null) throw new Refused({ reason: 'no-such-run' });
    if (isTaskEvent(event)) await this.#evolve(event);
    if (event.type === 'run-ended') await this.#refuseIfOpen();
    if (event.type === 'plan-amended') await this.#place(event.plan.tasks);
    this.#run.state = runStateAfter(this.#run.state, event);
    this.#run.seq += 1;
    await this.#q('insert into events (run, seq, at, type, task, attempt, data) values ($1, $2, $3, $4, $5, $6, $7)', [
      this.#batch.run,
      this.#run.seq,
      this.#batch.at,
      event.type,
      ...(isTaskEvent(event) ? [event.task, event.attempt] : [null, null]),
      JSON.stringify(event),
    ]);
  }

  async close(): Promise<number> {
    if (this.#run === null) throw new Refused({ reason: 'no-such-run' });
    const { run } = this.#batch;
    for (const [task, { state, revision }] of this.#tasks) {
      const rows = await this.#q(
        'update tasks set state = $1, revision = revision + 1 where run = $2 and task = $3 and revision = $4 returning task',
        [JSON.stringify(state), run, task, revision],
      );
      if (rows.length !== 1) throw new Error(`Task ${task} of run ${run} changed under the lock on its run.`);
    }
    await this.#q('update runs set seq = $1, state = $2 where run = $3', [this.#run.seq, this.#run.state, run]);
    return this.#run.seq;
  }

  async #create(event: Extract<RunLevelEvent, { type: 'run-created' }>): Promise<void> {
    if (this.#run !== null) throw new Refused({ reason: 'exists' });
    const { plan, repository, target } = event;
    await this.#q(
      `insert into runs (run, plan, repository, target, created_at, state, seq) values ($1, $2, $3, $4, $5, 'running', 0)`,
      [this.#batch.run, plan.name, repository, target, this.#batch.at],
    );
    this.#run = { seq: 0, state: 'running' };
    await this.#place(plan.tasks);
  }

  /** One row per task of the plan, in its order. A dropped task keeps its row, without a place: its history stays true. */
  async #place(tasks: readonly Task[]): Promise<void> {
    const { run } = this.#batch;
    await this.#q('update tasks set place = null where run = $1', [run]);
    for (const [place, { id }] of tasks.entries()) {
      await this.#q(
        `insert into tasks (run, task, place, state, revision) values ($1, $2, $3, $4, 0)
         on conflict (run, task) do update set place = excluded.place`,
        [run, id, place, JSON.stringify(initialState)],
      );
    }
  }

  /** Somebody may have given the run new work a moment before it was to end: then it does not end. */
  async #refuseIfOpen(): Promise<void> {
    const rows = await this.#q('select task, place, state from tasks where run = $1', [this.#batch.run]);
    for (const row of rows) {
      const task = text(row, 'task');
      const state = this.#tasks.get(task)?.state ?? parseState(text(row, 'state'));
      const isOver = isTerminal(state) || (row['place'] === null && state.is === 'waiting');
      if (!isOver) throw new Refused({ reason: 'wrong-state', task, state: state.is, event: 'run-ended' });
    }
  }

  async #evolve(event: TaskEvent): Promise<void> {
    const row = await this.#task(event);
    const next = evolve(row.state, event, this.#batch.at);
    if (!next.ok) throw new Refused({ ...next.error, task: event.task });
    row.state = next.value;
    await projectQuestion(this.#q, this.#batch, event);
  }

  async #task(event: TaskEvent): Promise<TaskRow> {
    const known = this.#tasks.get(event.task);
    if (known !== undefined) return known;
    const { run } = this.#batch;
    const [row] = await this.#q('select state, revision from tasks where run = $1 and task = $2', [run, event.task]);
    if (row === undefined)
      throw new Refused({ reason: 'wrong-state', task: event.task, state: 'not in the plan', event: event.type });
    const loaded = { state: parseState(text(row, 'state')), revision: number(row, 'revision') };
    this.#tasks.set(event.task, loaded);
    return loaded;
  }
}

/** A run that had ended goes on when somebody gives it new work. */
function runStateAfter(state: RunSummary['state'], event: RunEvent): RunSummary['state'] {
  if (event.type === 'run-ended') return 'ended';
  if (event.type === 'run-paused') return 'paused';
  if (event.type === 'run-resumed') return 'running';
  const revives = event.type === 'task-retried' || event.type === 'task-taken-over' || event.type === 'plan-amended';
  return revives && state === 'ended' ? 'running' : state;
}
