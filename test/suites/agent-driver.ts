import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDrivers } from '../../src/agents/drivers.ts';
import type { AgentEnd, AgentEvent, AgentSession, AgentSpec } from '../../src/core/ports/agent.ts';
import type { Clock } from '../../src/core/time.ts';
import type { Step } from '../../src/fake-agent/script.ts';
import { createProcesses } from '../../src/process/processes.ts';
import { bareSpec } from '../rig/bare.ts';
import { builtFakeAgent } from '../rig/build.ts';

const exec = promisify(execFile);

const realClock: Clock = {
  now: () => Date.now(),
  monotonic_ms: () => performance.now(),
  until: (instant, signal) =>
    delay(Math.max(0, instant - Date.now()), undefined, { signal, ref: false }).catch(() => undefined),
};

/** One spawner for all tests of a file: starting one for each would be most of their time. */
const sharedProcesses = createProcesses({ clock: realClock });

export type DriverName = 'command' | 'acp' | 'claude' | 'codex';

/** One agent that was started by the driver under test, and what it told. */
export type Attempt = { readonly session: AgentSession; readonly events: readonly AgentEvent[]; readonly log: string };

/** A worktree of its own for each test, and the fake agent in it under one driver. */
export class DriverBench {
  readonly #name: DriverName;
  readonly dir: string;
  readonly worktree: string;
  readonly mark: string;
  readonly processes = sharedProcesses;

  private constructor(name: DriverName, dir: string) {
    this.#name = name;
    this.dir = dir;
    this.worktree = join(dir, 'worktree');
    this.mark = `suite-${dir}`;
  }

  static async open(name: DriverName): Promise<DriverBench> {
    const bench = new DriverBench(name, await mkdtemp(join(tmpdir(), 'branchline-driver-')));
    await mkdir(bench.worktree);
    await mkdir(join(bench.dir, 'home'));
    await writeFile(join(bench.dir, 'brief.md'), 'Do the thing.\n');
    await bench.git('init', '-q', '-b', 'main');
    await bench.git(
      '-c',
      'user.name=x',
      '-c',
      'user.email=x@x.invalid',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'start',
    );
    return bench;
  }

  get env(): Record<string, string> {
    const git = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
    return { PATH: process.env['PATH'] ?? '', HOME: join(this.dir, 'home'), ...git };
  }

  spec(more: Partial<AgentSpec> = {}): AgentSpec {
    return {
      ...bareSpec,
      key: { run: 'r', task: 'api', attempt: 1 },
      argv: [],
      cwd: this.worktree,
      env: this.env,
      brief: join(this.dir, 'brief.md'),
      briefOnStdin: false,
      log: join(this.dir, 'logs', 'agent.log'),
      logBytes_max: 1_000_000,
      mark: this.mark,
      ...more,
    };
  }

