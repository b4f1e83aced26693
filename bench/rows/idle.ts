import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../bench.ts';
import { childrenOf, cpu_ms, Engine } from '../engine.ts';
import { bound } from '../measure.ts';

const WATCHED_MS = 20_000;
const AGENTS = 8;

/** What it costs to wait: the engine, its spawner and its long-lived git, while eight agents sleep. */
export const idle: Row = {
  name: 'idle',
  measure: async (bench) => {
    const engine = await Engine.start(bench, planText(), ['--places', String(AGENTS)]);
    try {
      await engine.saw('agent-started', AGENTS, 60_000);
      if (engine.count('agent-started') < AGENTS) throw new Error('The agents have not started');
      await pause(1_000);
      const pids = [engine.pid, ...childrenOf(engine.pid)];
      const used = (): number => pids.reduce((sum, pid) => sum + cpu_ms(pid), 0);
      const [before, startedAt] = [used(), performance.now()];
      await pause(WATCHED_MS);
      const share = ((used() - before) / (performance.now() - startedAt)) * 100;
      const note = `over ${WATCHED_MS / 1000} s, with its spawner and its ${pids.length - 2} long-lived git processes`;
      return [bound({ what: 'engine while 8 agents sleep', value: share, limit: 1, unit: '% of a core', note })];
    } finally {
      await engine.stop();
    }
  },
};

function planText(): string {
  const tasks = Array.from(
    { length: AGENTS },
    (_, task) => `  task-${task}: { title: Sleep, scope: { may: [notes/${task}] } }`,
  );
  return [
    'plan: idle',
    'target: release',
    'agents: { default: sleeper, max: 8, use: { sleeper: { command: [sleep, "300"] } } }',
    'tasks:',
    ...tasks,
    '',
  ].join('\n');
}
