import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../../src/core/event.ts';
import type { SlotView } from '../../src/core/ports/git.ts';
import { openRepository } from '../../src/git/repository.ts';
import { thisOwner } from '../../src/store/owner.ts';
import { type OpenedStore, openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/system/clock.ts';
import type { Stage } from './stage.ts';

/** What stands in the state folder about a run, read by the program's own store and git, from beside it. */
export async function readRun(
  stage: Stage,
  run: string,
): Promise<{ entries: readonly Entry[]; slots: readonly SlotView[] }> {
  return withStore(stage, async ({ store, leases }) => {
    const repository = await openRepository({
      dir: stage.dir,
      stateDir: stage.state,
      leases,
      env: stage.env(),
      ids: () => 'reader',
      now: () => systemClock.now(),
    });
    if (!repository.ok) throw new Error(JSON.stringify(repository.error));
    const slots = await repository.value.slots.list();
    await repository.value.close();
    return { entries: await store.entries(run, 0, 100_000), slots };
  });
}

/** Opens the state file of a stage beside the program, and closes it again. */
export async function withStore<T>(stage: Stage, work: (opened: OpenedStore) => Promise<T>): Promise<T> {
  const file = await stateFile(stage);
  const opened = await openStore({ file, clock: systemClock, owner: thisOwner() });
  if (!opened.ok) throw new Error(`The state file cannot be opened: ${JSON.stringify(opened.error)}`);
  try {
    return await work(opened.value);
  } finally {
    await opened.value.store.close();
  }
}

async function stateFile(stage: Stage): Promise<string> {
  const names = await readdir(stage.state, { recursive: true });
  const found = names.find((name) => name.endsWith('branchline.sqlite'));
  if (found === undefined) throw new Error(`There is no state file in ${names.join(', ')}`);
  return join(stage.state, found);
}
