import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
/** What Node cannot do itself and the package does not bundle. */
const NATIVE = ['better-sqlite3', 'bindings', 'file-uri-to-path'];
const PLAN = `
plan: two-greetings
agents:
  default: writer
  use:
    writer: { command: [sh, -c, 'echo hello > $BRANCHLINE_TASK.txt'] }
tasks:
  greet: { brief: Say hello, scope: { may: [greet.txt] } }
  part: { brief: Say goodbye, needs: [greet], scope: { may: [part.txt] } }
`;

let folder = '';
const installed = (...path: readonly string[]): string => join(folder, 'node_modules', 'branchline', ...path);

beforeAll(async () => {
  expect(existsSync(join(ROOT, 'dist', 'index.d.mts')), 'built by: npm run build').toBe(true);
  folder = await mkdtemp(join(tmpdir(), 'branchline-package-'));
  await mkdir(join(folder, 'node_modules'));
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout) as readonly [{ readonly filename: string }];
  await run('tar', ['-xzf', join(folder, filename), '-C', join(folder, 'node_modules')]);
  await run('mv', [join(folder, 'node_modules', 'package'), installed()]);
  for (const name of NATIVE) {
    const there = join(ROOT, 'node_modules', name);
    if (existsSync(there)) await symlink(there, join(folder, 'node_modules', name));
  }
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a package holds what runs and what tells about it, and no source or test', async () => {
  const top = await readdir(installed());
  expect(top.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'schema']);
  const dist = await readdir(installed('dist'));
  expect(dist).toEqual(
    expect.arrayContaining(['cli.mjs', 'fake-agent.mjs', 'agent-tools.mjs', 'index.mjs', 'index.d.mts']),
  );
  expect(dist.filter((file) => !/\.(mjs|d\.mts)$|^THIRD_PARTY_LICENSES$/.test(file))).toEqual([]);
});

test('everything that package.json points at is in the package', () => {
  const { exports, bin } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as {
    readonly exports: unknown;
    readonly bin: unknown;
  };
  expect(pathsIn([exports, bin]).filter((path) => !existsSync(installed(path)))).toEqual([]);
});

const pathsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(pathsIn);

test('the licence of every package whose code is in the bundles is named', async () => {
  const text = await readFile(installed('dist', 'THIRD_PARTY_LICENSES'), 'utf8');
  const bundles = (await readdir(installed('dist'))).filter((file) => file.endsWith('.mjs'));
  const imported = new Set<string>();
  for (const file of bundles) {
    const code = await readFile(installed('dist', file), 'utf8');
    for (const [, name] of code.matchAll(/^\/\/#region (?:\.\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm))
      imported.add(name ?? '');
  }
  expect(imported.size).toBeGreaterThan(3);
  const version = (name: string): string =>
    (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { readonly version: string })
      .version;
  expect([...imported].filter((name) => !text.includes(`\n${name} ${version(name)} (`))).toEqual([]);
});

test('a package whose code came hidden in another one is named too, and a validator that nobody needs is left out', async () => {
  const tools = await readFile(installed('dist', 'agent-tools.mjs'), 'utf8');
  expect(tools).toContain('Get content-type from req/res objects');
  expect(tools).not.toMatch(/ajv|fast-uri/);
  const text = await readFile(installed('dist', 'THIRD_PARTY_LICENSES'), 'utf8');
  expect(text).toMatch(/\ncontent-type 1\.\d+\.\d+ \(MIT\)\n\nMIT License\n\nCopyright \(c\) 2015 Douglas/);
});

test('a program that is given the package alone checks against its types', async () => {
  await copyFile(join(import.meta.dirname, 'consumer.ts'), join(folder, 'consumer.ts'));
  await mkdir(join(folder, 'node_modules', '@types'), { recursive: true });
  await symlink(join(ROOT, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'));
  const packageJson = { type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson));
  const tsc = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'];
  await run(process.execPath, [tsc, ...options, '--types', 'node', 'consumer.ts'], { cwd: folder }).catch(
    ({ stdout }: { readonly stdout: string }) => expect(stdout).toBe(''),
  );
});

test('the library reads, checks, simulates and carries out a plan', async () => {
  const repository = join(folder, 'shop');
  const git = (...args: readonly string[]) => run('git', ['-C', repository, ...args]);
  await mkdir(repository);
  await git('init', '--quiet', '--initial-branch=trunk', '--template=');
  await git('config', 'user.name', 'Somebody');
  await git('config', 'user.email', 'somebody@example.invalid');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Nothing yet');
  const plan = join(folder, 'plan.yaml');
  await writeFile(plan, PLAN);
  const args = ['consumer.js', repository, join(folder, 'state'), plan];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({
    between: { relation: 'after', reason: 'needs', witness: 'greet → part' },
    stray: ['hello.txt', 'other.txt'],
    makespan: 20,
    verdict: 'SEQUENTIAL',
    driven: true,
    last: 'run-ended',
    landed: 2,
    target: 'refs/heads/branchline/two-greetings',
  });
  expect((await git('show', 'branchline/two-greetings:part.txt')).stdout).toBe('hello\n');
});

test('the installed programs start, and the machine is found fit for them', async () => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, BRANCHLINE_STATE_DIR: join(folder, 'state') };
  const cli = (...args: readonly string[]) =>
    run(process.execPath, [installed('dist', 'cli.mjs'), ...args], { cwd: join(folder, 'shop'), env });
  const { version } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as { readonly version: string };
  expect((await cli('--version')).stdout.trim()).toBe(version);
  expect((await cli('doctor')).stdout).not.toMatch(/bug|✗/);
  const agent = await run(process.execPath, [installed('dist', 'fake-agent.mjs'), '--list'], { env });
  expect(agent.stdout).toContain('liar-no-diff');
  const tools = run(process.execPath, [installed('dist', 'agent-tools.mjs')], { env });
  await expect(tools).rejects.toMatchObject({
    code: 78,
    stderr: expect.stringContaining('BRANCHLINE_DESK is not set'),
  });
});

test('the demo lands its six tasks, and ends with what landed and where to look', async () => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, BRANCHLINE_STATE_DIR: join(folder, 'state') };
  const dir = join(folder, 'demo');
  const { stdout, stderr } = await run(process.execPath, [installed('dist', 'cli.mjs'), 'demo', dir], { env });
  expect(stdout).toContain('6 of 6 tasks landed');
  const [, history = ''] = stderr.split('Landed on branchline/small-shop, in this order:\n');
  expect(history.match(/^ {2}[0-9a-f]{12} {2}\S/gm)).toHaveLength(6);
  expect(history).toContain(`cd ${join(dir, 'shop')}`);
});

test('a reader who leaves early is no error', async () => {
  const line = `"${process.execPath}" "${installed('dist', 'cli.mjs')}" --help | true`;
  expect((await run('sh', ['-c', line])).stderr).toBe('');
});
