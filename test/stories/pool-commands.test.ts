import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { gitShim } from '../rig/git-shim.ts';
import { Stage } from '../rig/stage.ts';

// Some of these stories start the program dozens of times.
vi.setConfig({ testTimeout: 300_000 });

type Acquired = { readonly id: string; readonly path: string; readonly branch: string };
type Released = { readonly kept: readonly { readonly commit: string; readonly restore: string }[] };

/** A pool of so many slots, as a script makes it. */
async function pooled(slots: number): Promise<Stage> {
  const stage = await Stage.create();
  const made = await stage.cli(['pool', 'init', String(slots)]);
  expect(made, made.stderr).toMatchObject({ code: 0, stdout: `Pool initialized: ${slots} slots available\n` });
  return stage;
}

/** What a script of the old system does with the line. */
async function acquire(stage: Stage, task: string, ...base: readonly string[]): Promise<Acquired> {
  const ran = await stage.cli(['pool', 'acquire', task, ...base]);
  expect(ran.code, ran.stderr).toBe(0);
  const [id = '', path = '', branch = ''] = ran.stdout.trim().split('|');
  return { id, path, branch };
}

/** Work as a person does it: in the folder, with git as they have it. */
async function commitIn(stage: Stage, at: Acquired, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(at.path, name), text);
  await stage.repo.gitIn(at.path, 'add', '-A');
  await stage.repo.gitIn(at.path, 'commit', '-q', '-m', `work on ${at.branch}`);
  return stage.repo.gitIn(at.path, 'rev-parse', 'HEAD');
}

const subjects = async (stage: Stage, range: string): Promise<readonly string[]> =>
  (await stage.repo.git('log', '--first-parent', '--reverse', '--format=%s', range)).split('\n');

test('before there is a pool every command says so and ends with 1', async () => {
  await using stage = await Stage.create();
  const lines = [['acquire', 'a'], ['release', 'wt-1'], ['status'], ['merge'], ['cleanup'], ['reset'], ['health'], []];
  const all = await Promise.all(lines.map((line) => stage.cli(['pool', ...line])));
  for (const ran of all)
    expect(ran).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '[ERROR] Pool not initialized. Run: branchline pool init\n',
    });
  const told = await stage.cli(['pool', 'status', '--json']);
  expect(JSON.parse(told.stderr)).toMatchObject({ type: 'error', error: { what: 'Pool not initialized', exit: 1 } });
});

test('a pool has eight slots unless a number or POOL_SIZE says otherwise, and grows when it is asked to', async () => {
  await using stage = await Stage.create();
  expect((await stage.cli(['pool', 'init'])).stdout).toBe('Pool initialized: 8 slots available\n');
  expect((await stage.cli(['pool', 'reset', '2'])).stdout).toBe('Pool initialized: 2 slots available\n');
  expect((await stage.cli(['pool', 'init'], { env: { POOL_SIZE: '4' } })).stdout).toBe(
    'Pool initialized: 4 slots available\n',
  );
  for (const task of ['a', 'b', 'c']) await acquire(stage, task);
  const smaller = await stage.cli(['pool', 'init', '2']);
  expect(smaller.code).toBe(1);
  expect(smaller.stderr).toContain('wt-3 would be lost and is acquired');
  expect((await stage.cli(['pool', 'init', '4'])).stdout).toBe('Pool initialized: 1 slots available\n');
});

test('acquire prints one line: slot, folder and branch; the folder is on that branch, at its base', async () => {
  await using stage = await pooled(2);
  const first = await stage.repo.git('rev-parse', 'main');
  await stage.repo.commit({ 'later.txt': 'later\n' }, 'later');
  const before = await stage.repo.snapshot();
  const ran = await stage.cli(['pool', 'acquire', 'task-4.1']);
  expect(ran.stdout).toMatch(/^wt-1\|\/[^|\n]+\|auto\/task-4\.1\n$/);
  const path = ran.stdout.split('|')[1] ?? '';
  expect(await stage.repo.gitIn(path, 'symbolic-ref', 'HEAD')).toBe('refs/heads/auto/task-4.1');
  expect(await stage.repo.gitIn(path, 'rev-parse', 'HEAD')).toBe(await stage.repo.git('rev-parse', 'main'));
  const other = await acquire(stage, 'b', 'release');
  expect(other).toMatchObject({ id: 'wt-2', branch: 'auto/b' });
  expect(await stage.repo.gitIn(other.path, 'rev-parse', 'HEAD')).toBe(first);
  expect(await stage.repo.snapshot()).toEqual(before);
});

