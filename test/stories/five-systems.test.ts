import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { Stage } from '../rig/stage.ts';

/** What a system's own files say, and what its scripted agents write for each task. */
type Handover = {
  readonly profile: string;
  /** Files by their paths beside the repository, and which of them is imported. */
  readonly files: Readonly<Record<string, string>>;
  readonly source: string;
  /** By the name of the task in the plan. */
  readonly work: Readonly<Record<string, string>>;
};

/** Imports the files, works as the system prescribes until everything has landed, and gives the report in its own words. */
async function handedOver(stage: Stage, { profile, files, source, work }: Handover): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(stage.repo.beside(path)), { recursive: true });
    await writeFile(stage.repo.beside(path), text);
  }
  const plan = join(stage.repo.beside('plans'), 'plan.yaml');
  const imported = await stage.cli(['import', stage.repo.beside(source), '-o', plan]);
  expect(imported.code, imported.stderr).toBe(0);
  const script = Object.entries(work).map(([task, does]) => `${task}) ${does};;`);
  const program = JSON.stringify(`case "$BRANCHLINE_TASK" in ${script.join(' ')} *) exit 9;; esac`);
  const agents = `agents: { default: writer, use: { writer: { command: [sh, -c, ${program}] } } }`;
  await writeFile(plan, `${await readFile(plan, 'utf8')}target: release\nprofile: ${profile}\n${agents}\n`);
  let ran = await stage.cli(['run', plan, '--yes', '--json']);
  // A system that stops between batches or groups is let go on by a person.
  for (let round = 0; ran.code === 3 && round < 5; round++) ran = await stage.cli(['resume', '--json']);
  expect(ran.code, ran.told).toBe(0);
  const status = await stage.json<Status>(['status']);
  expect(status.counts.landed).toBe(Object.keys(work).length);
  const report = await stage.cli(['report', '--format', profile]);
  expect(report.code, report.stderr).toBe(0);
  return report.stdout;
}

const poolTask = (id: string, [file, ...dependencies]: readonly string[]) => ({
  ...{ id, name: `Part ${id}`, description: `Write ${file}.`, files: [file], dependencies },
  ...{ verification_command: `test -s ${file}`, expected_output: '', complexity: 'S', status: 'pending' },
});

const POOL_TASKS = {
  version: '1.0',
  feature: 'wishes',
  tasks: [
    poolTask('task-1', ['src/a/a.ts']),
    poolTask('task-2', ['src/b/b.ts']),
    poolTask('task-3', ['src/c/c.ts', 'task-1', 'task-2']),
  ],
  execution_strategy: {
    mode: 'mixed',
    groups: [
      { id: 1, name: 'Parts', tasks: ['task-1', 'task-2'], parallel: true },
      { id: 2, name: 'Whole', tasks: ['task-3'], parallel: false },
    ],
  },
};

const landed = (stage: Stage, path: string): Promise<string> => stage.repo.git('show', `release:${path}`);

test('tracks: a table of tracks lands, and its summary says so (U1)', async () => {
  const handovers = { 'docs/h/api.md': 'Add the audit route.\n', 'docs/h/ui.md': 'Add the audit page.\n' };
  await using stage = await Stage.create({ 'README.md': 'shop\n', ...handovers });
  const report = await handedOver(stage, {
    profile: 'tracks',
    source: 'TRACKS.md',
    files: {
      'TRACKS.md': `| Track | Handover | Soldiers | CAN touch | CANNOT touch | Issues | Deps | Type |
|---|---|---|---|---|---|---|---|
| A — API | docs/h/api.md | A1, A2 | api/routes/* | ui/* | #11, #12 | — | code |
| B — Admin UI | docs/h/ui.md | B1 | ui/admin/* | api/* | #21 | A | code |
`,
    },
    work: {
      'track-a': 'mkdir -p api/routes; echo route > api/routes/audit.ts',
      'track-b': 'mkdir -p ui/admin; cp api/routes/audit.ts ui/admin/audit.ts',
    },
  });
  expect(await landed(stage, 'ui/admin/audit.ts')).toBe('route');
  expect(report).toContain('2 tracks: 2 Merged.');
});

