import type { Io } from '../cli/world-port.ts';
import type { Opened } from './opened.ts';
import { readStatus } from './run-view.ts';
import type { Started } from './start-run.ts';
import { branchName, mergeLine } from './target.ts';

type Request = { readonly run: string; readonly started: Started; readonly io: Io };

/**
 * Brings the person's checkout along, because they asked for it: by git's own fast-forward in their folder, and only if
 * nothing there is changed. Whatever is in the way, the line to type is printed and nothing is touched.
 */
export async function bringCheckoutAlong(opened: Opened, { run, started, io }: Request): Promise<void> {
  const { target, checkout, wanted } = started.target;
  if (checkout === null || !(await hasLanded(opened, run))) return;
  const here = (await opened.repository.checkouts(wanted)).find(({ path }) => path === checkout);
  const line = `git -C ${checkout} merge --ff-only ${branchName(target)}`;
  if (here === undefined || !here.clean) {
    io.err(`${checkout} has changes of its own, so it was left alone. When it is clean: ${mergeLine(target)}\n`);
    return;
  }
  const merged = await opened.processes.run(
    {
      argv: ['git', '-C', checkout, 'merge', '--ff-only', '--quiet', branchName(target)],
      cwd: checkout,
      env: opened.environment.variables,
      stdin: null,
      log: `${opened.folder}/runs/${run}/update-checkout.log`,
      logBytes_max: 64 * 1024,
      mark: `${run}/update-checkout`,
      wall_ms: 120_000,
    },
    new AbortController().signal,
  );
  const done = merged.ok && merged.value.code === 0;
  io.err(
    done
      ? `${checkout} was brought along to the landed work.\n`
      : `The checkout could not be brought along. Try: ${line}\n`,
  );
}

/** Before the end, or with nothing landed, there is nothing to bring along. */
async function hasLanded({ store, leases, clock }: Opened, run: string): Promise<boolean> {
  const { state, counts } = await readStatus({ store, leases, now: clock.now() }, run);
  return state === 'ended' && counts.landed > 0;
}
