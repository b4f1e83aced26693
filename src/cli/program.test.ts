import { expect, test } from 'vitest';
import { entriesOf, FAILURES, NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import { typed } from '../../test/rig/made-up-world.ts';
import { payments } from '../../test/rig/told-run.ts';
import { COMMANDS } from './table.ts';

test('help lists every command in its group, on standard output, and ends with 0', async () => {
  const { exit, out, err } = await typed(['--help']);
  expect([exit, err]).toEqual([0, '']);
  for (const { name, summary, group } of COMMANDS) {
    expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect(out.replace(/\s+/g, ' ')).toContain(summary.replace(/\s+/g, ' '));
    expect(out).toContain(`${group}:`);
  }
});

test.each(COMMANDS.map(({ name }) => name))(
  'help of %s shows examples and the flags for every command',
  async (name) => {
    const { exit, out } = await typed([name, '--help']);
    expect(exit).toBe(0);
    expect(out).toContain(`Usage: branchline ${name}`);
    expect(out).toContain('Examples:\n  $ branchline');
    expect(out).toContain('--json');
  },
);

test.each(COMMANDS.map((row) => [row.name, row] as const))('%s can be loaded', async (_, row) => {
  expect(await row.load()).toBeTypeOf('function');
});

test('the version is data', async () => {
  expect(await typed(['--version'])).toMatchObject({ exit: 0, out: '1.2.3\n', err: '' });
});

test('an unknown command ends with 2 and says which one was probably meant', async () => {
  const { exit, out, err } = await typed(['statsu']);
  expect([exit, out]).toEqual([2, '']);
  expect(err).toMatchInlineSnapshot(`
    "error: unknown command 'statsu'
      why:  Did you mean status?
      next: branchline --help
    "
  `);
});

test.each([
  ['an unknown option', ['status', '--jsn'], /unknown option '--jsn'[\s\S]*Did you mean --json\?[\s\S]*status --help/],
  ['a missing argument', ['retry'], /missing required argument 'task'[\s\S]*branchline retry --help/],
  ['too many arguments', ['list', 'x'], /too many arguments/],
  ['a number that is none', ['logs', 'a', '--attempt', 'two'], /whole number, 1 or more/],
  ['a time that is none', ['run', '--max-wait', 'soon'], /90s, 30m or 2h/],
  ['a choice that is none', ['report', '--format', 'pdf'], /Allowed choices are markdown, json/],
])('%s ends with 2, says why and what to type', async (_, line, expected) => {
  const { exit, out, err } = await typed(line);
  expect([exit, out]).toEqual([2, '']);
  expect(err).toMatch(expected);
});

test('no command at all prints the help on standard error and ends with 2', async () => {
  const { exit, out, err } = await typed([]);
  expect([exit, out]).toEqual([2, '']);
  expect(err).toContain('Usage: branchline');
});

test('with --json an error is one JSON line on standard error', async () => {
  for (const line of [['--json', 'statsu'], ['check', '--json'], ['--json', 'explain', 'nobody'], ['--json']]) {
    const { exit, out, err } = await typed(line);
    expect(out).toBe('');
    expect(err.trimEnd()).not.toContain('\n');
    expect(JSON.parse(err)).toMatchObject({ v: 1, type: 'error', error: { what: expect.any(String), exit } });
    expect(exit).toBe(2);
  }
});

test('a refusal says what, why and next, with control characters made visible', async () => {
  const { exit, err } = await typed(['explain', 'a\x1b[2J'], { status: statusOf([taskStatus('api', 'ready')]) });
  expect(exit).toBe(2);
  expect(err).toMatchInlineSnapshot(`
    "error: There is no task a␛[2J in run r1 of audit-logging
      why:  It has api
      next: See all of them with: branchline status
    "
  `);
});

test('flags are understood before and after the command', async () => {
  const status = statusOf([taskStatus('api', 'landed')]);
  const before = await typed(['--json', '-C', '/x', 'status'], { status });
  const after = await typed(['status', '--json', '-C', '/x'], { status });
  expect(before).toEqual(after);
  expect(JSON.parse(before.out)).toEqual(JSON.parse(JSON.stringify(status)));
});

test('commands from another process reach the run that was named', async () => {
  const status = statusOf([taskStatus('api', 'blocked', { because: FAILURES.conflict })]);
  const sent = async (line: readonly string[]) => (await typed(line, { status })).calls;
  expect(await sent(['pause'])).toEqual([{ run: 'r1', do: 'pause' }]);
  expect(await sent(['pause', 'r9'])).toEqual([{ run: 'r9', do: 'pause' }]);
  expect(await sent(['retry', 'api', '--note', 'again'])).toEqual([
    { run: 'r1', do: 'retry', task: 'api', note: 'again' },
  ]);
  expect(await sent(['cancel', 'api', '--run', 'r2'])).toEqual([{ run: 'r2', do: 'cancel', task: 'api' }]);
  expect(await sent(['cancel', '--all'])).toEqual([{ run: 'r1', do: 'cancel', task: null }]);
  expect(await sent(['take', 'api'])).toEqual([{ run: 'r1', do: 'take', task: 'api' }]);
});

test('cancel refuses to guess', async () => {
  expect(await typed(['cancel'])).toMatchObject({ exit: 2, calls: [] });
  expect(await typed(['cancel', 'api', '--all'])).toMatchObject({ exit: 2, calls: [] });
});

const question = {
  kind: 'choice',
  text: 'Which zone?',
  options: ['UTC', 'local'],
  deadline: null,
  default: null,
  task: 'api',
  since: NOW,
} as const;
const asking = statusOf([taskStatus('api', 'asking')], { questions: [{ ...question, id: 'q1' }] });

test.each([
  ['by its id, with words', ['answer', 'q1', 'use', 'UTC'], 'use UTC'],
  ['by the task, with the number of an option', ['answer', 'api', '2'], 'local'],
  ['with a number beyond the options', ['answer', 'q1', '7'], '7'],
])('a question is answered %s', async (_, line, answer) => {
  const { exit, calls } = await typed(line, { status: asking });
  expect({ exit, calls }).toEqual({ exit: 0, calls: [{ run: 'r1', do: 'answer', question: 'q1', answer }] });
});

test('an answer is asked for on a terminal, and missing elsewhere', async () => {
  const asked = await typed(['answer', 'q1'], { status: asking, io: { ask: () => Promise.resolve(' 1 ') } });
  expect(asked.calls).toEqual([{ run: 'r1', do: 'answer', question: 'q1', answer: 'UTC' }]);
  expect(await typed(['answer', 'q1'], { status: asking })).toMatchObject({ exit: 3, calls: [] });
  expect(await typed(['answer', 'q2', 'x'], { status: asking })).toMatchObject({ exit: 2, calls: [] });
  expect((await typed(['answer'], { status: asking })).out).toContain('Which zone?');
});

test('amend shows the consequences and changes nothing until somebody agrees', async () => {
  const shown = await typed(['amend', 'plan.yaml']);
  expect(shown).toMatchObject({ exit: 3, out: '+ x\n', calls: [{ apply: false }] });
  const agreed = await typed(['amend', 'plan.yaml', '--yes']);
  expect(agreed).toMatchObject({ exit: 0, calls: [{ apply: false }, { apply: true }] });
  const person = await typed(['amend', 'plan.yaml'], { io: { interactive: true, ask: () => Promise.resolve('y') } });
  expect(person.calls).toHaveLength(2);
});

test('gc names what it would do and removes only with --yes', async () => {
  const garbage = [{ kind: 'trash', name: 'slot-3', why: 'older than 7 days', bytes: 100 }];
  const host = { gcPlan: () => Promise.resolve(garbage) };
  const named = await typed(['gc'], { host });
  expect(named.out).toContain('slot-3');
  expect(named.calls).toEqual([]);
  expect((await typed(['gc', '--yes'], { host })).calls).toEqual([{ removed: garbage }]);
});

test('logs and diffs are made harmless for a terminal, and a patch in a pipe stays as it is', async () => {
  const status = statusOf([taskStatus('api', 'working')]);
  const pieces = async function* () {
    yield 'one\r';
    yield '\ntwo\x1b[2J\n';
  };
  const runs = {
    log: () => Promise.resolve({ ok: true, value: pieces() } as const),
    diff: () => Promise.resolve({ ok: true, value: '+\x1b[2J\r\n' } as const),
  };
  expect((await typed(['logs', 'api'], { status, runs })).out).toBe('one\ntwo␛[2J\n');
  expect((await typed(['diff', 'api'], { status, runs })).out).toBe('+\x1b[2J\r\n');
  expect((await typed(['diff', 'api'], { status, runs, io: { outColumns: 80 } })).out).toBe('+␛[2J\n');
});

test('a task without a worktree says where its work is kept', async () => {
  const status = statusOf([taskStatus('api', 'landed', { rescued: ['refs/branchline/rescue/r1'] })]);
  const { exit, err } = await typed(['shell', 'api'], { status });
  expect(exit).toBe(1);
  expect(err).toContain('refs/branchline/rescue/r1');
});

test('report writes to a file and says so on standard error', async () => {
  const { out, err, calls } = await typed(['report', '-o', 'r.md'], {
    status: statusOf([taskStatus('api', 'landed')]),
  });
  expect([out, err]).toEqual(['', 'written: r.md\n']);
  expect(calls).toMatchObject([{ write: 'r.md', text: expect.stringContaining('# audit-logging') }]);
});

test.each(['status', 'report'])('%s speaks the words of another system, and --json stays as it is', async (command) => {
  const told = payments();
  const shown = await typed([command, '--format', 'cw'], told);
  expect([shown.exit, shown.err]).toEqual([0, '']);
  expect(shown.out).toContain('TASK BOARD STATUS');
  const [plain, formatted] = [
    await typed([command, '--json'], told),
    await typed([command, '--format', 'cw', '--json'], told),
  ];
  expect(JSON.parse(plain.out)).toMatchObject({ plan: 'Payments rework' });
  expect(formatted.out).toBe(plain.out);
});

test('a report in the words of another system goes to a file as well', async () => {
  const { calls } = await typed(['report', '--format', 'pool', '-o', 'r.txt'], payments());
  expect(calls).toMatchObject([{ write: 'r.txt', text: expect.stringContaining('MERGE RESULTS') }]);
});

test('a run off a terminal prints one line per event, its end on standard output, and tells somebody', async () => {
  const entries = entriesOf([
    { type: 'task-landed', task: 'api', attempt: 1, commit: 'c'.repeat(40) },
    { type: 'agent-progress', task: 'api', attempt: 1, done: 1, of: 2, text: 'small' },
    { type: 'run-ended' },
  ]);
  const status = statusOf([taskStatus('api', 'landed')], { state: 'ended' });
  const { exit, out, err, calls } = await typed(['run', 'plan.yaml', '--yes'], { status, entries });
  expect(exit).toBe(0);
  expect(out).toBe('audit-logging: 1 of 1 task landed on main (ended)\n');
  expect(err).toMatch(/It lands on branchline\/audit\n.* task-landed api#1 c{12}\n.* run-ended - /);
  expect(err).not.toContain('small');
  expect(calls).toMatchObject([
    { start: 'plan.yaml', options: { yes: true } },
    { drive: 'r1', options: { maxWait_ms: null, interactive: false } },
    { notify: 'r1' },
  ]);
});

test('with --json a run streams one JSON per event and ends with run-ended and the exit code', async () => {
  const entries = entriesOf([
    { type: 'task-landed', task: 'api', attempt: 1, commit: 'c'.repeat(40) },
    { type: 'final-check-finished', command: 'npm test', code: 1, log: '/l', took_ms: 5 },
    { type: 'run-ended' },
  ]);
  const status = statusOf([taskStatus('api', 'landed')], { state: 'ended', finalChecks: { run: 1, failed: 1 } });
  const { exit, out, err } = await typed(['run', 'plan.yaml', '--yes', '--json'], { status, entries });
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines.map(({ type }) => type)).toEqual(['task-landed', 'final-check-finished', 'run-ended']);
  expect(lines.at(-1)).toMatchObject({ landed: 1, exit: 1 });
  expect([exit, err]).toEqual([1, '']);
});

test('a signal decides the exit code of a run', async () => {
  const never = new AbortController().signal;
  const signals = { drain: AbortSignal.abort(), kill: never, name: () => 'SIGINT' as const };
  expect(
    await typed(['run', 'plan.yaml', '--yes'], { signals, status: statusOf([taskStatus('a', 'waiting')]) }),
  ).toMatchObject({
    exit: 130,
  });
});

test('the first Ctrl-C says what happens now and what a second one would do', async () => {
  const drain = new AbortController();
  const signals = { drain: drain.signal, kill: new AbortController().signal, name: () => 'SIGINT' as const };
  const drive = () => {
    drain.abort();
    return Promise.resolve({ ok: true, value: undefined } as const);
  };
  const { exit, err } = await typed(['run', 'plan.yaml', '--yes'], { signals, runs: { drive } });
  expect(exit).toBe(130);
  expect(err).toContain('Stopping: agents at work may end. Again');
});

test('somebody is told once for each question, by the bell on a terminal and by what the plan names', async () => {
  const asked = { id: 'q1', kind: 'free', text: 'Which zone?', options: [], deadline: null, default: null } as const;
  const entries = entriesOf([{ type: 'task-asked', task: 'api', attempt: 1, question: asked }]);
  const { exit, err, calls } = await typed(['run', 'plan.yaml', '--yes'], {
    status: asking,
    entries,
    io: { isTTY: true },
  });
  expect(exit).toBe(3);
  expect(err.match(/\x1b\]9;api asks: Which zone\? \(branchline answer q1\)/g)).toHaveLength(1);
  expect(calls).toContainEqual({ notify: 'r1', message: 'api asks: Which zone? (branchline answer q1)' });
});

