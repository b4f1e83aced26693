import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Row } from '../bench.ts';
import { Engine, own_mib } from '../engine.ts';
import { bound, median } from '../measure.ts';

const FEW = 4;
const MANY = 104;
const ROUNDS = 3;
/** How long they are left alone before the engine is looked at. */
const SETTLED_MS = 5_000;

/** What an agent that says nothing takes up: an engine with a hundred of them more against one with a few. */
export const idleAgents: Row = {
  name: 'idle-agents',
  measure: async (bench) => {
    const each: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const few = await memory_mib(bench, FEW);
      each.push(((await memory_mib(bench, MANY)) - few) / (MANY - FEW));
    }
    const note = `${MANY} sessions of Claude Code's kind against ${FEW}, open and silent for ${SETTLED_MS / 1000} s; median of ${ROUNDS}`;
    return [bound({ what: 'memory per idle running agent', value: median(each), limit: 1, unit: 'MiB', note })];
  },
};

async function memory_mib(bench: Bench, agents: number): Promise<number> {
  const engine = await Engine.start(bench, await planText(bench, agents), ['--places', String(agents)]);
  try {
    await engine.saw('agent-session', agents, 120_000);
    if (engine.count('agent-session') < agents) throw new Error(`${engine.count('agent-session')} agents have started`);
    await pause(SETTLED_MS);
    return own_mib(engine.pid);
  } finally {
    await engine.stop();
  }
}

const INIT = JSON.stringify({
  ...{ type: 'system', subtype: 'init', cwd: '/', session_id: '00000000-0000-4000-8000-000000000001' },
  ...{ model: 'claude-sonnet-4-5', claude_code_version: '2.1.329' },
});

async function planText(bench: Bench, agents: number): Promise<string> {
  const agent = join(await bench.folder('agent'), 'silent-agent');
  await writeFile(agent, `#!/bin/sh\necho '${INIT}'\nexec sleep 600\n`);
  await chmod(agent, 0o755);
  // An account of its own for each: starts of one account are spread out, and that is not what is measured.
  const tasks = Array.from(
    { length: agents },
    (_, task) => `  task-${task}: { title: Sleep, account: a${task}, scope: { may: [notes/${task}] } }`,
  );
  return [
    'plan: idle-agents',
    'target: release',
    `agents: { default: silent, max: ${agents}, use: { silent: { driver: claude, command: [${JSON.stringify(agent)}] } } }`,
    'tasks:',
    ...tasks,
    '',
  ].join('\n');
}
