import type { Garbage } from '../cli/world-port.ts';
import type { SlotView } from '../core/ports/git.ts';
import type { GcPlan } from '../git/gc.ts';
import type { Opened } from './opened.ts';
import type { WorldSettings } from './settings.ts';

const DAY_MS = 86_400_000;

/** What could go, and why; looks only. A run that has not ended may need everything it has. */
export async function planGarbage(opened: Opened, settings: WorldSettings): Promise<readonly Garbage[]> {
  const { steps } = await gcPlan(opened, settings);
  const held = (await heldByEnded(opened)).map(({ number }) => ({
    kind: HELD,
    name: String(number),
    why: 'kept for a look at a task that failed; its run has ended, and its work is under a rescue ref',
    bytes: null,
  }));
  return [
    ...held,
    ...steps.map((step) => ({
      kind: step.kind,
      name: step.name,
      why: step.why,
      bytes: 'bytes' in step ? step.bytes : null,
    })),
  ];
}

const HELD = 'worktree';

/** Slots that tasks of ended runs still hold. Giving one back rescues whatever a person did in it. */
async function heldByEnded({ repository, store }: Opened): Promise<readonly SlotView[]> {
  const ended = new Set((await store.runs()).filter(({ state }) => state === 'ended').map(({ run }) => run));
  const views = await repository.slots.list();
  return views.filter(({ state, key }) => state === 'held' && key !== null && ended.has(key.run));
}

type Removal = { readonly settings: WorldSettings; readonly garbage: readonly Garbage[] };

/** Removes what was named, as far as it is still garbage now. */
export async function performGarbage(opened: Opened, { settings, garbage }: Removal): Promise<readonly Garbage[]> {
  const named = new Set(garbage.map(({ kind, name }) => `${kind} ${name}`));
  for (const { key, number } of await heldByEnded(opened)) {
    if (key === null || !named.has(`${HELD} ${number}`)) continue;
    await (await opened.repository.slots.held(key))?.release();
  }
  const plan = await gcPlan(opened, settings);
  const steps = plan.steps.filter(({ kind, name }) => named.has(`${kind} ${name}`));
  const lines = await opened.repository.performGc({ ...plan, steps });
  // One line a step, in order; what was in use by then begins with "left".
  const gone = new Set(
    steps.filter((_, index) => lines[index]?.startsWith('left') === false).map(({ kind, name }) => `${kind} ${name}`),
  );
  const isGone = ({ kind, name }: Garbage): boolean => kind === HELD || gone.has(`${kind} ${name}`);
  return garbage.filter(isGone);
}

async function gcPlan({ repository, store, pool }: Opened, { settings }: WorldSettings): Promise<GcPlan> {
  const live = new Set((await store.runs()).filter(({ state }) => state !== 'ended').map(({ run }) => run));
  // What was kept when slots of the pool were given back stays as long as that pool does.
  const pooled = (await pool.read())?.name ?? null;
  return repository.planGc({
    retention_ms: settings.retentionDays * DAY_MS,
    isLive: (run) => run === pooled || live.has(run),
    slots: true,
  });
}
