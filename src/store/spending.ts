import type { RunEvent } from '../core/event.ts';
import { NOTHING_SPENT, plusSpent, type Spending } from '../core/spent.ts';
import type { Instant } from '../core/time.ts';
import type { Database, Row } from './db.ts';
import { number, text } from './db.ts';

/** What was counted for an instant, and up to which entry of each run. */
type Counted = { readonly since: Instant; readonly upTo: ReadonlyMap<string, number>; readonly sum: Spending };

/**
 * What all runs spent since an instant. It is asked again and again for the same one (midnight), so that only what was
 * written since the last time is read; entries are numbered without gaps, so that nothing is missed whatever the clock does.
 */
export class SpendingSince {
  readonly #db: Database;
  #counted: Counted | null = null;
  /** One at a time: two that count the same news would count them twice. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: Database) {
    this.#db = db;
  }

  async sum(since: Instant): Promise<Spending> {
    const asked = this.#last.then(() => this.#count(since));
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async #count(since: Instant): Promise<Spending> {
    // Read first: what is written after it counts the next time.
    const upTo = new Map(
      (await this.#db.q('select run, seq from runs')).map((row) => [text(row, 'run'), number(row, 'seq')]),
    );
    const known = this.#counted?.since === since ? this.#counted : null;
    const rows = known === null ? await this.#all(since, upTo) : await this.#news(known, upTo);
    const sum = rows.reduce(added, known?.sum ?? NOTHING_SPENT);
    this.#counted = { since, upTo, sum };
    return sum;
  }

  /** By the index that only these entries are in: a state file may hold years of runs. */
  async #all(since: Instant, upTo: Counted['upTo']): Promise<readonly Row[]> {
    const sql = `select run, seq, data from events where type = 'agent-spent' and at >= $1`;
    const rows = await this.#db.q(sql, [since]);
    return rows.filter((row) => number(row, 'seq') <= (upTo.get(text(row, 'run')) ?? 0));
  }

  async #news({ since, upTo: before }: Counted, upTo: Counted['upTo']): Promise<readonly Row[]> {
    const sql = `select data from events where run = $1 and seq > $2 and seq <= $3 and type = 'agent-spent' and at >= $4`;
    const found: Row[] = [];
    for (const [run, to] of upTo) {
      const from = before.get(run) ?? 0;
      if (to > from) found.push(...(await this.#db.q(sql, [run, from, to, since])));
    }
    return found;
  }
}

function added(sum: Spending, row: Row): Spending {
  const event = JSON.parse(text(row, 'data')) as RunEvent;
  return event.type === 'agent-spent' ? plusSpent(sum, event.spent) : sum;
}
