import { join } from 'node:path';
import { Refused } from '../cli/refuse.ts';
import { identifyRepository } from '../git/identify.ts';
import type { Refusal } from '../report/explanation.ts';
import { thisOwner } from '../store/owner.ts';
import { openStore } from '../store/store.ts';
import { systemClock } from '../system/clock.ts';
import { newToken } from '../system/ids.ts';
import { pathsFor, repositoryState } from '../system/paths.ts';
import type { Opened, State } from './opened.ts';
import type { Surroundings } from './world.ts';

/** Finds the repository and opens its state file. Throws `Refused` where there is none, or it cannot be opened. */
export async function openState(around: Surroundings): Promise<State> {
  const { cwd, environment } = around;
  const identified = await identifyRepository({ dir: cwd, env: environment.variables });
  if (!identified.ok) throw new Refused(identified.error);
  const { key, root, ignoreCase } = identified.value;
  const folder = repositoryState(await pathsOf(around), key);
  const state = await openStore({ file: join(folder, 'branchline.sqlite'), clock: systemClock, owner: thisOwner() });
  if (!state.ok) throw new Refused(inThreeParts(state.error));
  return { ...state.value, clock: systemClock, environment, root, folder, ignoreCase };
}

/** Opens the repository's hub as well, making it when this is the first time. */
export async function openWhole(around: Surroundings): Promise<Opened> {
  const state = await around.state();
  const { openRepository } = await import('../git/repository.ts');
  const repository = await openRepository({
    dir: around.cwd,
    stateDir: (await pathsOf(around)).state,
    leases: state.leases,
    env: around.environment.variables,
    ids: newToken,
    now: () => systemClock.now(),
  });
  if (!repository.ok) throw new Refused(repository.error);
  const { program, wrapParts = (parts) => parts } = around.options;
  const { prices } = (await around.settings()).settings;
  return { ...state, repository: repository.value, processes: around.processes(), prices, program, wrapParts };
}

async function pathsOf({ cwd, environment, settings }: Surroundings): Promise<ReturnType<typeof pathsFor>> {
  const configured = (await settings()).settings.stateDir;
  return pathsFor({ ...environment, stateDir: environment.stateDir ?? configured }, process.platform, cwd);
}

/** The store says what, why and what to do next in one message of three sentences or more. */
function inThreeParts({ message }: { readonly message: string }): Refusal {
  const [what = message, why = '', ...next] = message.split(/(?<=[.!?]) +/);
  return { what: what.replace(/\.$/, ''), why, next: next.join(' ') };
}
