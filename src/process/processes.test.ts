import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { built } from '../../test/rig/build.ts';
import type { CommandSpec, Exit } from '../core/ports/process.ts';
import type { Clock } from '../core/time.ts';
import { createProcesses, type ProcessHost } from './processes.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonic_ms: () => performance.now(),
  until: (instant, signal) =>
    delay(Math.max(0, instant - Date.now()), undefined, { signal, ref: false }).catch(() => undefined),
};
const never = new AbortController().signal;
const PATH = process.env['PATH'] ?? '';

let dir: string;
let mark: string;
let processes: ProcessHost;
let count = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'branchline-processes-'));
  mark = `test-${process.pid}-${count++}`;
  processes = createProcesses({ clock, grace_ms: 300 });
});
afterEach(async () => {
  await processes.end(mark, dir, 0);
  await rm(dir, { recursive: true, force: true });
});

const spec = (argv: readonly string[], more: Partial<CommandSpec> = {}): CommandSpec => ({
  argv,
  cwd: dir,
  env: { PATH },
  stdin: null,
  log: join(dir, 'log'),
  logBytes_max: 100_000,
  mark,
  wall_ms: 20_000,
  ...more,
});
const sh = (script: string, more: Partial<CommandSpec> = {}): CommandSpec => spec(['sh', '-c', script], more);

const run = async (command: CommandSpec, signal = never): Promise<Exit> => {
  const result = await processes.run(command, signal);
  if (!result.ok) throw new Error(`missing: ${result.error.program}`);
  return result.value;
};
const appears = async (path: string): Promise<string> => {
  for (let tries = 0; tries < 1000 && !(existsSync(path) && readFileSync(path, 'utf8') !== ''); tries++)
    await delay(10);
  return (await readFile(path, 'utf8')).trim();
};
/** Reads /proc itself, so that it does not believe what it checks. */
const isGone = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return true;
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') ?? true;
};

describe('a command that runs to its end', () => {
  test('gives its exit code, its signal and the end of what it printed on both streams', async () => {
    expect(await run(sh('echo out; echo err >&2; exit 7'))).toMatchObject({ code: 7, signal: null, tail: 'out\nerr' });
    expect(await run(sh('kill -SEGV $$'))).toMatchObject({ code: null, signal: 'SIGSEGV', timedOut: false });
  });

  test('reads the given file as its input, or nothing at all', async () => {
    await writeFile(join(dir, 'in'), 'from a file');
    expect((await run(spec(['cat'], { stdin: join(dir, 'in') }))).tail).toBe('from a file');
    expect(await run(spec(['cat']))).toMatchObject({ code: 0, tail: '' });
  });

  test('passes arguments as they are, without a shell', async () => {
    const nasty = ['$(touch canary)', ';touch canary', '`touch canary`', '-n', 'a\nb', '"', "'", '*'];
    expect((await run(spec(['printf', '%s|', ...nasty]))).tail).toBe(`${nasty.join('|')}|`);
    expect(existsSync(join(dir, 'canary'))).toBe(false);
  });

  test('sees exactly the environment it was given, and its mark', async () => {
    const { tail } = await run(spec(['/usr/bin/env'], { env: { A: '1' } }));
    expect(tail.split('\n').sort()).toEqual(['A=1', `BRANCHLINE_MARK=${mark}`]);
  });

  test('leads a process group of its own', async () => {
    const { tail } = await run(sh('cut -d" " -f1,5,6 /proc/$$/stat'));
    const [pid, group, session] = tail.split(' ');
    expect([group, session]).toEqual([pid, pid]);
  });

  test('is reported missing when there is no such program, or it may not be run', async () => {
    await writeFile(join(dir, 'plain'), 'echo no');
    for (const program of ['no-such-program-here', join(dir, 'plain'), dir]) {
      const result = await processes.run(spec([program]), never);
      expect(result).toEqual({ ok: false, error: { reason: 'missing', program } });
    }
  });

  test('names the directory when that is what is missing', async () => {
    const result = await processes.run(sh('true', { cwd: join(dir, 'gone') }), never);
    expect(result).toMatchObject({ ok: false, error: { program: expect.stringContaining(join(dir, 'gone')) } });
  });

  test('says so when an argument cannot be passed to a program', async () => {
    const result = await processes.run(spec(['echo', 'a\0b']), never);
    expect(result).toMatchObject({ ok: false, error: { program: expect.stringContaining('could not be started') } });
  });

  test('runs beside a hundred others without mixing anything up', async () => {
    const exits = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        run(sh(`echo ${i}; exit ${i}`, { log: join(dir, `${i}`), mark: `${mark}-${i}` })),
      ),
    );
    expect(exits.map(({ code, tail }) => [code, tail])).toEqual(exits.map((_, i) => [i, `${i}`]));
  });
});

