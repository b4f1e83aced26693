import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import type { Line } from '../rig/program.ts';
import { endOf, Stage } from '../rig/stage.ts';

const schema = async (name: string) => {
  const text = await readFile(join(import.meta.dirname, '../../schema', name), 'utf8');
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(JSON.parse(text) as object);
  return (value: unknown): readonly string[] =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message }) => `${instancePath} ${message} in ${JSON.stringify(value).slice(0, 300)}`,
        );
};

const eventful = {
  checks: ['test ! -e red'],
  'final-checks': ['test -e a'],
  agents: { use: { none: { command: ['/nonexistent/agent'] } } },
  attempts: 2,
  tasks: {
    a: { does: 'echo a > a', steps: ['Write it'] },
    b: { does: 'touch red; exit 0', needs: ['a'] },
    c: { does: 'exit 3' },
    d: { needs: ['c'], does: 'echo d > d' },
    e: { agent: 'none' },
    f: { does: 'echo "Which?" > "$BRANCHLINE_QUESTION"; exit 75' },
    g: { scope: { may: ['g'] }, does: 'echo g > stray' },
  },
};

test('every line of --json fits the published schema', async () => {
  await using stage = await Stage.create();
  const faults = await schema('events.schema.json');
  const ran = await stage.run(eventful);
  expect(ran.stdout.trim().split('\n')).toHaveLength(ran.events.length);
  expect(ran.events.flatMap(faults)).toEqual([]);
  expect(new Set(ran.events.map(({ type }) => type)).size).toBeGreaterThan(12);
});

test('lines are numbered without a gap, and the last one counts what became of every task (U74)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run(eventful);
  const numbers = ran.events.slice(0, -1).map((line: Line) => Number(line['seq']));
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  const { landed, failed, waiting, skipped, cancelled } = endOf(ran) as unknown as Record<string, number>;
  expect((landed ?? 0) + (failed ?? 0) + (waiting ?? 0) + (skipped ?? 0) + (cancelled ?? 0)).toBe(7);
});

test('status --json fits its schema at every moment of a run', async () => {
  await using stage = await Stage.create();
  const faults = await schema('status.schema.json');
  const gate = await stage.gate('a');
  const running = await stage.begin({
    ...eventful,
    tasks: { ...eventful.tasks, slow: { does: `${gate.wait}; echo s > s` } },
  });
  await running.sawType('agent-started', 'slow');
  const during = await stage.json<Status>(['status']);
  expect(faults(during)).toEqual([]);
  expect(during.state).toBe('running');
  expect(during.engine?.pid).toBe(running.pid);
  await gate.open();
  await running.done;
  const after = await stage.json<Status>(['status']);
  expect(faults(after)).toEqual([]);
  expect(after.engine).toBeNull();
});

test('check --json says which pairs may not run together, and why', async () => {
  await using stage = await Stage.create();
  const path = await stage.plan({
    overlap: 'serialise',
    tasks: {
      a: { scope: { may: ['src/**'] } },
      b: { scope: { may: ['src/b/*.ts'] } },
      c: { scope: { may: ['docs/**'] }, needs: ['a'] },
    },
  });
  const checked = await stage.json<{ verdict: string; pairs: readonly Record<string, unknown>[] }>(['check', path]);
  expect(checked.verdict).toMatch(/PARALLEL|SEQUENTIAL/i);
  expect(checked.pairs).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        a: 'a',
        b: 'b',
        relation: 'exclusive',
        witness: expect.stringMatching(/^src\/b\/.*\.ts$/),
      }),
      expect.objectContaining({ a: 'a', b: 'c', relation: 'after' }),
    ]),
  );
});

const tasks = { a: { does: 'echo a > a' } };

test.each([
  ['all landed', 0, { tasks }],
  ['some did not land', 1, { attempts: 1, tasks: { a: { does: 'exit 1' } } }],
  ['a plan that cannot be', 2, { tasks: { a: { needs: ['nobody'] } } }],
  ['a plan whose needs form a ring', 2, { tasks: { a: { needs: ['b'] }, b: { needs: ['a'] } } }],
  ['a field of a later version', 2, { review: { by: 'ada' }, tasks }],
  ['a budget of nothing', 3, { budget: { tokens: 0 }, tasks }],
  ['a person is needed', 3, { tasks: { a: { does: 'echo "Which?" > "$BRANCHLINE_QUESTION"; exit 75' } } }],
  ['a limit', 4, { tasks: { a: { does: 'echo "API Error: 529 Overloaded"; exit 1' } } }],
  ['a login', 4, { tasks: { a: { does: 'echo "Login expired · Please run /login"; exit 1' } } }],
  ['a final check that is red', 1, { 'final-checks': ['false'], tasks }],
] as const)('%s ends with exit code %i (U63)', async (_name, code, draft) => {
  await using stage = await Stage.create();
  const ran = await stage.run(draft, ['--max-wait', '0s']);
  expect(ran.code, ran.told).toBe(code);
  if (code !== 2) expect(endOf(ran)['exit']).toBe(code);
});

test.each([
  [['frobnicate']],
  [['status', '--nonsense']],
  [['run', 'no-such-plan.yaml', '--yes']],
  [['status', 'no-such-run']],
])('%j is a mistake of usage: exit code 2 and a sentence', async (args) => {
  await using stage = await Stage.create();
  const ran = await stage.cli(args);
  expect(ran.code).toBe(2);
  expect(ran.stderr.trim()).not.toBe('');
  expect(ran.stderr).not.toMatch(/\n\s+at /);
});

test('a plan that nobody approved is not run (U30)', async () => {
  await using stage = await Stage.create();
  const path = await stage.plan({ tasks });
  const ran = await stage.cli(['run', path, '--json']);
  expect(ran.code).toBe(3);
  const [, hash = ''] = /--approve ([0-9a-f]{64})/.exec(ran.stderr + ran.stdout) ?? [];
  expect((await stage.cli(['run', path, '--approve', hash, '--json'])).code).toBe(0);
});

test('an approval holds for the very plan that was approved, and nothing is written without one (U30)', async () => {
  await using stage = await Stage.create();
  const canary = stage.note('canary');
  const draft = (word: string) => ({
    setup: [`echo ran >> ${canary.path}`],
    tasks: { a: { does: `echo ${word} > a` } },
  });
  const run = async (word: string, ...args: readonly string[]) =>
    stage.cli(['run', await stage.plan(draft(word)), '--json', ...args]);
  const first = await run('one');
  const [, hash = ''] = /--approve ([0-9a-f]{64})/.exec(first.stderr + first.stdout) ?? [];
  const before = await stage.repo.snapshot();
  const other = await run('two', '--approve', hash);
  expect(other.code, other.told).not.toBe(0);
  expect(await canary.read()).toBe('');
  expect(await stage.repo.snapshot()).toEqual(before);
  expect((await run('one', '--approve', hash)).code).toBe(0);
  expect(await canary.read()).toBe('ran\n');
  expect((await run('two')).code).toBe(3);
  expect(await canary.read()).toBe('ran\n');
});
