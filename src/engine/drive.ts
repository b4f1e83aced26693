import type { Entry } from '../core/event.ts';
import type { Lease } from '../core/ports/leases.ts';
import { err, ok, type Result } from '../core/result.ts';
import { standing } from '../core/standing.ts';
import { Effects } from './effects.ts';
import { engineContext } from './engine-context.ts';
import { giveBackSlots } from './give-back.ts';
import { Journal } from './journal.ts';
import { Loop } from './loop.ts';
import type { EngineParts, RunFacts } from './parts.ts';

export type DriveOptions = {
  /** Stay while only a person can move the run on (somebody watches a terminal), or come back at once. */
  readonly waitForPerson: boolean;
  /** Longest limit of an account to sit out; null: any. */
  readonly wait_ms_max: number | null;
  /** Aborted once: start nothing new, finish what runs. */
  readonly drain: AbortSignal;
  /** Aborted: end every agent now, keep their work, leave the rest for the next invocation. */
  readonly kill: AbortSignal;
  readonly onEntry: (entry: Entry) => void;
};

/** Why this invocation came back. The run itself may go on in a later one. */
export type DriveEnd = { readonly why: 'ended' | 'waiting' | 'paused' | 'interrupted' };
export type DriveRefusal =
  | { readonly reason: 'driven'; readonly pid: number; readonly host: string }
  /** The state could not be read or written any more. Agents were ended, and their worktrees are as they left them. */
  | { readonly reason: 'broken'; readonly message: string };

/** Drives one run until it ends, or until nothing more can happen without somebody else. One engine a run. */
export async function drive(
  parts: EngineParts,
  facts: RunFacts,
  options: DriveOptions,
): Promise<Result<DriveEnd, DriveRefusal>> {
  const lease = await parts.leases.take(`run:${facts.run}`, RUN_LEASE_MS);
  if (lease === null) return err(await whoDrives(parts, facts.run));
  try {
    return ok(await driveHeld(parts, { facts, options, lease }));
  } catch (broken) {
    return err({ reason: 'broken', message: broken instanceof Error ? broken.message : String(broken) });
  } finally {
    // What cannot be released now ends with this process.
    await Promise.allSettled([lease.release()]);
  }
}

/** A minute: three missed renewals of twenty seconds. On one host the owner's process decides, not this number. */
const RUN_LEASE_MS = 60_000;

type Held = { readonly facts: RunFacts; readonly options: DriveOptions; readonly lease: Lease };

async function driveHeld(parts: EngineParts, { facts, options, lease }: Held): Promise<DriveEnd> {
  const journal = new Journal({ run: facts.run, view: parts.freshView(), store: parts.store });
  await journal.refresh();
  const seen = journal.onEntry(options.onEntry);
  let wake = (): void => undefined;
  const context = engineContext({ parts, facts, journal, notify: () => wake() });
  await context.ledger.open();
  const effects = new Effects(context);
  const loop = new Loop({ context, effects, lease, options });
  wake = () => loop.notify();
  await journal.append([{ type: 'engine-started', pid: parts.pid, host: parts.host }]);
  const why = await turn(effects, loop);
  if (why === 'ended') await giveBackSlots(context);
  const isOver = why === 'ended' && standing(journal.view, parts.clock.now()).state === 'ended';
  // Another engine has the run by now: what it wrote about itself is true, and what we would write is not.
  if (!isOver && !loop.lost) await journal.append([{ type: 'engine-stopped', why }]);
  seen();
  return { why };
}

/** Whatever happens in the loop, no agent of ours goes on without an engine. */
async function turn(effects: Effects, loop: Loop): Promise<DriveEnd['why']> {
  try {
    await effects.open();
    return await loop.run();
  } finally {
    await effects.close();
  }
}

async function whoDrives(parts: EngineParts, run: string): Promise<DriveRefusal> {
  const holder = await parts.leases.holder(`run:${run}`);
  return { reason: 'driven', pid: holder?.pid ?? 0, host: holder?.host ?? 'unknown' };
}
