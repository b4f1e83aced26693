import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../rig/stage.ts';

type Sheet = {
  readonly format: string;
  readonly prompts: readonly {
    readonly task: string;
    readonly title: string;
    readonly text: string;
    readonly words: number;
  }[];
  readonly playbook: string | null;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly line: number }[];
  readonly written: readonly string[];
};

const AUDIT = `plan: audit
checks: [npm test]
agents: { use: { mine: { command: [my-agent] } } }
tasks:
  api:
    title: A — API
    brief: docs/h/api.md
    steps: [A1, A2]
    scope: { may: ["api/**"], may-not: ["ui/**"] }
    issue: "#11"
  ui:
    title: B — Admin UI
    brief: Show the log.
    steps: [B1]
    needs: [api]
    scope: { may: ["ui/**"], may-not: ["api/**"] }
    issue: acme/shop#21
`;

const FILES = { 'plan.yaml': AUDIT, 'docs/h/api.md': 'Record every write.\n', 'AGENTS.md': 'Be brief.\n' };

/** The same plan, but both tasks may write below \`api\` and neither waits. */
const CLASH = AUDIT.replace('needs: [api]', 'labels: []').replace(
  'may: ["ui/**"], may-not: ["api/**"]',
  'may: ["api/**"]',
);

test('a person gets one prompt per task, ready to be copied, without any agent on the machine (U35)', async () => {
  await using stage = await Stage.create(FILES);
  const { code, stdout, stderr } = await stage.cli(['prompts']);
  expect(code, stderr).toBe(0);
  const prompts = [...stdout.matchAll(/^```markdown\n(.*)\n```$/gm)].map(([, text]) => text ?? '');
  expect(prompts).toHaveLength(2);
  expect(prompts[0]).toContain('Before anything else read the handover document at `docs/h/api.md`, then `AGENTS.md`.');
  expect(prompts[1]).toMatch(/^\*\*DO NOT START until Track A have merged their work to main\.\*\* /);
  expect(prompts[1]).toContain('gh issue comment <N> -R acme/shop');
  expect(await stage.repo.git('status', '--porcelain')).toBe('');
});

test('two tracks that claim one path give no prompt in any format (U16)', async () => {
  await using stage = await Stage.create({ ...FILES, 'plan.yaml': CLASH });
  for (const format of ['tracks', 'ccc', 'dispatch', 'pool', 'cw']) {
    const args = ['prompts', '--format', format, '--task', 'api', '--out', 'made', '--playbook'];
    const { code, stdout, stderr } = await stage.cli(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('api and ui may both write api/');
  }
  expect(await readdir(stage.dir)).not.toContain('made');
  const sheet = await stage.json<Sheet>(['prompts', '--playbook']);
  expect(sheet.prompts).toEqual([]);
  expect(sheet.playbook).toBeNull();
  expect(sheet.diagnostics.map(({ code }) => code)).toContain('scope-overlap');
});

test('prompts come as data, with their words counted and each finding in its place', async () => {
  await using stage = await Stage.create(FILES);
  const sheet = await stage.json<Sheet>(['prompts', '--format', 'ccc', '--task', 'api', '--playbook']);
  expect(sheet.format).toBe('ccc');
  expect(sheet.prompts.map(({ task, title }) => [task, title])).toEqual([['api', 'Batch 1A: A — API']]);
  for (const { text, words } of sheet.prompts) expect(words).toBe(text.split(/\s+/).length);
  expect(sheet.playbook).toContain('| S-A | #11 | 1A: A — API |');
  const bare = sheet.diagnostics.find(({ code }) => code === 'bare-issue');
  expect(bare).toMatchObject({ severity: 'warning', line: 10, file: 'plan.yaml' });
});

test('prompts are written into a folder, and nothing that is there is lost', async () => {
  await using stage = await Stage.create(FILES);
  const first = await stage.cli(['prompts', '--out', 'made', '--playbook', '--label', 'audit']);
  expect(first.code, first.stderr).toBe(0);
  expect((await readdir(join(stage.dir, 'made'))).sort()).toEqual(['api.prompt.md', 'playbook.md', 'ui.prompt.md']);
  expect(await readFile(join(stage.dir, 'made/playbook.md'), 'utf8')).toContain('gh issue list --label audit');
  expect((await stage.cli(['prompts', '--out', 'made', '--playbook', '--label', 'audit'])).code).toBe(0);

  await writeFile(join(stage.dir, 'made/ui.prompt.md'), 'my own words\n');
  const second = await stage.cli(['prompts', '--out', 'made']);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain('ui.prompt.md is there already, and it differs');
  expect(await readFile(join(stage.dir, 'made/ui.prompt.md'), 'utf8')).toBe('my own words\n');
  expect((await stage.cli(['prompts', '--out', 'made', '--force'])).code).toBe(0);
  expect(await readFile(join(stage.dir, 'made/ui.prompt.md'), 'utf8')).toContain('DO NOT START');

  const inFile = await stage.cli(['prompts', '--out', 'plan.yaml/made']);
  expect(inFile.code).toBe(2);
  expect(inFile.stderr).toContain('cannot be written');
});

test('nothing goes to agents outside before the plan is attached where they can read it (U33)', async () => {
  await using stage = await Stage.create(FILES);
  const refused = await stage.cli(['prompts', '--format', 'outside']);
  expect(refused.code).toBe(2);
  expect(refused.stdout).toBe('');
  expect(refused.stderr).toContain('--plan-link');
  const nowhere = await stage.cli(['prompts', '--format', 'outside', '--plan-link', 'PAY-9']);
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain('PAY-9 leads nowhere');
  const sent = await stage.cli(['prompts', '--format', 'outside', '--plan-link', 'acme/shop#9', '--task', 'api']);
  expect(sent.code, sent.stderr).toBe(0);
  expect(sent.stdout).toContain('- Plan: [#9: audit](https://github.com/acme/shop/issues/9)');
  expect(sent.stdout).toContain('> Record every write.');
});

test('a task that is not there, and a plan that cannot be read, are said so', async () => {
  await using stage = await Stage.create(FILES);
  const nobody = await stage.cli(['prompts', '--task', 'db']);
  expect(nobody.code).toBe(2);
  expect(nobody.stderr).toContain('There is no task db in this plan');
  await mkdir(join(stage.dir, 'plans'));
  await writeFile(join(stage.dir, 'plans/bad.yaml'), 'tasks: { a: { neds: [b] } }\n');
  const bad = await stage.cli(['prompts', 'plans/bad.yaml']);
  expect(bad.code).toBe(2);
  expect(bad.stdout).toBe('');
  expect(bad.stderr).toContain('plans/bad.yaml:1:');
});

test('a plan that names no agent has prompts on a machine that has none', async () => {
  await using stage = await Stage.create({ ...FILES, 'plan.yaml': AUDIT.replace(/^agents:.*\n/m, '') });
  const sheet = await stage.json<Sheet>(['prompts', '--playbook']);
  expect(sheet.prompts).toHaveLength(2);
  expect(sheet.playbook).toMatch(/\| any \| yes \|/);
});
