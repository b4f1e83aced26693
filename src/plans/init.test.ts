import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findCommands } from './commands.ts';
import { draftPlan, type RepositoryFacts } from './init.ts';
import { formatDiagnostic } from './place.ts';
import { readPlan } from './read.ts';
import { planJsonSchema } from './reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'branchline-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(planJsonSchema()));
const bare: RepositoryFacts = { files: {}, paths: ['README.md'], branch: 'main', name: 'shop' };
const read = (text: string) => {
  const { plan, diagnostics, unsupported } = readPlan(text, 'plan.yaml');
  if (!plan) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  expect(unsupported).toEqual([]);
  return plan;
};

const KINDS: readonly (readonly [string, Record<string, string>, object])[] = [
  ['nothing', {}, { setup: [], test: [], lint: [], build: [] }],
  [
    'package.json with a lock file',
    {
      'package.json': '{"scripts":{"test":"vitest","lint":"biome","build":"tsc"},"devDependencies":{"vitest":"1"}}',
      'package-lock.json': '{}',
    },
    {
      setup: ['npm ci'],
      test: ['npm test'],
      lint: ['npm run lint'],
      build: ['npm run build'],
      shared: ['package-lock.json'],
    },
  ],
  [
    'package.json without dependencies',
    { 'package.json': '{"scripts":{"test":"node --test"}}' },
    { setup: [], test: ['npm test'] },
  ],
  [
    'the test script that npm init writes',
    { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
    { test: [] },
  ],
  ['a broken package.json', { 'package.json': '{"scripts":' }, { test: [], setup: [] }],
  [
    'pnpm',
    { 'package.json': '{"scripts":{"test":"x"},"dependencies":{"a":"1"}}', 'pnpm-lock.yaml': '' },
    { setup: ['pnpm install --frozen-lockfile'], test: ['pnpm test'] },
  ],
  [
    'a Makefile',
    { Makefile: 'CC := gcc\nall: test\ntest: build\n\t./t\nlint:\n\ttrue\n' },
    { test: ['make test'], lint: ['make lint'], build: [] },
  ],
  ['Cargo', { 'Cargo.toml': '[package]' }, { test: ['cargo test'], build: ['cargo build'] }],
  ['Go', { 'go.mod': 'module x' }, { test: ['go test ./...'], lint: ['go vet ./...'] }],
  [
    'Python with uv',
    { 'pyproject.toml': '[dependency-groups]\ndev=["pytest","ruff"]', 'uv.lock': '' },
    { setup: ['uv sync'], test: ['uv run pytest'], lint: ['uv run ruff check .'] },
  ],
  ['Maven', { 'pom.xml': '<project/>', mvnw: '' }, { test: ['./mvnw -q test'] }],
  ['Ruby', { Gemfile: 'gem "rspec"' }, { test: ['bundle exec rspec'] }],
  [
    'PHP',
    { 'composer.json': '{"scripts":{"test":"phpunit"}}' },
    { setup: ['composer install'], test: ['composer test'] },
  ],
];

test.each(KINDS)(
  'finds the commands of %s, and drafts a plan that reads without a complaint (U11)',
  (_, files, expected) => {
    expect(findCommands(files)).toMatchObject(expected);
    const text = draftPlan({ ...bare, files });
    expect(text.split('\n')[0]).toMatch(/^# yaml-language-server: \$schema=\S+$/);
    const plan = read(text);
    const found = findCommands(files);
    expect(plan).toMatchObject({
      name: 'shop',
      base: 'main',
      setup: found.setup,
      checks: [...found.test, ...found.lint],
    });
    expect(plan.tasks).toHaveLength(2);
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  },
);

test('the demo agent needs nothing but sh, and writes exactly what its scope allows', () => {
  const plan = read(draftPlan(bare));
  for (const task of plan.tasks) {
    const [program = '', ...args] = plan.agents.use['demo']?.command ?? [];
    execFileSync(program, args, { cwd: folder, env: { PATH: '/usr/bin:/bin', BRANCHLINE_TASK: task.id } });
    expect(readFileSync(join(folder, task.scope?.may[0] ?? ''), 'utf8')).toBe(`Written by task ${task.id}\n`);
  }
});

test('what this machine cannot run is left as a comment', () => {
  const files = { 'Cargo.toml': '', 'package.json': '{"scripts":{"test":"x"}}' };
  const text = draftPlan({ ...bare, files, programs: ['npm'] });
  expect(read(text).checks).toEqual(['npm test']);
  expect(text).toContain('# checks: [cargo test]   # its program is not installed here');
});

test.each([null, '--evil', 'x$(id)', 'a b'])('a branch called %s is not taken over', (branch) => {
  expect(read(draftPlan({ ...bare, branch, name: '$(touch x)\n../..' })).base).toBeNull();
});

test('shared files of the repository are found (U19)', () => {
  expect(read(draftPlan({ ...bare, paths: ['.github/workflows/ci.yml'], files: { 'go.sum': '' } })).shared).toEqual([
    'go.sum',
    '.github/**',
  ]);
});

test('a known agent that this machine has works, and the one that costs nothing is still there', () => {
  const text = draftPlan({ ...bare, agents: ['codex', 'claude'] });
  expect(read(text).agents).toMatchObject({ default: 'codex', use: { codex: {}, demo: { driver: 'command' } } });
  expect(text).toContain('# installed here: codex, claude');
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  // What stands there as a comment can be taken out of it.
  const open = text.replace(/# (aliases: .*|codex: \{)/g, '$1');
  expect(read(open).agents).toMatchObject({
    aliases: { fast: { agent: 'codex' } },
    use: { codex: { account: 'team', fallback: 'claude' }, claude: {} },
  });
});
