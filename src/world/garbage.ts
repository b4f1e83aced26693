import type { Garbage } from '../cli/world-port.ts';
import type { GcPlan } from '../git/gc.ts';
import type { Opened } from './opened.ts';
import type { WorldSettings } from './settings.ts';

const DAY_MS = 86_400_000;

/** What could go, and why; looks only. A run that has not ended may need everything it has. */
export async function planGarbage(opened: Opened, settings: WorldSettings): Promise<readonly Garbage[]> {
  const { steps } = await gcPlan(opened, settings);
  return steps.map((step) => ({
    kind: step.kind,
    name: step.name,
    why: step.why,
    bytes: 'bytes' in step ? step.bytes : null,
  }));
}

/** Removes what was named, as far as it is still garbage now. */
export async function performGarbage(opened: Opened, settings: WorldSettings, garbage: readonly Garbage[]): Promise<readonly Garbage[]> {
  const named = new Set(garbage.map(({ kind, name }) => `${kind} ${name}`));
  const plan = await gcPlan(opened, settings);
  const steps = plan.steps.filter(({ kind, name }) => named.has(`${kind} ${name}`));
  const removed = new Set(await opened.repository.performGc({ ...plan, steps }));
  return garbage.filter(({ kind, name }) => removed.has(name) || removed.has(`${kind} ${name}`));
}

async function gcPlan({ repository, store }: Opened, { settings }: WorldSettings): Promise<GcPlan> {
  const live = new Set((await store.runs()).filter(({ state }) => state !== 'ended').map(({ run }) => run));
  return repository.planGc({
    retention_ms: settings.retentionDays * DAY_MS,
    isLive: (run) => live.has(run),
    slots: true,
  });
}
