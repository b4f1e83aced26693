import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { planFields } from './fields.ts';
import { flow } from './problems.ts';
import { laterReference, planJsonSchema, planReference, planRows } from './reference.ts';

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(planJsonSchema()));

test('schema/plan.schema.json is the one made from the fields', async () => {
  await expect(planJsonSchema()).toMatchFileSnapshot('../../schema/plan.schema.json');
});

test('docs/plan.md is the one made from the fields', async () => {
  await expect(planReference()).toMatchFileSnapshot('../../docs/plan.md');
});

test('docs/later.md is the one made from the fields', async () => {
  await expect(laterReference()).toMatchFileSnapshot('../../docs/later.md');
});

test('every field of the design has a row in the reference', () => {
  const names = new Set(planRows().map(({ name }) => name));
  const task = TASK.map((field) => `tasks.<task>.${field}`);
  const agents = [...AGENTS.map((field) => `agents.${field}`), ...USE.map((field) => `agents.use.<name>.${field}`)];
  expect([...PLAN, ...task, ...agents].filter((field) => !names.has(field))).toEqual([]);
});

test.each(planRows().map(({ name, about }) => [name, about.example] as const))(
  'the example of %s is valid',
  (name, example) => {
    const value = nested(name, parse(flow(example)));
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    expect(planFields.safeParse(value).error?.issues ?? []).toEqual([]);
  },
);

/** `tasks.<task>.title` → a plan that has only that. */
function nested(name: string, value: unknown): unknown {
  return name.split('.').reduceRight<unknown>((inner, key) => ({ [key.replace(/[<>]/g, '')]: inner }), value);
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const PLAN =
  words(`plan repos base target env-required setup teardown checks final-checks checklist shared generated append-only agents
  parallel parallel.enabled parallel.min-tasks parallel.force undeclared out-of-scope overlap batches batches.strict batches.size
  batches.balance continue approval questions budget attempts timeout deadline isolation keep cleanup cleanup.auto cleanup.failed
  branch names land land.as land.remote land.sign land.message notify qa review e2e validate closure write-back profile tasks`);
const TASK =
  words(`title brief steps done requirements proofs needs reads scope scope.may scope.may-not repo kind work-type artifacts
  resources priority estimate points cost agent model mode account permissions checks setup timeout timeout.wall timeout.silence
  timeout.first-event attempts questions budget no-change no-change.allowed issues labels parent group owner env`);
const AGENTS = words('default max max-readonly readonly-rule pool pool.slots aliases families modes use');
const USE = words(
  'driver command profile model tiers tiers.small tiers.medium tiers.large fallback permissions env account prompt sandbox timeout',
);
