import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Row } from '../bench.ts';
import { Engine } from '../engine.ts';
import { bound, median, timed } from '../measure.ts';

const TASKS = 60;
const PLACES = 4;

/** From a worktree that is ready to a process in it, with the brief written and the start on the disk. */
export const starting: Row = {
  name: 'starting',
  measure: async (bench) => {
    const engine = await Engine.start(bench, planText(), ['--places', String(PLACES)]);
    try {
      await engine.saw('task-landed', TASKS, 120_000);
      const started = engine.between('worktree-ready', 'agent-started');
      if (started.length < TASKS) throw new Error(`Only ${started.length} agents have started`);
      const note = `${TASKS} starts with ${PLACES} places, landings going on beside them; a bare spawn takes ${(await bareStart_ms()).toFixed(1)} ms`;
      return [bound({ what: "an attempt's start", value: median(started), limit: 30, unit: 'ms', note })];
    } finally {
      await engine.stop();
    }
  },
};

async function bareStart_ms(): Promise<number> {
  const starts: number[] = [];
  for (let at = 0; at < TASKS; at++) {
    const child = spawn('sh', ['-c', 'exit 0'], { stdio: 'ignore', detached: true });
    const ended = once(child, 'exit');
    starts.push(await timed(() => once(child, 'spawn')));
    await ended;
  }
  return median(starts);
}

function planText(): string {
  const script = 'sleep 0.2; echo $BRANCHLINE_TASK > $BRANCHLINE_TASK.txt';
  const tasks = Array.from(
    { length: TASKS },
    (_, task) => `  task-${task}: { title: Task ${task}, scope: { may: [task-${task}.txt] } }`,
  );
  return [
    'plan: starting',
    'target: release',
    `agents: { default: writer, max: ${PLACES}, use: { writer: { command: [sh, -c, ${JSON.stringify(script)}] } } }`,
    'tasks:',
    ...tasks,
    '',
  ].join('\n');
}
