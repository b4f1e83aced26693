import { dirname, join } from 'node:path';
import type { Bench, Row } from '../bench.ts';
import { childrenOf, cpu_ms, Engine } from '../engine.ts';
import { bound, median, short } from '../measure.ts';

const AGENTS = 4;
const TURNS = 100;
/** Lines that `talking-agent` says a turn. */
const LINES = 10;
const ROUNDS = 7;

/** What one line of an agent costs: a run of agents that say much against the same run of agents that say nothing. */
export const hearing: Row = {
  name: 'hearing',
  measure: async (bench) => {
    const perEvent: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const quiet_ms = await spent_ms(bench, 0);
      const talking_ms = await spent_ms(bench, TURNS);
      perEvent.push((talking_ms - quiet_ms) / (AGENTS * TURNS * LINES));
      bare.push(await parsed_ms(bench));
    }
    const note = `${AGENTS} agents of ${TURNS * LINES} lines each as Claude Code says them, with leave asked for each tool; the engine and what it started; a bare Node that only parses such lines takes ${short(median(bare))} ms each; medians of ${ROUNDS} rounds`;
    return [bound({ what: 'processor time per agent event', value: median(perEvent), limit: 0.2, unit: 'ms', note })];
  },
};

/** Processor time of an engine until its agents have ended. */
async function spent_ms(bench: Bench, turns: number): Promise<number> {
  const agent = join(dirname(bench.self), 'talking-agent.mjs');
  const engine = await Engine.start(bench, planText(agent, turns), ['--places', String(AGENTS)]);
  try {
    await engine.saw('task-landed', AGENTS, 120_000);
    if (engine.count('task-landed') < AGENTS) throw new Error('The agents have not landed');
    return [engine.pid, ...childrenOf(engine.pid)].reduce((sum, pid) => sum + cpu_ms(pid), 0);
  } finally {
    await engine.stop();
  }
}

async function parsed_ms(bench: Bench): Promise<number> {
  const script = `
    const line = JSON.stringify({ type: 'user', message: { content: [{ type: 'tool_result', content: 'x'.repeat(700) }] } });
    const text = Buffer.from((line + '\\n').repeat(4000));
    const { user, system } = process.cpuUsage();
    for (const each of text.toString().split('\\n')) if (each !== '') JSON.parse(each);
    const used = process.cpuUsage({ user, system });
    console.log((used.user + used.system) / 4000 / 1000);`;
  return Number(await bench.must([process.execPath, '-e', script]));
}

function planText(agent: string, turns: number): string {
  const use = `{ driver: claude, command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(agent)}], env: { BENCH_TURNS: "${turns}" } }`;
  const tasks = Array.from(
    { length: AGENTS },
    (_, task) => `  task-${task}: { title: Talk, scope: { may: ["task-${task}/**"] } }`,
  );
  return [
    'plan: hearing',
    'target: release',
    `agents: { default: talker, max: ${AGENTS}, use: { talker: ${use} } }`,
    'tasks:',
    ...tasks,
    '',
  ].join('\n');
}
