import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import type { Flags, Io } from '../../src/cli/world-port.ts';
import type { Status } from '../../src/core/status.ts';
import { openWorld } from '../../src/world/world.ts';
import { Stage } from '../rig/stage.ts';

type Made = {
  readonly plan: string | null;
  readonly tasks: number;
  readonly runs: readonly string[];
  readonly needsApproval: boolean;
  readonly assumed: readonly string[];
  readonly questions: readonly {
    readonly task: string | null;
    readonly among: readonly string[];
    readonly answer: readonly string[] | null;
  }[];
};

/** A plan that is one, and has two tasks of two concerns. */
const GOOD = `# Assumption: prices are in euros
plan: shop
tasks:
  prices: { title: Prices, brief: Write the prices down, scope: { may: [prices.txt] }, estimate: 1h, group: Data }
  page: { title: Page, brief: Show the prices, needs: [prices], scope: { may: [page.txt] }, estimate: 2h, group: Page }
`;
/** It needs a task that is not there. */
const BAD = GOOD.replace('needs: [prices]', 'needs: [costs]');

const WRITER =
  'agents: { default: writer, use: { writer: { command: [sh, -c, \'echo "$BRANCHLINE_TASK" > "$BRANCHLINE_TASK.txt"\'] } } }';

/** A planner of the person's own settings: gives the first plan, then the second …; the last one ever after. Keeps each brief. */
async function planner(stage: Stage, plans: readonly string[]): Promise<{ env: Record<string, string>; kept: string }> {
  const kept = stage.repo.beside('planner');
  await mkdir(kept);
  for (const [index, plan] of plans.entries()) await writeFile(join(kept, `plan-${index + 1}`), plan);
  const script = `cd '${kept}'; n=$(ls | grep -c brief- || true); n=$((n + 1)); cp "$BRANCHLINE_BRIEF" brief-$n
[ -e plan-$n ] || n=${plans.length}; cat plan-$n > "$BRANCHLINE_REPORT"`;
  const home = stage.repo.beside('settings');
  await mkdir(join(home, 'branchline'), { recursive: true });
  const settings = { agents: { default: 'planner', use: { planner: { command: ['sh', '-c', script] } } } };
  await writeFile(join(home, 'branchline', 'config.yaml'), JSON.stringify(settings));
  return { env: { XDG_CONFIG_HOME: home }, kept };
}

const briefs = async (kept: string): Promise<readonly string[]> => {
  const names = (await readdir(kept)).filter((name) => name.startsWith('brief-')).sort();
  return Promise.all(names.map((name) => readFile(join(kept, name), 'utf8')));
};

test('a numbered list becomes a plan that runs and lands (U3)', async () => {
  await using stage = await Stage.create();
  const path = join(stage.repo.beside('plans'), 'plan.yaml');
  const made = await stage.cli(['plan', '1. write the prices down\n2. write the hours down', '-o', path]);
  expect(made, made.stderr).toMatchObject({ code: 0, stdout: `${path}\n`, stderr: '2 tasks (request)\n' });
  await writeFile(path, `${await readFile(path, 'utf8')}target: release\n${WRITER}\n`);
  const ran = await stage.cli(['run', path, '--yes', '--json']);
  expect(ran.code, ran.told).toBe(0);
  expect((await stage.json<Status>(['status'])).counts.landed).toBe(2);
  const again = await stage.cli(['plan', '1. one thing\n2. another thing', '-o', path]);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
});

test('numbers below a title are the steps of one task, and a reference to another number is a need', async () => {
  await using stage = await Stage.create();
  const one = await stage.json<Made>(['plan', 'database migration: 1. add the table 2. copy the rows']);
  expect(one.tasks).toBe(1);
  expect(one.plan).toContain('steps:');
  const two = await stage.json<Made>(['plan', '1. write the parser\n2. use the parser from task 1 in the shop']);
  expect(two).toMatchObject({ tasks: 2, questions: [], runs: [] });
  expect(two.plan).toMatch(/needs: \[ write-parser \]/);
});

test('what may mean several is a question, and until it is answered the task waits for all of them', async () => {
  await using stage = await Stage.create();
  const text = '1. build the cart\n2. build the search\n3. document the result of the previous work';
  const { stdout, stderr, code } = await stage.cli(['plan', text]);
  expect(code, stderr).toBe(0);
  const made = await stage.json<Made>(['plan', text]);
  expect(made.questions).toMatchObject([
    { task: 'document-result-previous-work', among: ['build-cart', 'build-search'], answer: null },
  ]);
  expect(stderr).toContain('request:3: question: document-result-previous-work: It says');
  expect(stdout).toContain('nobody said which, so all that may be meant');
  expect(stdout).toMatch(/needs: \[ build-cart, build-search \]/);
});