  get driver() {
    return createDrivers({ processes: this.processes, clock: realClock })[this.#name];
  }

  async start(argv: readonly string[], more: Partial<AgentSpec> = {}): Promise<Attempt> {
    const protocol = this.#name === 'acp' ? ['--acp'] : [];
    const spec = this.spec({ argv: [process.execPath, await builtFakeAgent(), ...protocol, ...argv], ...more });
    const events: AgentEvent[] = [];
    const started = await this.driver.start(spec, (event) => events.push(event));
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    return { session: started.value, events, log: spec.log };
  }

  /** Plays an entry of the catalogue to its end. */
  async play(
    entry: string,
    more: Partial<AgentSpec> = {},
  ): Promise<AgentEnd & { readonly events: readonly AgentEvent[] }> {
    const { session, events } = await this.start(['--play', entry], more);
    return { ...(await session.ended), events };
  }

  /** Plays a script of the test's own. */
  async startScript(steps: readonly Step[], more: Partial<AgentSpec> = {}): Promise<Attempt> {
    const path = join(this.dir, 'script.json');
    await writeFile(path, JSON.stringify(steps));
    return this.start([path], more);
  }

  async runScript(steps: readonly Step[], more: Partial<AgentSpec> = {}) {
    const { session, events, log } = await this.startScript(steps, more);
    return { ...(await session.ended), events, log };
  }

  /** Waits for an event that has come or will come. */
  async event(attempt: Attempt, type: AgentEvent['type']): Promise<AgentEvent> {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const found = attempt.events.find((event) => event.type === type);
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`no "${type}" in ${JSON.stringify(attempt.events)}`);
      await delay(10);
    }
  }

  /** What git prints in the worktree, trimmed. */
  async git(...argv: readonly string[]): Promise<string> {
    return (await exec('git', argv, { cwd: this.worktree, env: this.env })).stdout.trim();
  }

  async alive(): Promise<number> {
    return (await this.processes.find(this.mark, this.worktree)).length;
  }

  async close(): Promise<void> {
    await this.processes.end(this.mark, this.worktree, 0);
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** What every driver must do, whatever its agent speaks. */
export const agentDriverSuite = (name: DriverName): void => {
  describe(`the ${name} driver`, () => {
    let bench: DriverBench;
    beforeEach(async () => {
      bench = await DriverBench.open(name);
    });
    afterEach(() => bench.close());

    test('brings the work, the claim and the exit of an agent that does well', async () => {
      const { exit, outcome, events } = await bench.play('ok');
      expect(outcome).toEqual({ is: 'report', claim: 'Did api.' });
      expect(exit.signal).toBeNull();
      expect(await readFile(join(bench.worktree, 'api.txt'), 'utf8')).toBe('Work of api, attempt 1.\n');
      expect(events.filter(({ type }) => type === 'started')).toHaveLength(1);
      expect(events[0]).toEqual({ type: 'started' });
      expect(await bench.alive()).toBe(0);
    });

    test('names a living process by pid and start time until it has ended', async () => {
      const attempt = await bench.startScript([
        { do: 'say', text: 'up' },
        { do: 'wait-for', path: 'go' },
      ]);
      await bench.event(attempt, 'started');
      expect(bench.processes.isAlive(attempt.session.id)).toBe(true);
      await writeFile(join(bench.worktree, 'go'), '');
      expect((await attempt.session.ended).outcome.is).toBe('report');
      expect(bench.processes.isAlive(attempt.session.id)).toBe(false);
    });

    test('takes the last words for the claim of an agent that writes no report', async () => {
      const { outcome } = await bench.runScript([{ do: 'say', text: 'It is\n done.' }]);
      expect(outcome).toEqual({ is: 'report', claim: 'It is\n done.' });
    });

    test('plays another part at the next attempt', async () => {
      const key = { run: 'r', task: 'api', attempt: 2 };
      expect((await bench.play('quota-5h', { key })).outcome).toMatchObject({ is: 'report' });
      expect((await bench.play('silent,ok', { key })).outcome).toMatchObject({ is: 'report' });
    });

    test('tells the agent its run, task, attempt, brief and worktree, under what the engine says', async () => {
      const names = ['RUN', 'TASK', 'ATTEMPT', 'WORKTREE', 'SCOPE'].map((one) => `BRANCHLINE_${one}`);
      const text = names.map((one) => `{{${one}}}`).join(' ');
      const env = { ...bench.env, BRANCHLINE_RUN: 'engine-says', BRANCHLINE_SCOPE: '/s' };
      await bench.runScript([{ do: 'write', path: 'seen', text }], { env });
      expect(await readFile(join(bench.worktree, 'seen'), 'utf8')).toBe(`engine-says api 1 ${bench.worktree} /s`);
    });

    test('says which program is missing', async () => {
      const result = await bench.driver.start(bench.spec({ argv: ['no-such-agent'] }), () => undefined);
      expect(result).toEqual({ ok: false, error: { reason: 'agent-missing', program: 'no-such-agent' } });
    });

    test('does not start an agent whose brief is missing', async () => {
      const brief = join(bench.dir, 'none');
      const result = await bench.driver.start(
        bench.spec({ argv: ['true'], brief, briefOnStdin: true }),
        () => undefined,
      );
      expect(result).toEqual({ ok: false, error: { reason: 'brief-missing', file: brief } });
    });

    test('tells an exit code from a crash', async () => {
      const { outcome } = await bench.runScript([
        { do: 'say', text: 'no luck' },
        { do: 'exit', code: 3 },
      ]);
      expect(outcome).toEqual({
        is: 'failure',
        failure: { reason: 'exited', code: 3, tail: expect.stringContaining('no luck') },
      });
      expect((await bench.play('crash-segv')).outcome).toMatchObject({
        failure: { reason: 'signalled', signal: 'SIGSEGV', tail: expect.stringContaining('About to fall.') },
      });
    });

    test.each([
      ['quota-5h', { reason: 'limited', limit: 'window', until: expect.any(Number) }],
      ['quota-weekly', { reason: 'limited', limit: 'weekly', until: expect.any(Number) }],
      ['429-burst', { reason: 'limited', limit: 'burst', until: null }],
      ['529', { reason: 'limited', limit: 'overload', until: null }],
      ['auth-expired', { reason: 'login' }],
      ['ctx-overflow', { reason: 'context-full' }],
    ])('knows %s for what it is', async (entry, failure) => {
      expect((await bench.play(entry)).outcome).toMatchObject({ is: 'failure', failure });
    });

    test('hands on a question and leaves nobody waiting for its answer', async () => {
      const { outcome } = await bench.play('asks-then-exits');
      expect(outcome).toMatchObject({ is: 'question', asked: { text: 'Which database, SQLite or PostgreSQL?' } });
    });

    test('hands on the question of an agent that waited for an answer until it was stopped', async () => {
      const attempt = await bench.start(['--play', 'asks-then-waits']);
      await bench.event(attempt, 'started');
      if (name === 'acp') await bench.event(attempt, 'text');
      await attempt.session.stop(500);
      expect((await attempt.session.ended).outcome).toMatchObject({ is: 'question', asked: { text: 'May I go on?' } });
    });

    test('stops an agent that ignores TERM, after its grace', async () => {
      const attempt = await bench.start(['--play', 'ignore-sigterm']);
      await bench.event(attempt, name === 'acp' ? 'text' : 'output');
      await attempt.session.stop(100);
      const { exit, outcome } = await attempt.session.ended;
      expect(exit.signal).toBe('SIGKILL');
      expect(outcome).toMatchObject({ failure: { reason: 'signalled', signal: 'SIGKILL' } });
      expect(await bench.alive()).toBe(0);
    });

    test('hears nothing from a silent agent, and stops it all the same', async () => {
      const attempt = await bench.start(['--play', 'silent']);
      await delay(300);
      expect(attempt.events).toEqual([]);
      await attempt.session.stop(1000);
      expect((await attempt.session.ended).exit.signal).toBe('SIGTERM');
    });

    test('tells the result of an agent that does not leave', async () => {
      const attempt = await bench.start(['--play', 'result-then-hang']);
      await bench.event(attempt, 'result');
      await attempt.session.stop(50);
      await attempt.session.ended;
      expect(await bench.alive()).toBe(0);
    });

    test.each(['double-fork', 'fork-bomb-lite', 'bg-child-left', 'port-squatter'])(
      'leaves nothing alive of %s',
      async (entry) => {
        expect((await bench.play(entry)).outcome.is).toBe('report');
        expect(await bench.alive()).toBe(0);
      },
    );

    test('outlives an agent that dies in the middle of a message', async () => {
      expect((await bench.play('half-json')).outcome).toMatchObject({ failure: { reason: 'exited', code: 1 } });
    });

    test('shows nothing of an agent that could drive a terminal', async () => {
      const { outcome, exit, events } = await bench.play('ansi-osc52');
      const shown = JSON.stringify([outcome, exit, events]);
      expect(shown).toContain('\\\\x1b]52');
      expect(shown).not.toMatch(/\\u001b|\\u009b|\u009b|\u202e/);
    });

    test('does not wait for an agent that puts a pipe in the place of its report', async () => {
      const { outcome } = await bench.runScript([
        { do: 'shell', script: 'mkfifo "$BRANCHLINE_REPORT"' },
        { do: 'say', text: 'words' },
      ]);
      expect(outcome).toEqual({ is: 'report', claim: 'words' });
    });

    test('keeps the log of a chatty agent within its bound', async () => {
      const { outcome, log } = await bench.runScript([{ do: 'say', text: 'y'.repeat(200_000) }], {
        logBytes_max: 20_000,
      });
      expect(outcome.is).toBe('report');
      expect(existsSync(log)).toBe(true);
      expect((await readFile(log)).length).toBeLessThanOrEqual(20_000);
    });
  });
};
