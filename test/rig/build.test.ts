import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { builtFakeAgent } from './build.ts';

const run = promisify(execFile);

test('the fake agent is built once and is a program that plain Node runs', async () => {
  const program = await builtFakeAgent();
  expect(await builtFakeAgent()).toBe(program);
  const { stdout } = await run(process.execPath, [program, '--list']);
  expect(stdout.trim().split('\n')).toContain('ok');
});
