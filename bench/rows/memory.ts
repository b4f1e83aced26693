import type { Row } from '../bench.ts';
import { Engine, peak_mib } from '../engine.ts';
import { bound } from '../measure.ts';

const TASKS = 10_000;
const WATCHED_MS = 25_000;

/** A real run of 10,000 tasks with agents that end at once, watched for as long as a bench can wait. */
export const memory: Row = {
  name: 'memory',
  measure: async (bench) => {
    const engine = await Engine.start(bench, planText(), ['--places', '8']);
    try {
      await engine.saw('task-landed', TASKS, WATCHED_MS);
      const [peak, landed] = [peak_mib(engine.pid), engine.count('task-landed')];
      const note = `reading the plan and starting included; ${landed} tasks had landed by then, not all of them`;
      return [bound({ what: 'peak memory, 10,000 tasks', value: peak, limit: 200, unit: 'MiB', note })];
    } finally {
      await engine.stop();
    }
  },
};

function planText(): string {
  const script = 'echo $BRANCHLINE_TASK > $BRANCHLINE_TASK.txt';
  const tasks = Array.from(
    { length: TASKS },
    (_, task) => `  task-${task}: { title: Task ${task}, scope: { may: [task-${task}.txt] } }`,
  );
  return [
    'plan: memory',
    'target: release',
    `agents: { default: writer, max: 8, use: { writer: { command: [sh, -c, ${JSON.stringify(script)}] } } }`,
    'tasks:',
    ...tasks,
    '',
  ].join('\n');
}
