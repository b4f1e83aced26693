import type { Entry, RunEvent } from '../core/event.ts';
import type { Job } from '../core/ports/queue.ts';
import type { AppendRefusal, AttemptKey, RunSummary, Store } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Spending } from '../core/spent.ts';
import type { TaskState } from '../core/task.ts';
import type { Clock, Instant } from '../core/time.ts';
import { appendIn, Refused } from './append.ts';
import type { Database, Query, Row } from './db.ts';
import { number, text } from './db.ts';
import type { Outbox } from './outbox.ts';
import { type QuestionRow, questionsOf } from './questions.ts';
import { SpendingSince } from './spending.ts';
import { isLive, parseState } from './states.ts';

/** What a task is in, without reading the journal. `inPlan` is false for one that an amendment dropped. */
export type TaskRecord = { readonly task: string; readonly inPlan: boolean; readonly state: TaskState };

export type StoreParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Called after a commit that left jobs in the outbox. */
  readonly onJobs: () => void;
  readonly onClose: () => Promise<void>;
};

const page = 1_000;

/** The truth in one SQL database; tables `tasks` and `questions` are projections of the journal, kept in its transactions. */
export class SqlStore implements Store {
  readonly #parts: StoreParts;
  readonly #db: Database;
  readonly #spending: SpendingSince;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#db = parts.db;
    this.#spending = new SpendingSince(parts.db);
  }

  async append(
    run: string,
    events: readonly RunEvent[],
    jobs: readonly Job[] = [],
  ): Promise<Result<readonly Entry[], AppendRefusal>> {
    try {
      const entries = await this.#db.tx((q) => this.#appendIn(q, { run, events, jobs }));
      if (jobs.length > 0) this.#parts.onJobs();
      return ok(entries);
    } catch (error) {
      if (error instanceof Refused) return err(error.refusal);
      throw error;
    }
  }

  async #appendIn(
    q: Query,
    { run, events, jobs }: { run: string; events: readonly RunEvent[]; jobs: readonly Job[] },
  ): Promise<readonly Entry[]> {
    // The time is read under the lock, so that the journal's order is also the order of its times.
    const entries = await appendIn(q, { run, events, at: this.#parts.clock.now() });
    await this.#parts.outbox.writeIn(q, jobs);
    return entries;
  }

  async entries(run: string, after: number, limit = Number.POSITIVE_INFINITY): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    for (let from = after; found.length < limit; ) {
      const wanted = Math.min(page, limit - found.length);
      const sql = 'select seq, at, data from events where run = $1 and seq > $2 order by seq limit $3';
      const rows = await this.#db.q(sql, [run, from, wanted]);
      for (const row of rows) found.push(entryFrom(run, row));
      if (rows.length < wanted) break;
      from = found.at(-1)?.seq ?? from;
    }
    return found;
  }

  async runs(): Promise<readonly RunSummary[]> {
    return (await this.#db.q('select * from runs order by created_at, run')).map(summaryFrom);
  }

  /** Every task of a run in plan order, dropped ones last. */
  async tasks(run: string): Promise<readonly TaskRecord[]> {
    const rows = await this.#db.q(
      'select task, place, state from tasks where run = $1 order by place is null, place, task',
      [run],
    );
    return rows.map((row) => ({
      task: text(row, 'task'),
      inPlan: row['place'] !== null,
      state: parseState(text(row, 'state')),
    }));
  }

  async questions(run: string): Promise<readonly QuestionRow[]> {
    return questionsOf(this.#db, run);
  }

  async version(): Promise<number> {
    return this.#db.version();
  }

  async spentSince(at: Instant): Promise<Spending> {
    return this.#spending.sum(at);
  }

  async claim(key: AttemptKey, worker: string): Promise<number | null> {
    return this.#db.tx(async (q) => {
      if (!(await isLiveIn(q, key, ' for update'))) return null;
      const [row] = await q(
        `insert into attempts (run, task, attempt, fence, worker) values ($1, $2, $3, 1, $4)
         on conflict (run, task, attempt) do update set fence = attempts.fence + 1, worker = excluded.worker
         returning fence`,
        [key.run, key.task, key.attempt, worker],
      );
      return row === undefined ? null : number(row, 'fence');
    });
  }

  async holds(key: AttemptKey, fence: number): Promise<boolean> {
    if (!(await isLiveIn(this.#db.q, key))) return false;
    const sql = 'select fence from attempts where run = $1 and task = $2 and attempt = $3';
    const [row] = await this.#db.q(sql, [key.run, key.task, key.attempt]);
    return row !== undefined && number(row, 'fence') === fence;
  }

  async close(): Promise<void> {
    await this.#parts.onClose();
  }
}

async function isLiveIn(q: Query, { run, task, attempt }: AttemptKey, lock = ''): Promise<boolean> {
  const [row] = await q(`select state from tasks where run = $1 and task = $2${lock}`, [run, task]);
  return row !== undefined && isLive(parseState(text(row, 'state')), attempt);
}

const entryFrom = (run: string, row: Row): Entry => ({
  run,
  seq: number(row, 'seq'),
  at: number(row, 'at'),
  event: JSON.parse(text(row, 'data')) as RunEvent,
});

const summaryFrom = (row: Row): RunSummary => ({
  run: text(row, 'run'),
  plan: text(row, 'plan'),
  repository: text(row, 'repository'),
  target: text(row, 'target'),
  createdAt: number(row, 'created_at'),
  state: text(row, 'state') as RunSummary['state'],
  seq: number(row, 'seq'),
});
