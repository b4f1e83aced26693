import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { Costs } from '../core/costs.ts';
import type { RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Status } from '../core/status.ts';
import type { costs } from './wire-costs.ts';
import type { failure, runEvent } from './wire-events.ts';
import { wireSchemas } from './wire-schemas.ts';
import type { status } from './wire-status.ts';

const schemas = wireSchemas();
const ajv = new Ajv2020({ strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ } });
for (const text of Object.values(schemas)) ajv.addSchema(JSON.parse(text));
const accepts = (file: string, value: unknown, definition = ''): string => {
  const validate = ajv.getSchema(`${file}${definition}`);
  return validate?.(JSON.parse(JSON.stringify(value))) === true ? 'yes' : ajv.errorsText(validate?.errors);
};

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

test('no field and no event of the core is missing from the schemas', () => {
  expectTypeOf<Failure>().toExtend<Frozen<z.output<typeof failure>>>();
  expectTypeOf<RunEvent>().toExtend<Frozen<z.output<typeof runEvent>>>();
  expectTypeOf<Status>().toExtend<Frozen<z.output<typeof status>>>();
  expectTypeOf<Costs>().toExtend<Frozen<z.output<typeof costs>>>();
});

test.each(Object.keys(schemas))('schema/%s is the one made from its source', async (file) => {
  await expect(schemas[file]).toMatchFileSnapshot(`../../schema/${file}`);
});

const A = 'a'.repeat(40);
const head = { v: 1, run: 'r1', seq: 7, at: '2026-11-23T01:02:03.004Z' };
const task = { ...head, task: 'api', attempt: 1 };
const conflict = { reason: 'conflict', paths: ['a.ts'], onto: A } as const;

test.each<readonly [string, object]>([
  [
    'run-created',
    { ...head, type: 'run-created', planHash: 'x', repository: '/r', base: A, target: 'refs/heads/main' },
  ],
  ['task-started', { ...task, type: 'task-started', agent: 'demo', account: null }],
  ['task-landed', { ...task, type: 'task-landed', commit: A }],
  [
    'attempt-failed',
    { ...task, type: 'attempt-failed', because: conflict, then: { do: 'rest', until: 1, counts: true }, rescue: null },
  ],
  ['a field of a later version', { ...task, type: 'task-landed', commit: A, tree: A }],
  [
    'the last line',
    {
      ...{ ...head, type: 'run-ended', state: 'ended', target: 'refs/heads/main', exit: 1 },
      ...{ landed: 2, failed: 1, waiting: 0, skipped: 0, cancelled: 0, counts: { landed: 2, failed: 1 } },
    },
  ],
])('the stream may have %s', (_, line) => {
  expect(accepts('events.schema.json', line)).toBe('yes');
});

test.each<readonly [string, object]>([
  ['an event that does not exist', { ...task, type: 'task-lost' }],
  ['a landing without a commit', { ...task, type: 'task-landed' }],
  ['a short commit', { ...task, type: 'task-landed', commit: 'abc' }],
  ['a failure that does not exist', { ...task, type: 'task-stopping', because: { reason: 'mood' } }],
  ['another version', { ...task, v: 2, type: 'task-ready' }],
  ['a number as a time', { ...task, at: 5, type: 'task-ready' }],
  ['an end without counts', { ...head, type: 'run-ended', state: 'ended' }],
])('the stream may not have %s', (_, line) => {
  expect(accepts('events.schema.json', line)).not.toBe('yes');
});

test('the journal has the whole plan, and its own end without counts', () => {
  const journal = (event: object): string =>
    accepts('events.schema.json', { run: 'r', seq: 1, at: 5, event }, '#/$defs/entry');
  const created = { type: 'run-created', planHash: 'x', repository: '/r', base: A, target: 'refs/heads/main' };
  expect(journal({ ...created, plan: { name: 'p' } })).toBe('yes');
  expect(journal({ type: 'run-ended' })).toBe('yes');
  expect(journal(created)).not.toBe('yes');
});