describe('its log', () => {
  test('keeps head and tail within the bound and says what it left out', async () => {
    const log = join(dir, 'log');
    const exit = await run(
      sh('echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last', { logBytes_max: 50_000 }),
    );
    const text = await readFile(log, 'utf8');
    expect((await stat(log)).size).toBeLessThanOrEqual(50_000);
    expect(text).toMatch(/^first\nx+\n\[branchline: \d+ bytes left out here, the log may hold 50000\]\nx+\nlast\n$/);
    expect(exit.tail).toMatch(/last$/);
  });

  test('is cut while an endless writer still writes', async () => {
    const stop = new AbortController();
    const running = run(spec(['yes'], { logBytes_max: 50_000 }), stop.signal);
    let cuts = 0;
    for (let last = 0; cuts < 2; await delay(5)) {
      const { size } = await stat(join(dir, 'log')).catch(() => ({ size: 0 }));
      if (size < last) cuts++;
      last = size;
    }
    stop.abort();
    expect(await running).toMatchObject({ signal: 'SIGTERM' });
    expect((await stat(join(dir, 'log'))).size).toBeLessThanOrEqual(50_000);
  });

  test('is shown without anything that could drive a terminal', async () => {
    const { tail } = await run(sh(`printf '\\033]52;c;aGk=\\007 \\033[2J \\377 \\302\\233 \\342\\200\\256'`));
    expect(tail).toBe('\\x1b]52;c;aGk=\\x07 \\x1b[2J \uFFFD \\x9b \\u202e');
  });

  test('is never written through a link that lies in its place', async () => {
    await writeFile(join(dir, 'precious'), 'mine');
    await run(sh(`ln -s precious planted`));
    const result = await processes.run(sh('echo gone', { log: join(dir, 'planted') }), never);
    expect(result.ok).toBe(false);
    expect(await readFile(join(dir, 'precious'), 'utf8')).toBe('mine');
  });
});

describe('a command that must be stopped', () => {
  test('gets TERM first and may still say something', async () => {
    const stop = new AbortController();
    const running = run(sh('trap "echo bye; exit 3" TERM; echo up > ready; while :; do sleep 0.01; done'), stop.signal);
    await appears(join(dir, 'ready'));
    stop.abort();
    expect(await running).toMatchObject({
      code: 3,
      signal: null,
      tail: expect.stringContaining('bye'),
      timedOut: false,
    });
  });

  test('is killed after its grace when it ignores TERM, with all it started', async () => {
    const stop = new AbortController();
    const script =
      'trap "" TERM; sleep 1000 & echo $! > kid; setsid sleep 1001 & (setsid sh -c "echo \\$\\$ > far; exec sleep 1002" &) ; echo $$ > ready; wait; while :; do sleep 1; done';
    const running = run(sh(script), stop.signal);
    const pids = await Promise.all(['kid', 'far', 'ready'].map((name) => appears(join(dir, name))));
    stop.abort();
    expect(await running).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(pids.map((pid) => isGone(Number(pid)))).toEqual([true, true, true]);
  });

  test('is stopped at its wall clock and said to be over time', async () => {
    expect(await run(sh('sleep 1000', { wall_ms: 50 }))).toMatchObject({ signal: 'SIGTERM', timedOut: true });
  });

  test('is ended even when it was stopped before it began', async () => {
    expect(await run(sh('sleep 1000'), AbortSignal.abort())).toMatchObject({ code: null, timedOut: false });
  });
});

describe('what a command leaves behind', () => {
  test('is ended with it: children in its group, its session or far away', async () => {
    await run(
      sh('sleep 1000 & echo $! > a; (setsid sh -c "echo \\$\\$ > b; exec sleep 1000" &); while [ ! -s b ]; do :; done'),
    );
    const pids = await Promise.all(['a', 'b'].map((name) => appears(join(dir, name))));
    expect(pids.map((pid) => isGone(Number(pid)))).toEqual([true, true]);
  });

  test('does not hold up the result when there is nothing', async () => {
    await run(sh('true'));
    expect((await run(sh('true'))).took_ms).toBeLessThan(250);
  });

  test('is left alone when another command with the same mark is still at work', async () => {
    const stop = new AbortController();
    const other = run(sh('echo up > ready; exec sleep 1000', { log: join(dir, 'other') }), stop.signal);
    await appears(join(dir, 'ready'));
    expect((await run(sh('true'))).code).toBe(0);
    expect(await processes.find(mark, null)).toHaveLength(1);
    stop.abort();
    await other;
  });
});

