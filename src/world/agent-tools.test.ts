import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { builtProgram } from '../../test/rig/program.ts';
import { agentToolsCommand } from './agent-tools.ts';

test('the tools for agents are found beside the program that runs', async () => {
  const folder = dirname(await builtProgram());
  expect(agentToolsCommand(folder)).toEqual([process.execPath, join(folder, 'agent-tools.mjs')]);
  expect(agentToolsCommand(folder).every((path) => existsSync(path))).toBe(true);
});