test.each([
  ['a question', asking, 'branchline answer q1'],
  ['a blocked task', statusOf([taskStatus('a', 'failed'), taskStatus('b', 'blocked')]), 'branchline explain b'],
  ['a failed task', statusOf([taskStatus('a', 'failed')], { state: 'ended' }), 'branchline explain a'],
  ['work that is left', statusOf([taskStatus('a', 'ready')], { state: 'interrupted' }), 'branchline resume'],
  ['a task that was cancelled', statusOf([taskStatus('a', 'cancelled')], { state: 'ended' }), 'branchline report'],
])('after a run that leaves %s the person reads what to type', async (_, status, expected) => {
  const { err } = await typed(['run', 'plan.yaml', '--yes'], { status });
  expect(err).toContain(`  next: ${expected}`);
});

test('run --detach prints the run and returns', async () => {
  const { exit, out, calls } = await typed(['run', 'plan.yaml', '--yes', '--detach', '--max-wait', '90s']);
  expect([exit, out]).toEqual([0, 'r1\n']);
  expect(calls).toContainEqual({ detach: 'r1', options: { maxWait_ms: 90_000, interactive: false } });
});

test('on a terminal the live view is painted on standard error and the end on standard output', async () => {
  const status = statusOf([taskStatus('api', 'landed')], { state: 'ended' });
  const { out, err } = await typed(['run', 'plan.yaml', '--yes'], { status, io: { isTTY: true, interactive: true } });
  expect(err).toContain('1/1 landed');
  expect(err).toContain('\x1b]9;audit-logging: 1 of 1 task landed on main (ended)\x1b\\');
  expect(out).toBe('audit-logging: 1 of 1 task landed on main (ended)\n');
});

test('resume leaves a run alone that an engine already drives', async () => {
  const status = statusOf([taskStatus('a', 'working')], { engine: { pid: 42, host: 'box' } });
  const { exit, err, calls } = await typed(['resume'], { status });
  expect([exit, calls]).toEqual([0, []]);
  expect(err).toContain('process 42 on box');
  const paused = await typed(['resume'], { status: { ...status, state: 'paused', engine: null } });
  expect(paused.calls).toMatchObject([{ do: 'resume' }, { drive: 'r1' }, { notify: 'r1' }]);
});

test('completion knows commands and options, and its script asks this program', async () => {
  const { vi } = await import('vitest');
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  try {
    expect((await typed(['completion', 'bash'])).out).toContain('branchline complete --');
    expect((await typed(['completion', 'zsh'])).exit).toBe(0);
    expect(printed.join('\n')).toContain('branchline complete --');
    printed.length = 0;
    await typed(['complete', '--', 'st']);
    expect(printed.join('\n')).toContain('status');
  } finally {
    log.mockRestore();
  }
});