describe('finding and ending what is alive', () => {
  test('finds a daemon by its mark and one that cleared its environment by its directory', async () => {
    await mkdir(join(dir, 'below'));
    const far = spawn('sh', ['-c', 'cd /; setsid sh -c "echo \\$\\$ > $0/far; exec sleep 1000" &', dir], {
      env: { PATH, BRANCHLINE_MARK: mark },
    });
    const near = spawn('sh', ['-c', 'env -i setsid sh -c "echo \\$\\$ > near; exec /bin/sleep 1000" &'], {
      cwd: join(dir, 'below'),
    });
    const pids = [await appears(join(dir, 'far')), await appears(join(dir, 'below', 'near'))].map(Number).sort();
    expect((await processes.find(mark, dir)).map(({ pid }) => pid).sort()).toEqual(pids);
    expect(await processes.find(mark, null)).toHaveLength(1);
    expect(await processes.find(mark.slice(0, -1), null)).toEqual([]);
    await processes.end(mark, dir, 100);
    expect(pids.map(isGone)).toEqual([true, true]);
    expect([far.pid, near.pid].every((pid) => pid !== undefined)).toBe(true);
  });

  test('ends a tree that keeps growing', async () => {
    const bomb =
      'trap "" TERM; echo x >> forks; [ $(wc -l < forks) -gt 200 ] && exec sleep 1000; sh bomb & sh bomb & wait';
    await writeFile(join(dir, 'bomb'), bomb);
    spawn('setsid', ['sh', 'bomb'], { cwd: dir, env: { PATH, BRANCHLINE_MARK: mark }, stdio: 'ignore' });
    await appears(join(dir, 'forks'));
    await processes.end(mark, null, 20);
    expect(await processes.find(mark, dir)).toEqual([]);
  });

  test('never finds the process that looks, nor those that started it', async () => {
    const cwd = process.cwd();
    const found = await processes.find('no such mark', cwd);
    const line = [process.pid, process.ppid];
    expect(found.filter(({ pid }) => line.includes(pid))).toEqual([]);
  });

  test('knows a process by pid and start time, so that a recycled pid is not taken for it (U60)', async () => {
    const launched = await processes.launch({ ...sh('exec sleep 1000') });
    if (!launched.ok) throw new Error('missing');
    const { id, stop } = launched.value;
    expect(processes.isAlive(id)).toBe(true);
    expect(processes.isAlive({ ...id, startTime: '1' })).toBe(false);
    await stop(1000);
    expect(processes.isAlive(id)).toBe(false);
  });
});

describe('the spawner', () => {
  const spawners = (): number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const [command, parent] =
          /^\d+ \((.*)\) \S (\d+)/
            .exec(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '')
            ?.slice(1) ?? [];
        return command?.startsWith('branchline-spaw') === true && Number(parent) === process.pid;
      });

  test('may be killed: what it had started is ended and reported, the next command works', async () => {
    const before = spawners();
    const running = run(sh('echo up > ready; exec sleep 1000'));
    await appears(join(dir, 'ready'));
    const [own] = spawners().filter((pid) => !before.includes(pid));
    if (own === undefined) throw new Error('no spawner');
    process.kill(own, 'SIGKILL');
    expect(await running).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(await processes.find(mark, dir)).toEqual([]);
    expect((await run(sh('echo again'))).tail).toBe('again');
  });

  test('ends everything within 0.3 s when its engine is killed, and itself too', async () => {
    const engine = spawn(
      process.execPath,
      [await built('src/process/fixtures/engine.ts', ['src/process']), dir, mark],
      {
        stdio: 'inherit',
        env: { PATH },
      },
    );
    const names = ['agent', 'kid', 'far', 'spawner'];
    const pids = (await Promise.all(names.map((name) => appears(join(dir, name))))).map(Number);
    expect(pids.map(isGone)).toEqual([false, false, false, false]);
    engine.kill('SIGKILL');
    const from = performance.now();
    while (!pids.every(isGone) && performance.now() - from < 10_000) await delay(5);
    expect(performance.now() - from).toBeLessThan(300);
  });

  test('does not keep its engine from ending', async () => {
    const engine = spawn(
      process.execPath,
      [await built('src/process/fixtures/engine.ts', ['src/process']), dir, mark, 'once'],
      { stdio: 'inherit', env: { PATH } },
    );
    expect(await new Promise((resolve) => engine.once('exit', resolve))).toBe(0);
  });
});