test('anything else is planned by an agent; a plan that fails check goes back to it with the reasons (U7)', async () => {
  await using stage = await Stage.create();
  const { env, kept } = await planner(stage, [BAD, GOOD]);
  const path = join(stage.repo.beside('plans'), 'plan.yaml');
  const before = await stage.repo.git('for-each-ref');
  const made = await stage.cli(['plan', 'Make the shop show its prices', '-o', path], { env });
  expect([made.code, made.stdout], made.stderr).toEqual([3, `${path}\n`]);
  expect(made.stderr).toContain('assumed: prices are in euros');
  expect(made.stderr).toContain('Nobody has approved this plan');
  expect(await readFile(path, 'utf8')).toBe(GOOD);
  const [first, second, ...more] = await briefs(kept);
  expect(first).toContain('> Make the shop show its prices');
  expect(first).toContain('at most four hours');
  expect(second).toContain('costs');
  expect(more).toEqual([]);
  expect(await stage.repo.git('for-each-ref')).toBe(before);
  expect(await stage.repo.git('status', '--porcelain')).toBe('');
});

test('with --yes nobody is asked, and a task longer than four hours goes back to the agent (U7)', async () => {
  await using stage = await Stage.create();
  const { env, kept } = await planner(stage, [GOOD.replace('estimate: 2h', 'estimate: 9h'), GOOD]);
  const made = await stage.cli(['plan', 'Make the shop show its prices', '--yes', '--json'], { env });
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({
    plan: GOOD,
    needsApproval: false,
    tasks: 2,
    runs: [{}, {}].map(() => expect.any(String)),
  });
  expect((await briefs(kept))[1]).toContain('page takes 540 minutes');
});

test('a planner whose plans never pass is asked three times, and what it wrote last is kept', async () => {
  await using stage = await Stage.create();
  const { env, kept } = await planner(stage, [BAD]);
  const path = join(stage.repo.beside('plans'), 'plan.yaml');
  const made = await stage.cli(['plan', 'Make the shop show its prices', '-o', path], { env });
  expect(made.code).toBe(1);
  expect(made.stderr).toContain('none passes check');
  expect(made.stderr).toContain('costs');
  const file = /is in (\S+proposed-plan\.yaml)/.exec(made.stderr)?.[1] ?? '';
  expect(await readFile(file, 'utf8')).toBe(BAD);
  expect(await briefs(kept)).toHaveLength(3);
  expect(await readdir(stage.repo.beside('plans'))).toEqual([]);
});

test('a planner that changes files instead brings no plan, and nothing of it lands', async () => {
  await using stage = await Stage.create();
  const { env } = await planner(stage, [GOOD]);
  const settings = { agents: { default: 'eager', use: { eager: { command: ['sh', '-c', 'echo 9 > prices.txt'] } } } };
  await writeFile(join(stage.repo.beside('settings'), 'branchline', 'config.yaml'), JSON.stringify(settings));
  const before = await stage.repo.git('for-each-ref');
  const made = await stage.cli(['plan', 'Make the shop show its prices'], { env });
  expect([made.code, made.stdout]).toEqual([1, '']);
  expect(made.stderr).toContain('brought no plan');
  expect(await stage.repo.git('for-each-ref')).toBe(before);
});

test('an agent that the repository itself names is not started before somebody has approved it', async () => {
  await using stage = await Stage.create();
  const pwned = stage.note('pwned');
  await mkdir(join(stage.dir, '.branchline'));
  const settings = { agents: { default: 'x', use: { x: { command: ['sh', '-c', `echo yes > '${pwned.path}'`] } } } };
  await writeFile(join(stage.dir, '.branchline', 'config.yaml'), JSON.stringify(settings));
  const made = await stage.cli(['plan', 'Make the shop show its prices']);
  expect([made.code, made.stderr]).toEqual([3, expect.stringContaining('has not been approved')]);
  expect(await pwned.read()).toBe('');
});

