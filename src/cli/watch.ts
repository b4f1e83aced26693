import type { Entry } from '../core/event.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import type { ExitCode } from '../report/explanation.ts';
import { visible } from '../report/visible.ts';
import { liveView } from './live-view.ts';
import { refused, say } from './print.ts';
import { endOfRun, needsPerson, nextStep } from './sentences.ts';
import type { View, Watch } from './view.ts';
import { lineView, quietView, streamView } from './views.ts';
import type { DriveOptions, World } from './world-port.ts';

/** Drives a run here and shows it as it goes; `after`: the last entry that need not be shown again. */
export async function driveAndWatch(
  world: World,
  run: string,
  options: DriveOptions & { readonly after: number; readonly broughtAlong?: boolean },
): Promise<ExitCode> {
  const watch = { world, run, after: options.after };
  const view = viewFor(watch);
  const over = new AbortController();
  world.signals.drain.addEventListener('abort', () => view.note(DRAINING), { once: true, signal: over.signal });
  const [, driven] = await Promise.all([
    showUntil(watch, view, over.signal),
    world.runs.drive(run, options).finally(() => over.abort()),
  ]);
  if (!driven.ok) return refused(world, driven.error);
  return conclude(watch, options.broughtAlong === true);
}

// Short enough for one line of 80 columns.
const DRAINING = 'Stopping: agents at work may end. Again to stop them too; their work is kept.';

function viewFor(watch: Watch): View {
  const { flags, io } = watch.world;
  if (flags.json) return streamView(watch);
  if (flags.quiet) return quietView();
  return io.isTTY ? liveView(watch) : lineView(watch);
}

/** Shows entries until `over`, then those that were written up to that moment. */
async function showUntil({ world, run, after }: Watch, view: View, over: AbortSignal): Promise<void> {
  let last = after;
  // Not awaited one by one: a slow webhook must not hold the screen up.
  const alerts: Promise<void>[] = [];
  const show = (entry: Entry) => {
    if (entry.seq <= last) return;
    last = entry.seq;
    view.entry(entry);
    const call = needsPerson(entry);
    if (call !== null) alerts.push(alert(world, run, call));
  };
  for await (const entry of world.runs.follow(run, after, over)) show(entry);
  for (const entry of await world.runs.entries(run, last)) show(entry);
  await Promise.all(alerts);
  await view.end();
}

async function conclude({ world, run }: Watch, broughtAlong: boolean): Promise<ExitCode> {
  const status = await world.runs.status(run);
  const exit = exitCodeOf(status, world.signals.name());
  const sentence = endOfRun(status, exit);
  if (world.flags.json) world.io.out(`${(await import('../report/stream.ts')).endLine(status, exit)}\n`);
  else world.io.out(`${visible(sentence)}\n`);
  const next = nextStep(status, broughtAlong);
  if (next !== null) say(world, `  next: ${visible(next)}`);
  await alert(world, run, sentence);
  return exit;
}

/** Bell and desktop message where there is a terminal, and whatever the plan names to tell somebody. */
async function alert(world: World, run: string, message: string): Promise<void> {
  if (world.io.isTTY && !world.flags.quiet) {
    world.io.err((await import('../report/notify-text.ts')).notification(message));
  }
  await world.host.notify(run, message);
}