test('the status box counts and names what is taken', async () => {
  await using stage = await pooled(3);
  const a = await acquire(stage, 'task-a');
  await acquire(stage, 'task-b');
  const { stdout, code } = await stage.cli(['pool', 'status']);
  expect(code).toBe(0);
  expect(stdout).toContain('AGENT POOL STATUS');
  expect(stdout).toContain('│ Pool Size: 3 | Busy: 2 | Idle: 1 | Error: 0\n');
  expect(stdout).toContain('│ wt-1 │   BUSY   │ task-a\n');
  expect(stdout).toContain('│ wt-2 │   BUSY   │ task-b\n');
  expect(stdout).toContain('│ wt-3 │   IDLE   │ -\n');
  expect((await stage.cli(['pool'])).stdout).toBe(stdout);
  const { slots } = await stage.json<{ readonly slots: readonly unknown[] }>(['pool', 'status']);
  expect(slots[0]).toMatchObject({ id: 'wt-1', status: 'busy', task: 'task-a', path: a.path, branch: 'auto/task-a' });
  expect(slots[2]).toMatchObject({ id: 'wt-3', status: 'idle', task: null, path: null, branch: null });
});

test('five processes acquire at once from a pool of three: three get a slot each, two are told that it is exhausted (U45)', async () => {
  await using stage = await pooled(3);
  const tasks = ['a', 'b', 'c', 'd', 'e'];
  const ran = await Promise.all(tasks.map((task) => stage.cli(['pool', 'acquire', task])));
  const got = ran.filter(({ code }) => code === 0).map(({ stdout }) => stdout.trim().split('|'));
  const told = ran.map(({ stdout, stderr }) => stdout + stderr).join('');
  expect(got.map(([id]) => id).toSorted(), told).toEqual(['wt-1', 'wt-2', 'wt-3']);
  expect(new Set(got.map(([, path]) => path)).size).toBe(3);
  const without = ran.filter(({ code }) => code !== 0);
  expect(without.map(({ code, stdout }) => [code, stdout])).toEqual([
    [1, 'POOL_EXHAUSTED\n'],
    [1, 'POOL_EXHAUSTED\n'],
  ]);
  for (const [, path = '', branch] of got)
    expect(await stage.repo.gitIn(path, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
});

test('one task gets one slot, also when two ask for it at once', async () => {
  await using stage = await pooled(3);
  const ran = await Promise.all([stage.cli(['pool', 'acquire', 'a']), stage.cli(['pool', 'acquire', 'a'])]);
  expect(ran.map(({ code }) => code).toSorted()).toEqual([0, 1]);
  expect(ran.find(({ code }) => code === 1)?.stderr).toContain('a has the slot wt-1 already');
});

test('a task that cannot be a branch and a base that is not there take no slot', async () => {
  await using stage = await pooled(1);
  for (const task of ['a|b', '../up', 'a b', '$(id)', 'x.lock'])
    expect((await stage.cli(['pool', 'acquire', task])).code, task).toBe(2);
  expect((await stage.cli(['pool', 'acquire', 'a', 'nowhere'])).code).toBe(1);
  expect((await stage.cli(['pool'])).stdout).toContain('Busy: 0 | Idle: 1');
});

test('a slot that is given back clean says so in one line and can be acquired again', async () => {
  await using stage = await pooled(1);
  await acquire(stage, 'a');
  const ran = await stage.cli(['pool', 'release', 'wt-1']);
  expect(ran).toMatchObject({ code: 0, stdout: 'RELEASED:wt-1\n', stderr: '' });
  expect((await stage.cli(['pool', 'release', 'wt-1'])).stdout).toBe('RELEASED:wt-1\n');
  const nope = await stage.cli(['pool', 'release', 'nope']);
  expect(nope).toMatchObject({ code: 1, stdout: '' });
  expect(nope.stderr).toContain('There is no slot nope');
  expect(await acquire(stage, 'a')).toMatchObject({ id: 'wt-1', branch: 'auto/a' });
});

test('release keeps commits and changes that are on no branch, and the printed line brings them back (U45)', async () => {
  await using stage = await pooled(1);
  const a = await acquire(stage, 'a');
  const commit = await commitIn(stage, a, { 'done.txt': 'done\n' });
  await writeFile(join(a.path, 'half.txt'), 'half\n');
  const before = await stage.repo.snapshot();
  const ran = await stage.cli(['pool', 'release', 'wt-1']);
  expect(ran).toMatchObject({ code: 0, stdout: 'RELEASED:wt-1\n' });
  expect(await stage.repo.snapshot()).toEqual(before);
  const [, restore = ''] = /to get it back: (git fetch .*)\n/.exec(ran.stderr) ?? [];
  await run(stage, restore);
  const [branch = ''] = /kept\/a-\d+/.exec(restore) ?? [];
  expect(await stage.files(branch)).toEqual(['README.md', 'done.txt', 'half.txt']);
  expect(await stage.repo.git('merge-base', commit, branch)).toBe(commit);
  // The next one finds nothing of it.
  const b = await acquire(stage, 'b');
  await expect(access(join(b.path, 'half.txt'))).rejects.toThrow('ENOENT');
});

/** A line as a person copies it into a shell. */
async function run(stage: Stage, line: string): Promise<void> {
  const shell = spawn('sh', ['-ec', line], { cwd: stage.dir, env: stage.env(), stdio: 'inherit' });
  const [code] = await once(shell, 'exit');
  expect(code, line).toBe(0);
}

test('a script that is killed between acquire and release loses nothing', async () => {
  await using stage = await pooled(1);
  const { path, id } = await acquire(stage, 'a');
  const seen = stage.note('seen');
  const script = spawn(
    'sh',
    ['-c', `echo half > half.txt; git stash -q -u; echo late > late.txt; echo $$ > ${seen.path}; read _`],
    {
      cwd: path,
      env: stage.env(),
      stdio: ['pipe', 'inherit', 'inherit'],
    },
  );
  await seen.written();
  script.kill('SIGKILL');
  await once(script, 'exit');
  const status = await stage.json<{ readonly slots: readonly unknown[] }>(['pool', 'status']);
  expect(status.slots[0]).toMatchObject({ id, status: 'busy', task: 'a', path });
  expect((await stage.cli(['pool', 'acquire', 'b'])).stdout).toBe('POOL_EXHAUSTED\n');
  const released = await stage.json<{ readonly kept: readonly { restore: string }[] }>(['pool', 'release', id]);
  for (const { restore } of released.kept) await run(stage, restore);
  const branches = (await stage.repo.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/kept/')).split('\n');
  const files = (await Promise.all(branches.map((branch) => stage.files(branch)))).flat();
  expect(files).toContain('late.txt');
  const stashed = await stage.repo.git('log', '--all', '--full-history', '--format=%H', '--', 'half.txt');
  expect(stashed).not.toBe('');
});

/** Every place between two gits at which a command can be killed, as a calm run of it shows them. */
async function shimmed(stage: Stage) {
  const folder = stage.repo.beside('shim');
  await mkdir(folder);
  const bin = await gitShim(folder);
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const at = async (point: string, args: readonly string[]) => {
    await writeFile(join(folder, 'point'), `${point}\n`);
    await writeFile(join(folder, 'passed'), '');
    const { signal } = await stage.cli(args, { env });
    expect(signal, point).toBe(point === 'none' ? null : 'SIGKILL');
    const passed = (await readFile(join(folder, 'passed'), 'utf8')).trim().split('\n');
    // While it looks for the repository it has done nothing yet.
    const isLater = (line: string) => line.includes('before') && !/ (version|rev-parse|config)$/.test(line);
    return [...passed.filter(isLater), ...passed.slice(-1)];
  };
  return { at, calm: (args: readonly string[]) => at('none', args) };
}

test('acquire that is killed at any moment leaves its slot to the next one', async () => {
  await using stage = await pooled(40);
  const { at, calm } = await shimmed(stage);
  // The first one makes the hub, which is done once.
  await acquire(stage, 'first');
  const points = await calm(['pool', 'acquire', 'calm']);
  expect(points.length).toBeGreaterThan(3);
  expect(points.length).toBeLessThan(39);
  for (const [index, point] of points.entries()) {
    await at(point, ['pool', 'acquire', `killed-${index}`]);
    const { stdout } = await stage.cli(['pool', 'acquire', `next-${index}`]);
    expect(stdout, point).toMatch(new RegExp(`^wt-\\d+\\|.*\\|auto/next-${index}\n$`));
  }
  const { slots } = await stage.json<{ readonly slots: readonly { task: string | null }[] }>(['pool', 'status']);
  const tasks = slots.map(({ task }) => task).filter((task) => task?.startsWith('next'));
  expect(tasks).toHaveLength(points.length);
  const health = await stage.cli(['pool', 'health']);
  expect(health.stdout).toContain('✅ Pool health: OK');
});

test('release that is killed at any moment is done again, and has lost nothing', async () => {
  await using stage = await pooled(1);
  const { at, calm } = await shimmed(stage);
  const work = async (task: string) => {
    const acquired = await acquire(stage, task);
    await commitIn(stage, acquired, { 'done.txt': `${task}\n` });
    await writeFile(join(acquired.path, 'half.txt'), `${task}\n`);
  };
  await work('calm');
  const points = await calm(['pool', 'release', 'wt-1']);
  expect(points.length).toBeGreaterThan(3);
  for (const [index, point] of points.entries()) {
    await work(`killed-${index}`);
    await at(point, ['pool', 'release', 'wt-1']);
    const { kept } = await stage.json<Released>(['pool', 'release', 'wt-1']);
    // Killed after the last step, the slot is idle already and the work was named or is found under its ref.
    for (const { restore } of kept) await run(stage, restore);
    const hub = /git fetch (\S+)/.exec(kept[0]?.restore ?? '')?.[1] ?? '';
    expect(hub, point).not.toBe('');
    const files = (await Promise.all(kept.map(({ commit }) => stage.show(commit, 'half.txt').catch(() => '')))).join(
      '',
    );
    expect(files, point).toBe(`killed-${index}`);
  }
});

test('merge lands the slots one after the other, and names the one that conflicts', async () => {
  await using stage = await pooled(3);
  const [a, b, c] = [await acquire(stage, 'a'), await acquire(stage, 'b'), await acquire(stage, 'c')];
  await commitIn(stage, a, { 'README.md': 'shop of a\n' });
  await commitIn(stage, b, { 'README.md': 'shop of b\n' });
  const commit = await commitIn(stage, c, { 'c.txt': 'c\n' });
  const start = await stage.repo.git('rev-parse', 'release');
  const ran = await stage.cli(['pool', 'merge', 'release']);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('MERGE RESULTS');
  expect(ran.stdout).toContain('│ Status: ⚠️  SOME MERGES FAILED\n');
  expect(ran.stdout).toContain('│ Failed branches:\n│   - wt-2:auto/b\n');
  expect(ran.stderr).toContain('wt-2:auto/b: not merged: conflict in README.md');
  expect(await subjects(stage, `${start}..release`)).toEqual([
    'Merge auto/a (Agent Pool)',
    'Merge auto/c (Agent Pool)',
  ]);
  expect(await stage.repo.git('rev-parse', 'release^2')).toBe(commit);
  expect(await stage.show('release', 'README.md')).toBe('shop of a');
  // What has landed needs no rescue; what has not is kept.
  const released = await Promise.all(
    ['wt-1', 'wt-2', 'wt-3'].map((id) => stage.json<Released>(['pool', 'release', id])),
  );
  expect(released.map(({ kept }) => kept.length)).toEqual([0, 1, 0]);
});

test('once the conflict is settled in the slot, merge again lands it and nothing twice', async () => {
  await using stage = await pooled(2);
  const [a, b] = [await acquire(stage, 'a'), await acquire(stage, 'b')];
  await commitIn(stage, a, { 'README.md': 'shop of a\n' });
  await commitIn(stage, b, { 'README.md': 'shop of b\n' });
  expect((await stage.cli(['pool', 'merge', 'release'])).code).toBe(1);
  await stage.repo.gitIn(b.path, 'fetch', '-q', stage.dir, 'release');
  await stage.repo.gitIn(b.path, 'merge', '-q', '-X', 'ours', 'FETCH_HEAD');
  const again = await stage.cli(['pool', 'merge', 'release']);
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect(again.stdout).toContain('│ Status: ✅ ALL MERGED SUCCESSFULLY\n');
  expect(again.stderr).toContain('wt-1:auto/a: nothing: merged already');
  expect(await stage.show('release', 'README.md')).toBe('shop of b');
  const third = await stage.cli(['pool', 'merge', 'release']);
  expect(third).toMatchObject({ code: 0 });
  expect(third.stdout).toContain('│ Status: NOTHING TO MERGE\n');
});

test('a branch that is checked out is not moved: the work lands beside it, and the printed line brings it over', async () => {
  await using stage = await pooled(2);
  const a = await acquire(stage, 'a');
  await commitIn(stage, a, { 'a.txt': 'a\n' });
  await writeFile(join(a.path, 'half.txt'), 'half\n');
  const { refs: _, ...before } = await stage.repo.snapshot();
  const ran = await stage.cli(['pool', 'merge']);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toContain('wt-1: what is in no commit was left there');
  expect(ran.stderr).toContain('git merge --ff-only branchline/pool-merge/main');
  expect(await stage.repo.snapshot()).toMatchObject(before);
  await stage.repo.git('merge', '-q', '--ff-only', 'branchline/pool-merge/main');
  expect(await subjects(stage, 'release..main')).toEqual(['Merge auto/a (Agent Pool)']);
  // It is built upon what has been brought over.
  const b = await acquire(stage, 'b');
  await commitIn(stage, b, { 'b.txt': 'b\n' });
  await stage.repo.commit({ 'mine.txt': 'mine\n' }, 'mine');
  expect((await stage.cli(['pool', 'merge'])).code).toBe(0);
  await stage.repo.git('merge', '-q', '--ff-only', 'branchline/pool-merge/main');
  expect(await stage.files('main')).toEqual(['README.md', 'a.txt', 'b.txt', 'mine.txt']);
});

test('a check that fails on the merged files keeps that slot out, and the others go on', async () => {
  await using stage = await pooled(2);
  const [a, b] = [await acquire(stage, 'a'), await acquire(stage, 'b')];
  await commitIn(stage, a, { 'bad.txt': 'bad\n' });
  await commitIn(stage, b, { 'good.txt': 'good\n' });
  const ran = await stage.cli(['pool', 'merge', 'release', '--check', 'echo looked; ! test -e bad.txt']);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('wt-1:auto/a: not merged: the check ended with code 1: looked');
  expect(await stage.files('release')).toEqual(['README.md', 'good.txt']);
});

test('cleanup and reset keep what is on no branch before they give everything back', async () => {
  await using stage = await pooled(2);
  const [a, b] = [await acquire(stage, 'a'), await acquire(stage, 'b')];
  await commitIn(stage, a, { 'a.txt': 'a\n' });
  await writeFile(join(b.path, 'b.txt'), 'b\n');
  const cleaned = await stage.cli(['pool', 'cleanup']);
  expect(cleaned).toMatchObject({ code: 0, stdout: 'RELEASED:wt-1\nRELEASED:wt-2\n' });
  expect(cleaned.stderr.match(/to get it back: git fetch /g)).toHaveLength(2);
  expect((await stage.cli(['pool'])).stdout).toContain('Pool Size: 2 | Busy: 0 | Idle: 2 | Error: 0');
  const c = await acquire(stage, 'c');
  await writeFile(join(c.path, 'c.txt'), 'c\n');
  const ran = await stage.cli(['pool', 'reset', '3']);
  expect(ran).toMatchObject({ code: 0, stdout: 'RELEASED:wt-1\nPool initialized: 3 slots available\n' });
  const [, restore = ''] = /to get it back: (git fetch .*)\n/.exec(ran.stderr) ?? [];
  await run(stage, restore);
  expect(await stage.files(/kept\/c-\d+/.exec(restore)?.[0] ?? '')).toEqual(['README.md', 'c.txt']);
});

test('health counts the worktrees, and names a slot whose folder somebody deleted', async () => {
  await using stage = await pooled(2);
  const a = await acquire(stage, 'a');
  expect(await stage.cli(['pool', 'health'])).toMatchObject({
    code: 0,
    stdout: '✅ Pool health: OK\n   Git worktrees in pool: 1\n',
  });
  await rm(a.path, { recursive: true });
  const sick = await stage.cli(['pool', 'health']);
  expect(sick.code).toBe(1);
  expect(sick.stdout).toMatch(/^⚠️ {2}Pool health: 1 issues found\n {3}Git worktrees in pool: 0\n/);
  expect((await stage.cli(['pool'])).stdout).toContain('Busy: 0 | Idle: 1 | Error: 1');
  expect((await stage.cli(['pool', 'merge', 'release'])).stdout).toContain('- wt-1:auto/a');
  expect((await stage.cli(['pool', 'release', 'wt-1'])).stdout).toBe('RELEASED:wt-1\n');
  const b = await acquire(stage, 'b');
  expect(await stage.repo.gitIn(b.path, 'status', '--porcelain')).toBe('');
});

test('a run and gc leave an acquired slot alone, and the pool leaves the slots of a run alone', async () => {
  await using stage = await pooled(2);
  const a = await acquire(stage, 'a');
  await writeFile(join(a.path, 'half.txt'), 'half\n');
  const gate = await stage.gate('b');
  const running = await stage.begin({ tasks: { b: { does: `echo b > b; ${gate.wait}` } } });
  const line = await running.sawType('worktree-ready', 'b');
  const c = await acquire(stage, 'c');
  const gc = await stage.cli(['gc', '--yes']);
  expect(gc.code, gc.stderr).toBe(0);
  expect(await stage.cli(['pool', 'cleanup'])).toMatchObject({ code: 0, stdout: 'RELEASED:wt-1\nRELEASED:wt-2\n' });
  const again = await acquire(stage, 'a');
  await writeFile(join(again.path, 'mine.txt'), 'mine\n');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.files('release')).toEqual(['README.md', 'b']);
  expect(await stage.cli(['gc', '--yes'])).toMatchObject({ code: 0 });
  await access(join(again.path, 'mine.txt'));
  expect(new Set([String(line['slot']), slotOf(a), slotOf(c)]).size).toBe(3);
});

/** The number of the slot, which is the folder that its worktree lies in. */
const slotOf = ({ path }: Acquired): string => path.split('/').at(-2) ?? '';

test('words and options that mean nothing are refused', async () => {
  await using stage = await pooled(1);
  for (const line of [
    ['status', 'x'],
    ['acquire'],
    ['release'],
    ['init', 'many'],
    ['explode'],
    ['status', '--check', 'x'],
  ])
    expect(await stage.cli(['pool', ...line]), line.join(' ')).toMatchObject({ code: 2, stdout: '' });
});