test('a hostile request starts nothing', async () => {
  await using stage = await Stage.create();
  const { env, kept } = await planner(stage, [GOOD]);
  const pwned = stage.note('pwned');
  const evil = `$(touch '${pwned.path}') \`touch '${pwned.path}'\`; touch '${pwned.path}' && "\u001b[31m' {{x}} %s`;
  const listed = await stage.cli(['plan', `1. ${evil.replace('\u001b', '')}\n2. cut`], { env });
  expect(listed.code, listed.stderr).toBe(0);
  const unseen = await stage.cli(['plan', `1. ${evil}\n2. cut`], { env });
  expect([unseen.code, unseen.stdout]).toEqual([2, '']);
  expect(unseen.stderr).not.toContain('\u001b');
  const prose = await stage.cli(['plan', evil, '--yes', '--json'], { env });
  expect(prose.code, prose.stderr).toBe(0);
  expect((await briefs(kept))[0]).toContain(`touch '${pwned.path}'`);
  const huge = await stage.cli(['plan', '-'], { env, input: 'word & '.repeat(45_000) });
  expect([huge.code, huge.stderr]).toEqual([2, expect.stringContaining('Nobody was started')]);
  const list = await stage.cli(['plan', '-'], { env, input: `1. ${'$(reboot) '.repeat(30_000)}\n2. stop` });
  expect([list.code, list.stdout]).toEqual([2, '']);
  const empty = await stage.cli(['plan', '-'], { env, input: ' \n' });
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('The request is empty')]);
  expect(await briefs(kept)).toHaveLength(1);
  expect(await pwned.read()).toBe('');
});

/** A person at a terminal in this process: the next of `answers` for each question; nobody is there when they run out. */
async function atTerminal(stage: Stage, args: readonly string[], answers: readonly string[]) {
  const told = { out: '', err: '', asked: [] as string[] };
  const io: Io = {
    ...{ isTTY: false, interactive: true, columns: 200, rows: 24, colour: false, outColumns: 200, outColour: false },
    annotates: false,
    out: (text) => {
      told.out += text;
    },
    err: (text) => {
      told.err += text;
    },
    ask: async (question) => answers[told.asked.push(question) - 1] ?? null,
  };
  const never = new AbortController().signal;
  const signals = { drain: never, kill: never, name: () => null };
  const open = async (flags: Flags) =>
    openWorld({ flags, io, signals, program: [stage.program], fakeAgent: '', cwd: stage.dir, stateDir: stage.state });
  return { code: await runProgram(args, { io, version: '0', open }), ...told };
}

test('with a person at the terminal the large tasks come first and need a yes, then the small ones (U8)', async () => {
  await using stage = await Stage.create();
  const large =
    'plan: shop\ntasks: { data: { title: Data, brief: All data }, pages: { title: Pages, brief: All pages } }\n';
  const { env, kept } = await planner(stage, [large, large, GOOD]);
  await mkdir(join(stage.dir, '.branchline'));
  const settings = await readFile(join(env['XDG_CONFIG_HOME'] ?? '', 'branchline', 'config.yaml'));
  await writeFile(join(stage.dir, '.branchline', 'config.yaml'), settings);
  const made = await atTerminal(
    stage,
    ['plan', 'Make the shop show its prices', '--agent', 'planner'],
    ['y', 'no pages for children', 'y', 'yes'],
  );
  expect([made.code, made.out], made.err).toEqual([0, GOOD]);
  expect(made.asked.map((question) => question.split(' ')[0])).toEqual(['Run', 'Is', 'Is', 'Is']);
  expect(made.err).toContain('data: Data');
  const [first, second, third] = await briefs(kept);
  expect(first).toContain('first of two steps');
  expect(second).toContain('> no pages for children');
  expect(third).toContain('second of two steps');
  expect(third).toContain('> plan: shop');
  const no = await atTerminal(stage, ['plan', 'Make the shop show its prices', '--agent', 'planner'], ['y', 'n']);
  expect([no.code, no.out, no.asked.length]).toEqual([3, '', 2]);
});

test('a person at the terminal says what a task waits for, and an agent that nobody described plans nothing', async () => {
  await using stage = await Stage.create();
  const list = '1. build the cart\n2. build the search\n3. then write the manual';
  const answered = await atTerminal(stage, ['plan', list], ['what?', 'build-cart']);
  expect(answered.asked, answered.err).toHaveLength(2);
  expect(answered.out).toMatch(/needs: \[ build-cart \]/);
  const none = await atTerminal(stage, ['plan', list], ['none']);
  expect(none.out).not.toContain('needs');
  const { kept } = await planner(stage, [GOOD]);
  const no = await atTerminal(stage, ['plan', 'Make the shop show its prices', '--agent', 'nobody'], []);
  expect([no.code, no.out]).toEqual([2, '']);
  expect(await briefs(kept)).toEqual([]);
});
