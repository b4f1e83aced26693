import { spawn, spawnSync } from 'node:child_process';
import fs, { watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { wipeHome } from './home.ts';
import type { Step } from './script.ts';
import type { Ending, Stage } from './stage.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const over: Ending = { is: 'over' };

/** Does one step after the other, until one of them ends it. */
export const play = async (steps: readonly Step[], stage: Stage, env: Env): Promise<Ending> => {
  for (const raw of steps) {
    if (stage.isStopped) return over;
    const step = filled(raw, { ...env, ANSWER: answers.get(stage), ...stage.values });
    const isFileWork = fileWork.has(step.do) && 'path' in step;
    const call = {
      kind: 'edit',
      title: `${step.do} ${'path' in step ? step.path : ''}`,
      paths: 'path' in step ? [step.path] : [],
    };
    if (isFileWork) await stage.tool({ ...call, status: 'in_progress' });
    const ending = await perform(step, stage, env);
    if (isFileWork) await stage.tool({ ...call, status: 'completed' });
    if (ending.is !== 'over') return ending;
  }
  return over;
};

/** The last answer that was given on a stage. */
const answers = new WeakMap<Stage, string>();

const fileWork: ReadonlySet<string> = new Set([
  'write',
  'append',
  'edit',
  'delete',
  'mkdir',
  'symlink',
  'rename',
  'chmod',
]);

/** `{{NAME}}` in every text of a step, however deep. */
const filled = (step: Step, env: Env): Step =>
  JSON.parse(JSON.stringify(step), (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\{\{(\w+)\}\}/g, (__, name: string) => env[name] ?? '') : value,
  ) as Step;

const perform = async (step: Step, stage: Stage, env: Env): Promise<Ending> => {
  if (step.do === 'ignore-signals') stage.ignoreSignals();
  const done =
    performFileStep(step) ??
    (await performTalk(step, stage, env)) ??
    (await performSessionStep(step, stage, env)) ??
    (await performProcessStep(step, env));
  if (done !== undefined) return done;
  throw new Error(`There is no step "${step.do}".`);
};

/** Steps that need somebody on the other side, or a past. */
const performSessionStep = async (step: Step, stage: Stage, env: Env): Promise<Ending | undefined> => {
  switch (step.do) {
    case 'permission':
      if (await stage.permission({ kind: 'edit', ...step })) return play(step.steps, stage, env);
      if (step.endsTurn !== undefined) await stage.nextTurn(step.endsTurn);
      return over;
    case 'question':
      answers.set(stage, await stage.question(step.text, step.options ?? []));
      return over;
    case 'spend':
      await stage.spend({ cacheRead: 0, cacheWrite: 0, usd: null, ...step });
      return over;
    case 'next-turn':
      await stage.nextTurn('end_turn');
      return over;
    case 'if-resumed':
      return play(stage.isResumed ? step.steps : step.otherwise, stage, env);
    case 'expect-session':
      return stage.isResumed === step.resumed ? over : { is: 'exit', code: unexpectedCode };
    case 'recall':
      fs.writeFileSync(step.path, stage.recalled());
      return over;
    default:
      return undefined;
  }
};

/** EX_SOFTWARE of sysexits: the session is not as the script expects. */
const unexpectedCode = 70;

const performFileStep = (step: Step): Ending | undefined => {
  switch (step.do) {
    case 'write':
      fs.mkdirSync(dirname(step.path), { recursive: true });
      fs.writeFileSync(step.path, step.text);
      return over;
    case 'append':
      fs.mkdirSync(dirname(step.path), { recursive: true });
      fs.appendFileSync(step.path, step.text);
      return over;
    case 'edit':
      fs.writeFileSync(
        step.path,
        fs.readFileSync(step.path, 'utf8').replace(step.find, () => step.replace),
      );
      return over;
    case 'delete':
      fs.rmSync(step.path, { recursive: true, force: true });
      return over;
    case 'mkdir':
      fs.mkdirSync(step.path, { recursive: true });
      return over;
    case 'symlink':
      fs.symlinkSync(step.target, step.path);
      return over;
    case 'rename':
      fs.renameSync(step.path, step.to);
      return over;
    case 'chmod':
      fs.chmodSync(step.path, Number.parseInt(step.mode, 8));
      return over;
    default:
      return undefined;
  }
};

const performTalk = async (step: Step, stage: Stage, env: Env): Promise<Ending | undefined> => {
  switch (step.do) {
    case 'say':
      await stage.say(step.text);
      return over;
    case 'print':
      await print(step.text, step.times ?? 1);
      return over;
    case 'plan':
      await stage.plan(step.items);
      return over;
    case 'tool':
      if ('name' in step) answers.set(stage, await stage.call(step.name, step.arguments));
      else await stage.tool({ ...step, status: 'completed' });
      return over;
    case 'report':
      leave(env['BRANCHLINE_REPORT'], step.text);
      return over;
    case 'ask':
      leave(env['BRANCHLINE_QUESTION'], step.text);
      await stage.ask(step.text);
      return over;
    case 'result':
      await stage.result(step.stopReason ?? 'end_turn');
      return over;
    case 'heartbeat':
    case 'compact':
      for (;;) {
        await stage.heartbeat(step.do);
        await delay(step.every_ms);
      }
    case 'error':
      return { is: 'error', code: step.code ?? -32603, message: step.message, data: step.data };
    case 'exit':
      return { is: 'exit', code: step.code };
    default:
      return undefined;
  }
};

const performProcessStep = async (step: Step, env: Env): Promise<Ending | undefined> => {
  switch (step.do) {
    case 'shell':
      return runTool(['sh', '-c', step.script], step.mayFail);
    case 'run':
      return runTool(step.argv, step.mayFail);
    case 'git':
      return runTool(['git', ...step.argv], step.mayFail);
    case 'commit':
      return commitAll(step.message);
    case 'spawn':
      for (let i = 0; i < (step.times ?? 1); i++)
        spawn('sh', ['-c', step.script], { detached: step.apart === true, stdio: 'inherit' }).unref();
      return over;
    case 'sleep':
      await delay(step.ms);
      return over;
    case 'wait-for':
      await fileExists(step.path);
      return over;
    case 'read-stdin':
      fs.readFileSync(0);
      return over;
    case 'ignore-signals':
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
      return over;
    case 'kill':
      process.kill(process.pid, step.signal);
      return await forEver();
    case 'hang':
      return await forEver();
    case 'wipe-home':
      return wipeHome(env) ? over : { is: 'exit', code: 64 };
    default:
      return undefined;
  }
};

const runTool = (argv: readonly string[], mayFail = false): Ending => {
  // Its output would break the protocol's messages, so it goes where complaints go.
  const { status } = spawnSync(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 2, 2] });
  return status === 0 || mayFail ? over : { is: 'exit', code: status ?? 127 };
};

const identity = ['-c', 'user.name=Fake Agent', '-c', 'user.email=fake-agent@branchline.invalid'];

const commitAll = (message: string): Ending => {
  const added = runTool(['git', 'add', '-A']);
  if (added.is !== 'over') return added;
  const commit = ['-c', 'commit.gpgsign=false', 'commit', '-q', '--allow-empty', '-m', message];
  const first = runTool(['git', ...commit]);
  // A machine without an identity must not stop a demonstration.
  return first.is === 'over' ? first : runTool(['git', ...identity, ...commit]);
};

const leave = (file: string | undefined, text: string): void => {
  if (file === undefined) return;
  fs.mkdirSync(dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};

const print = async (text: string, times: number): Promise<void> => {
  const flushed = new Promise<void>((written) => process.stdout.write(text.repeat(times), () => written()));
  await flushed;
};

/** The timer is what keeps the process alive. */
const forEver = (): Promise<Ending> => new Promise(() => setInterval(() => undefined, 2 ** 30));

const fileExists = (path: string): Promise<void> =>
  new Promise((exists) => {
    const watcher = watch(dirname(path), () => look());
    const look = (): void => {
      if (!fs.existsSync(path)) return;
      watcher.close();
      exists();
    };
    look();
  });
