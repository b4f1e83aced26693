import type { Result } from '../../core/result.ts';
import type { ExitCode, Refusal } from '../../report/explanation.ts';
import { poolHealthText, poolMergeText, poolStatusText } from '../../report/pool-text.ts';
import { visible } from '../../report/visible.ts';
import { optionalWord, text } from '../input.ts';
import { type Merged, NO_POOL, type PoolView, type Released } from '../pool-port.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act, Input, World } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const action = optionalWord(input, 'action') ?? 'status';
  const surplus = surplusOf(action, input);
  if (surplus !== null) return refused(world, surplus);
  switch (action) {
    case 'init':
      return init(world, input);
    case 'acquire':
      return acquire(world, input);
    case 'release':
      return release(world, input);
    case 'merge':
      return merge(world, input);
    case 'cleanup':
      return cleanup(world);
    case 'reset':
      return reset(world, input);
    case 'health':
      return health(world);
    default:
      return status(world);
  }
};

const WORDS: Readonly<Record<string, number>> = { init: 1, acquire: 2, release: 1, merge: 1, reset: 1 };

/** A word that means nothing to an action is a mistake, and so is an option. */
function surplusOf(action: string, input: Input): Refusal | null {
  const words = [optionalWord(input, 'name'), optionalWord(input, 'base')].filter((word) => word !== null);
  const extra = words[WORDS[action] ?? 0];
  if (extra !== undefined) return misused(`pool ${action} does not take ${extra}`);
  return text(input, 'check') !== null && action !== 'merge' ? misused('--check belongs to pool merge') : null;
}

const misused = (what: string): Refusal => ({ what, why: '', next: 'branchline pool --help' });

/** The one line for which scripts wait has the form that they know. */
function poolRefused(world: World, refusal: Refusal): ExitCode {
  if (refusal !== NO_POOL || world.flags.json) return refused(world, refusal);
  world.io.err(`[ERROR] ${refusal.what}. Run: ${refusal.next}\n`);
  return 1;
}

async function init(world: World, input: Input): Promise<ExitCode> {
  const slots = sizeOf(input);
  if (!slots.ok) return refused(world, slots.error);
  const made = await world.pool.init(slots.value);
  if (!made.ok) return poolRefused(world, made.error);
  if (world.flags.json) printJson(world, { v: 1, ...made.value });
  else world.io.out(initialized(made.value));
  return 0;
}

/** Of a pool that is there already, those that are idle are available. */
const initialized = ({ slots }: PoolView): string =>
  `Pool initialized: ${slots.filter(({ status }) => status === 'idle').length} slots available\n`;

function sizeOf(input: Input): Result<number | null, Refusal> {
  const written = optionalWord(input, 'name');
  if (written === null) return { ok: true, value: null };
  if (/^[1-9]\d{0,8}$/.test(written)) return { ok: true, value: Number(written) };
  return { ok: false, error: misused(`${written} is no number of slots`) };
}

async function acquire(world: World, input: Input): Promise<ExitCode> {
  const task = optionalWord(input, 'name');
  if (task === null) return refused(world, misused('pool acquire needs the name of a task'));
  const acquired = await world.pool.acquire(task, optionalWord(input, 'base'));
  if (!acquired.ok) return poolRefused(world, acquired.error);
  if (acquired.value === 'exhausted') {
    if (world.flags.json) return refused(world, { ...misused('POOL_EXHAUSTED'), next: WAIT, exit: 1 });
    world.io.out('POOL_EXHAUSTED\n');
    say(world, `Every slot is acquired. ${WAIT}`);
    return 1;
  }
  const { id, path, branch } = acquired.value;
  if (world.flags.json) printJson(world, { v: 1, ...acquired.value });
  else world.io.out(`${id}|${path}|${branch}\n`);
  return 0;
}

const WAIT = 'Release one, or make the pool larger with: branchline pool init SIZE';

async function release(world: World, input: Input): Promise<ExitCode> {
  const id = optionalWord(input, 'name');
  if (id === null) return refused(world, misused('pool release needs the name of a slot'));
  const released = await world.pool.release(id);
  if (!released.ok) return poolRefused(world, released.error);
  if (world.flags.json) printJson(world, { v: 1, ...released.value });
  else tell(world, [released.value]);
  return 0;
}

function tell(world: World, released: readonly Released[]): void {
  for (const { id, task, kept } of released) {
    world.io.out(`RELEASED:${id}\n`);
    // Said even with --quiet: whoever releases a slot must not take its work for gone.
    for (const { ref, restore } of kept)
      world.io.err(
        `${id}: work${task === null ? '' : ` of ${visible(task)}`} that is on no branch is kept as ${ref}\n  to get it back: ${restore}\n`,
      );
    if (task === null) say(world, `${id} was idle already.`);
  }
}

async function merge(world: World, input: Input): Promise<ExitCode> {
  const merged = await world.pool.merge({ branch: optionalWord(input, 'name'), check: text(input, 'check') });
  if (!merged.ok) return poolRefused(world, merged.error);
  if (world.flags.json) printJson(world, { v: 1, ...merged.value });
  else {
    world.io.out(poolMergeText(merged.value));
    tellMerged(world, merged.value);
  }
  return merged.value.slots.some(({ result }) => result === 'failed') ? 1 : 0;
}

function tellMerged(world: World, { target, wanted, checkout, next, slots }: Merged): void {
  for (const { id, branch, result, why, uncommitted } of slots) {
    if (result !== 'merged')
      say(world, `${id}:${visible(branch)}: ${result === 'failed' ? 'not merged' : 'nothing'}: ${visible(why)}`);
    if (uncommitted) say(world, `${id}: what is in no commit was left there`);
  }
  if (checkout !== null && next !== null)
    say(
      world,
      `${visible(wanted)} is checked out in ${visible(checkout)} and was not moved. The work is on ${visible(target)}: ${next}`,
    );
}

async function cleanup(world: World): Promise<ExitCode> {
  const released = await world.pool.cleanup();
  if (!released.ok) return poolRefused(world, released.error);
  if (world.flags.json) printJson(world, { v: 1, released: released.value });
  else tell(world, released.value);
  return 0;
}

async function reset(world: World, input: Input): Promise<ExitCode> {
  const slots = sizeOf(input);
  if (!slots.ok) return refused(world, slots.error);
  const anew = await world.pool.reset(slots.value);
  if (!anew.ok) return poolRefused(world, anew.error);
  if (world.flags.json) printJson(world, { v: 1, released: anew.value.released, ...anew.value.pool });
  else {
    tell(world, anew.value.released);
    world.io.out(initialized(anew.value.pool));
  }
  return 0;
}

async function status(world: World): Promise<ExitCode> {
  const found = await world.pool.status();
  if (!found.ok) return poolRefused(world, found.error);
  if (world.flags.json) printJson(world, { v: 1, ...found.value });
  else world.io.out(poolStatusText(found.value.slots));
  return 0;
}

async function health(world: World): Promise<ExitCode> {
  const found = await world.pool.health();
  if (!found.ok) return poolRefused(world, found.error);
  if (world.flags.json) printJson(world, { v: 1, ...found.value });
  else world.io.out(poolHealthText(found.value));
  return found.value.issues.length > 0 ? 1 : 0;
}
