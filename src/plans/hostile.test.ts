import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Plan } from '../core/plan.ts';
import { corpusWith } from './hostile-corpus.ts';
import { formatDiagnostic } from './place.ts';
import { readPlan } from './read.ts';
import { planJsonSchema } from './reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'branchline-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const canary = join(folder, 'canary');

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(planJsonSchema()));
const CORPUS = corpusWith(canary);
const hostile = fc.oneof(
  fc.constantFrom(...CORPUS),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 12 }),
);
const plain = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
const mixed = fc.oneof({ weight: 1, arbitrary: hostile }, { weight: 3, arbitrary: plain });

/** A document with one value of a kind that no author checked in each place that becomes a name somewhere. */
const document = fc.record(
  {
    plan: mixed,
    base: mixed,
    target: mixed,
    branch: fc.oneof(
      fc.constant('w/{task}'),
      mixed.map((text) => `${text}/{task}`),
      hostile,
    ),
    'env-required': fc.array(mixed, { maxLength: 2 }),
    shared: fc.array(mixed, { maxLength: 2 }),
    agents: fc.record({
      default: fc.constant('mine'),
      use: fc
        .dictionary(mixed, fc.constant({ command: ['x'] }), { maxKeys: 2 })
        .map((use) => ({ ...use, mine: { command: ['x'] } })),
      aliases: fc.dictionary(mixed, fc.record({ agent: fc.constant('mine'), model: mixed, prompt: mixed }), {
        maxKeys: 1,
      }),
      families: fc.dictionary(mixed, fc.constant('mine'), { maxKeys: 1 }),
      modes: fc.dictionary(mixed, fc.constant({ launch: 'ask' }), { maxKeys: 1 }),
    }),
    tasks: fc.dictionary(
      mixed,
      fc.record(
        {
          title: mixed,
          brief: mixed,
          needs: fc.array(mixed, { maxLength: 1 }),
          scope: fc.array(mixed, { maxLength: 2 }),
          artifacts: fc.array(mixed, { maxLength: 1 }),
          agent: fc.constantFrom('mine'),
          model: mixed,
          account: mixed,
          env: fc.dictionary(mixed, mixed, { maxKeys: 1 }),
          issue: mixed,
          group: mixed,
          owner: mixed,
        },
        { requiredKeys: [] },
      ),
      { minKeys: 1, maxKeys: 3 },
    ),
  },
  { requiredKeys: ['agents', 'tasks'] },
);