test('ccc: a master plan lands batch by batch, and the registry names each session (U2)', async () => {
  await using stage = await Stage.create();
  const report = await handedOver(stage, {
    profile: 'ccc',
    source: 'PLAN.md',
    files: {
      'PLAN.md': `# Payments rework
**Parent issue:** [PAY-9: Master plan](https://tracker.example/PAY-9)
**Date:** 2026-03-01

## Issue Registry

| ID | Title | Status | Exec | Est | Depends On |
|----|-------|--------|------|-----|-----------|
| [PAY-10](https://tracker.example/PAY-10) | Ledger table | Todo | tdd | 3pt | -- |
| [PAY-11](https://tracker.example/PAY-11) | Refund API | Todo | quick | 5pt | [PAY-10](https://tracker.example/PAY-10) |

## Phase Map

| Phase | Issues | Focus | Batch | Dependencies |
|-------|--------|-------|-------|-------------|
| 1A | [PAY-10](https://tracker.example/PAY-10) | Ledger | 1 | None |
| 2A | [PAY-11](https://tracker.example/PAY-11) | Refunds | 2 | 1A |
`,
    },
    work: { '1A': 'echo ledger > ledger.sql', '2A': 'cp ledger.sql refunds.sql' },
  });
  expect(await landed(stage, 'refunds.sql')).toBe('ledger');
  expect(report).toContain('| Session Name | Issue | Phase | Agent | Worktree | Branch | Status |');
  expect(report.match(/\| Done \|/g)).toHaveLength(2);
});

test('dispatch: a folder of tasks lands what is not ticked yet, and each is told as complete (U70)', async () => {
  await using stage = await Stage.create();
  const report = await handedOver(stage, {
    profile: 'dispatch',
    source: '.dispatch',
    files: {
      '.dispatch/tasks/audit-api/plan.md':
        '# Audit log for the API\n- [x] Map current routes — 14 found\n- [ ] Write the summary\n> **Note from dispatcher:** EU customers only.\n',
      '.dispatch/tasks/fix-readme/plan.md': '# Mend the README\n- [ ] Say what the shop sells\n',
    },
    work: { 'audit-api': 'echo summary > audit.md', 'fix-readme': 'echo sells > README.md' },
  });
  expect(await landed(stage, 'README.md')).toBe('sells');
  expect(report).toMatch(/^● audit-api .* — complete \([0-9a-f]{12}\)$/m);
  expect(report).toMatch(/^2 tasks: 2 complete; lands on release$/m);
});

test('pool: groups of tasks land one group for each invocation, with real times (U4)', async () => {
  await using stage = await Stage.create();
  const report = await handedOver(stage, {
    profile: 'pool',
    source: 'tasks.json',
    files: { 'tasks.json': JSON.stringify(POOL_TASKS) },
    work: {
      'task-1': 'mkdir -p src/a; echo a > src/a/a.ts',
      'task-2': 'mkdir -p src/b; echo b > src/b/b.ts',
      'task-3': 'mkdir -p src/c; cat src/a/a.ts src/b/b.ts > src/c/c.ts',
    },
  });
  expect(await landed(stage, 'src/c/c.ts')).toBe('a\nb');
  expect(report).toContain('ALL MERGED SUCCESSFULLY');
});

test('cw: a board of task files lands, and its completion report counts what there is (U5)', async () => {
  await using stage = await Stage.create();
  const report = await handedOver(stage, {
    profile: 'cw',
    source: 'board',
    files: {
      'board/1.json': JSON.stringify({
        id: '1',
        subject: 'Add the table',
        status: 'pending',
        owner: '',
        blocks: ['2'],
        blockedBy: [],
      }),
      'board/2.json': JSON.stringify({
        id: '2',
        subject: 'Add the route',
        status: 'pending',
        owner: '',
        blocks: [],
        blockedBy: ['1'],
      }),
    },
    work: { '1': 'echo table > table.sql', '2': 'cp table.sql route.ts' },
  });
  expect(await landed(stage, 'route.ts')).toBe('table');
  expect(report).toMatch(/COMPLETE/);
});