const none = { worktree: null, base: null, progress: null, because: null, until: null, commit: null, landed: null };
const counts = {
  ...{ waiting: 0, ready: 0, working: 1, asking: 0, stopping: 0, resting: 0, reported: 0, verifying: 0, verified: 0 },
  ...{ landing: 0, landed: 0, blocked: 0, failed: 0, skipped: 0, cancelled: 0 },
};
const spent = { fresh: 1, cacheRead: 2, cacheWrite: 3, output: 4, usd: 0.5, unpriced: 0 };
const STATUS: Status = {
  ...{
    schemaVersion: 1,
    run: 'r',
    plan: 'p',
    state: 'running',
    why: null,
    repository: '/r',
    base: A,
    target: 'refs/heads/main',
  },
  ...{
    createdAt: 1,
    endedAt: null,
    at: 2,
    seq: 3,
    places: { used: 1, max: null },
    counts,
    finalChecks: { run: 1, failed: 0 },
    engine: { pid: 1, host: 'h' },
  },
  tasks: [
    {
      ...none,
      ...{
        id: 'api',
        title: 'Api',
        state: 'working',
        since: 1,
        attempt: 1,
        attempts: { used: 1, max: 3 },
        agent: 'demo',
      },
      ...{ steps: [], waitingFor: [], files: null, rescued: [], log: null, because: conflict, spent },
    },
  ],
  questions: [
    { id: 'q', kind: 'choice', text: 'Which?', options: ['a'], deadline: null, default: null, task: 'api', since: 1 },
  ],
  ...{ spent, budget: { tokens: null, usd: 20 } },
  criticalPath: { minutes: 20, tasks: ['api'] },
};

test('a status is accepted, and one with a gap is not', () => {
  expect(accepts('status.schema.json', STATUS)).toBe('yes');
  expect(accepts('status.schema.json', { ...STATUS, counts: { working: 1 } })).not.toBe('yes');
  expect(accepts('status.schema.json', { ...STATUS, state: 'fine' })).not.toBe('yes');
});

const diagnostic = {
  severity: 'error',
  code: 'x',
  file: 'p.yaml',
  line: 1,
  col: null,
  what: 'W',
  why: null,
  next: null,
};
test('a checked plan is accepted, and so is one that could not be read', () => {
  const unread = { schemaVersion: 1, file: 'p.yaml', diagnostics: [diagnostic] };
  expect(accepts('check.schema.json', unread)).toBe('yes');
  const pair = { a: 'x', b: 'y', relation: 'after', reason: 'needs', witness: 'x' };
  const read = { ...unread, verdict: 'PARALLEL', reason: 'R', pairs: [pair], waves: [['x'], ['y']] };
  expect(accepts('check.schema.json', { ...read, criticalPath: { minutes: 1, tasks: ['x'] } })).toBe('yes');
  expect(accepts('check.schema.json', { ...read, pairs: [{ ...pair, relation: 'free' }] })).not.toBe('yes');
});

test('costs are accepted, and a sum that hides what is of unknown price is not', () => {
  const costs: Costs = {
    ...{ schemaVersion: 1, run: 'r', plan: 'p', state: 'running', at: 1, by: 'model' },
    rows: [{ name: null, spent }],
    ...{ total: spent, budget: { tokens: null, usd: 20 }, today: { spent, budget: { tokens: 5, usd: null } } },
    ...{ unpriced: [{ model: null, tokens: 5 }], pricesOf: '2026-11-24' },
    estimate: { usdPerHour: 1, tokensPerHour: 2, over_ms: 3, atEnd: { usd: 4, tokens: 5 }, budgetLasts_ms: null },
  };
  expect(accepts('costs.schema.json', costs)).toBe('yes');
  expect(accepts('costs.schema.json', { ...costs, estimate: null })).toBe('yes');
  const { unpriced: _, ...hidden } = spent;
  expect(accepts('costs.schema.json', { ...costs, total: hidden })).not.toBe('yes');
});
