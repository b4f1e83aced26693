import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { Stage } from '../rig/stage.ts';

const LIST = `# Shop
- [x] Choose a name
- [ ] Write down the opening hours
- [ ] Write down the prices
`;

test('a checklist is imported, checked, and its open tasks land', async () => {
  await using stage = await Stage.create();
  const list = join(stage.repo.beside('plans'), 'TODO.md');
  const plan = join(stage.repo.beside('plans'), 'plan.yaml');
  await writeFile(list, LIST);
  const imported = await stage.cli(['import', list, '-o', plan]);
  expect(imported).toMatchObject({ code: 0, stdout: `${plan}\n`, stderr: '2 tasks (checklist), 1 over already\n' });
  const text = await readFile(plan, 'utf8');
  const agent = `agents: { default: writer, use: { writer: { command: [sh, -c, 'echo "$BRANCHLINE_TASK" > "$BRANCHLINE_TASK.txt"'] } } }`;
  await writeFile(plan, `${text}target: release\n${agent}\n`);
  const ran = await stage.cli(['run', plan, '--yes', '--json']);
  expect(ran.code, ran.stderr).toBe(0);
  const status = await stage.json<Status>(['status']);
  expect(status.counts.landed).toBe(2);
  expect(await stage.repo.git('ls-tree', '--name-only', 'release')).toContain('write-down-the-prices.txt');
});

test('a plan that is there is not overwritten by an import, and what cannot be read is said', async () => {
  await using stage = await Stage.create();
  const list = join(stage.repo.beside('plans'), 'TODO.md');
  await writeFile(list, LIST);
  const there = await stage.cli(['import', list, '-o', list]);
  expect(there.code).toBe(2);
  expect(there.stderr).toContain('is there already');
  expect(await readFile(list, 'utf8')).toBe(LIST);
  const nothing = await stage.cli(['import', 'nowhere.md']);
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('There is no such file or folder');
  const piped = await stage.cli(['import', '-', '--json'], { input: 'Hello\n' });
  expect(piped.code).toBe(2);
  expect(JSON.parse(piped.stdout)).toMatchObject({
    plan: null,
    diagnostics: [{ code: 'unknown-format', file: 'standard input', line: 1 }],
  });
});
