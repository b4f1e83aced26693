import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDrivers } from '../../src/agents/drivers.ts';
import { Journal } from '../../src/engine/journal.ts';
import { createProcesses } from '../../src/process/processes.ts';
import { systemClock } from '../../src/system/clock.ts';
import { freshView } from '../../src/world/run-view.ts';
import { bareSpec } from '../../test/rig/bare.ts';
import { certain, openedStore } from '../opened.ts';
import { printStall } from './stall.ts';

/** Starts agents the way the engine does, with a run of a thousand tasks in memory. */
const [, , state = ''] = process.argv;
const { store } = await openedStore(join(state, 'store'));
const journal = new Journal({ run: 'bench', view: freshView(false), store });
await journal.refresh();
const processes = createProcesses({ clock: systemClock });
const { command } = createDrivers({ processes, clock: systemClock });
processes.warmUp();
await printStall(async (at) => {
  const folder = join(state, 'attempts', String(at));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'brief.md'), 'Do it\n');
  const spec = {
    ...bareSpec,
    key: { run: 'bench', task: `task-${at}`, attempt: 1 },
    argv: ['sh', '-c', 'exit 0'],
    cwd: state,
    env: { PATH: process.env['PATH'] ?? '', BRANCHLINE_REPORT: join(folder, 'report.md') },
    brief: join(folder, 'brief.md'),
    briefOnStdin: false,
    log: join(folder, 'agent.log'),
    logBytes_max: 1 << 20,
    mark: `bench/task-${at}/1`,
  };
  const session = certain(await command.start(spec, () => undefined));
  return () => session.ended;
});
await store.close();