/** Everything that a terminal would obey or a reader would not see. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\p{Surrogate}]/u;

function expectSafe(plan: Plan): void {
  const { use, aliases, modes, default: chosen } = plan.agents;
  const named = [use, aliases, modes].flatMap((map) => Object.keys(map));
  const names = [plan.name, ...plan.tasks.map(({ id }) => id), ...named, chosen];
  const models = [...plan.tasks.map(({ model }) => model), ...Object.values(aliases).map(({ model }) => model)];
  for (const model of models) expect(model ?? 'x').not.toMatch(/^-|^$/);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
  for (const { id } of plan.tasks) {
    const branch = plan.branch.replaceAll('{task}', id).replaceAll('{run}', 'r').replaceAll('{attempt}', '1');
    expect(branch).toMatch(/^[\p{L}\p{N}_+=./-]+$/u);
    expect(branch).not.toMatch(/^[-/.]|\.\.|\/\/|\/\.|\.lock(\/|$)|\.$|\/$/);
  }
  const paths = plan.tasks.flatMap(({ brief, artifacts, scope }) => [
    ...(brief && 'file' in brief ? [brief.file] : []),
    ...[...artifacts, ...(scope?.may ?? [])],
  ]);
  for (const path of [...paths, ...plan.shared]) {
    expect(path).not.toMatch(/^[/~-]|^[A-Za-z]:|(^|\/)\.\.(\/|$)|(^|\/)\.git(\/|$)/i);
  }
  const shown = plan.tasks.flatMap(({ title, issues, group, owner }) => [title, ...issues, group ?? '', owner ?? '']);
  for (const text of [...shown, ...paths, plan.base ?? '', plan.target ?? '']) expect(text).not.toMatch(UNSEEN);
  expect(JSON.stringify(plan)).not.toContain('\\u0000');
}

function expectSound(text: string): Plan | null {
  const { plan, diagnostics, unsupported } = readPlan(text, 'plan.yaml');
  expect(plan === null).toBe(diagnostics.length > 0);
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const diagnostic of [...diagnostics, ...unsupported]) {
    expect(diagnostic.line).toBeGreaterThanOrEqual(1);
    expect(diagnostic.line).toBeLessThanOrEqual(lines + 1);
    expect(diagnostic.col).toBeGreaterThanOrEqual(1);
    expect(formatDiagnostic(diagnostic)).not.toMatch(UNSEEN);
  }
  if (plan) expectSafe(plan);
  if (plan) expect(validate(parse(text)), `an editor would complain: ${JSON.stringify(validate.errors)}`).toBe(true);
  return plan;
}

describe('whatever a plan holds', () => {
  test('it is safe as ref, file name and argument, or refused with a place', () => {
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(document, (value) => {
        seen[expectSound(stringify(value, { version: '1.2' })) ? 'read' : 'refused']++;
      }),
      { numRuns: 400 },
    );
    expect(seen.read, 'plans that came through').toBeGreaterThan(5);
    expect(seen.refused, 'plans that did not').toBeGreaterThan(100);
  });

  test('any text at all is read or refused', () => {
    const piece = fc.oneof(
      hostile,
      fc.constantFrom(
        'tasks:',
        '\n',
        '  ',
        ': ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!!map ',
        '|',
        '>',
        '---\n',
        '%YAML 1.1\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => void expectSound(pieces.join(''))),
      { numRuns: 1500 },
    );
  });

  const places: readonly (readonly [string, (value: string) => object])[] = [
    ['the name of the plan', (value) => ({ plan: value })],
    ['the base', (value) => ({ base: value })],
    ['the target', (value) => ({ target: value })],
    ['the template of branches', (value) => ({ branch: `${value}{task}` })],
    ['the name of a task', (value) => ({ tasks: Object.fromEntries([[value, {}]]) })],
    [
      'the name of an agent',
      (value) => ({
        agents: {
          default: 'a',
          use: Object.fromEntries([
            ['a', { command: ['x'] }],
            [value, { command: ['x'] }],
          ]),
        },
      }),
    ],
    ['the agent of a task', (value) => ({ tasks: { t: { agent: value } } })],
    ['a title', (value) => ({ tasks: { t: { title: value } } })],
    ['a brief', (value) => ({ tasks: { t: { brief: value } } })],
    ['the file of a brief', (value) => ({ tasks: { t: { brief: { file: value } } } })],
    ['a need', (value) => ({ tasks: { t: { needs: [value] } } })],
    ['a scope', (value) => ({ tasks: { t: { scope: [value] } } })],
    ['an artifact', (value) => ({ tasks: { t: { artifacts: [value] } } })],
    ['a variable', (value) => ({ tasks: { t: { env: Object.fromEntries([[value, value]]) } } })],
    ['a timeout', (value) => ({ tasks: { t: { timeout: value } } })],
    ['an unknown field', (value) => Object.fromEntries([[value, value]])],
  ];
  test.each(places)('every entry of the corpus is harmless as %s', (_, make) => {
    const rest = { agents: { default: 'a', use: { a: { command: ['x'] } } }, tasks: { t: {} } };
    for (const value of CORPUS) expectSound(stringify({ ...rest, ...make(value) }, { version: '1.2' }));
  });

  test('git and the file system take every name that came through, and no shell was met', () => {
    const kept = CORPUS.flatMap((value) => {
      const text = stringify({
        plan: value,
        agents: { use: { a: { command: ['x'] } } },
        branch: `${value}/{task}`,
        tasks: { t: {} },
      });
      const alone = stringify({ agents: { use: { a: { command: ['x'] } } }, tasks: Object.fromEntries([[value, {}]]) });
      return [readPlan(text, 'p.yaml').plan, readPlan(alone, 'p.yaml').plan].filter((plan) => plan !== null);
    });
    expect(kept.length).toBeGreaterThan(5);
    for (const plan of kept) {
      const id = plan.tasks[0]?.id ?? '';
      const branch = plan.branch.replace('{run}', 'r').replace('{task}', id);
      for (const ref of [`refs/heads/${branch}`, `refs/branchline/pin/${plan.name}/${id}`])
        execFileSync('git', ['check-ref-format', ref]);
      mkdirSync(join(folder, plan.name, id), { recursive: true });
    }
    expect(existsSync(canary)).toBe(false);
  });

  test.each([
    [
      'an alias bomb',
      `a: &a [x,x]\n${[...'bcdefghi'].map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}]`).join('\n')}`,
    ],
    ['a map that holds itself', 'tasks: &t { a: *t }'],
    ['keys that are maps', 'tasks: { ? { a: b } : c }'],
    ['a million opened brackets', '['.repeat(1_000_000)],
    ['deep indentation', Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['a huge number', `tasks: { t: { estimate: 1${'0'.repeat(400)} } }`],
    ['a directive of another version', '%YAML 1.1\n---\ntasks: { t: { estimate: 0777 } }'],
    [
      'a brace bomb in a scope',
      `agents: { use: { a: { command: x } } }\ntasks: { t: { scope: ["${'{a,b}'.repeat(40)}"] } }`,
    ],
    [
      'nested braces in a scope',
      `agents: { use: { a: { command: x } } }\ntasks: { t: { scope: ["${'{a,'.repeat(200)}${'}'.repeat(200)}"] } }`,
    ],
  ])('%s is refused in no time', (_, text) => {
    expect(expectSound(text)).toBeNull();
  });
});
