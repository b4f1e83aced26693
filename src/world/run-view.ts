import type { Entry } from '../core/event.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { Store } from '../core/ports/store.ts';
import { lazily } from '../core/relations/lazily.ts';
import { relationsOf } from '../core/relations/relations.ts';
import type { Result } from '../core/result.ts';
import { RunView } from '../core/run.ts';
import type { Status } from '../core/status.ts';
import { statusOf } from '../core/status-of.ts';
import type { Instant } from '../core/time.ts';

/** Reads a whole journal, page by page: a run of a thousand tasks has some ten thousand entries. */
export async function readEntries(store: Store, run: string, after = 0): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (;;) {
    const page = await store.entries(run, all.at(-1)?.seq ?? after, PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const PAGE = 1_000;

export async function readView(store: Store, run: string, ignoreCase = false): Promise<RunView> {
  const view = new RunView({
    relationsOf: (plan) => lazily(plan, () => certain(relationsOf(plan, { ignoreCase }))),
    isRead: true,
  });
  for (const entry of await readEntries(store, run)) view.apply(entry);
  return view;
}

/** An empty view, ready to take a journal in. The plan in it was checked before its run was made. */
export function freshView(ignoreCase: boolean): RunView {
  return new RunView({ relationsOf: (plan) => certain(relationsOf(plan, { ignoreCase })) });
}

function certain<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new Error(`The plan of this run has scopes that cannot be compared: ${JSON.stringify(result.error)}`);
}

type Reading = { readonly store: Store; readonly leases: Leases; readonly now: Instant };

/** A run that nobody drives is interrupted, whatever its last engine wrote before it died. */
export async function readStatus({ store, leases, now }: Reading, run: string): Promise<Status> {
  const status = statusOf(await readView(store, run), now);
  const holder = await leases.holder(`run:${run}`);
  if (holder !== null) return { ...status, engine: { pid: holder.pid, host: holder.host } };
  const stopped = status.state === 'running' ? INTERRUPTED : {};
  return { ...status, engine: null, ...stopped };
}

const INTERRUPTED = { state: 'interrupted', why: 'No engine drives it; go on with: branchline resume' } as const;
