import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlan } from '../../plans/read.ts';
import { importPlan } from '../import-plan.ts';

const around = { installed: ['claude'] };
const SPEC = readFileSync(join(import.meta.dirname, 'fixtures/01-spec-pay.md'), 'utf8');
const given = (text: string) =>
  importPlan({ path: '01-spec-pay.md', isFolder: false, files: [{ path: '01-spec-pay.md', text }] }, { around });

test('the demoable units of a specification become tasks with their requirements (U5)', () => {
  const { format, plan, diagnostics } = given(SPEC);
  expect(format).toBe('cw');
  expect(diagnostics).toEqual([]);
  const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
  expect(read?.name).toBe('01-spec-pay');
  expect(read?.checks).toEqual(['npm run lint', 'npm test']);
  expect(
    read?.tasks.map(({ id, title, needs, scope, labels }) => ({ id, title, needs, may: scope?.may, labels })),
  ).toEqual([
    {
      id: 'unit-1',
      title: 'Unit 1: Charge a card',
      needs: [],
      may: ['src/charge/**', 'src/routes.ts'],
      labels: ['R1.1', 'R1.2'],
    },
    { id: 'unit-2', title: 'Unit 2: Refund', needs: ['unit-1'], may: undefined, labels: ['R2.1', 'R2.2'] },
  ]);
  expect(read?.tasks[0]?.done).toEqual([
    'R1.1: The system shall take money from a card',
    'R1.2: The system shall refuse a card that has run out',
    'Proof: Test: npm test -- charge passes',
    'Proof: File: src/charge/index.ts contains export function charge',
  ]);
});

test('requirements without numbers get those of their unit, and that is said (U5)', () => {
  const { draft, plan } = given(SPEC);
  expect(draft?.tasks[1]?.values.done?.value).toEqual([
    'R2.1: The system shall give money back',
    'R2.2: The system shall write that to the log',
    'Proof: CLI: node refund.js 1 prints 201',
  ]);
  expect(plan).toContain('numbers of requirements were given here; from 01-spec-pay.md:32');
  expect(draft?.missing.map(({ task, field, at }) => `${task}: ${field} (${at.line})`)).toEqual([
    ...['Unit 2: id of a requirement (32)', 'Unit 2: id of a requirement (33)', 'Unit 2: Affected areas (25)'],
  ]);
});

const unit = (labels: string) => `# s\n\n## Demoable Units of Work\n\n### [Unit 1]: First\n\n${labels}\n`;

test('a specification as it was written in January, without numbers and dependencies, reads with all that is missing', () => {
  const { draft, plan } = given(unit('**Purpose:** Do it.\n\n**Functional Requirements:**\n- The system shall do it'));
  expect(plan).not.toBeNull();
  expect(draft?.tasks[0]?.values.done?.value).toEqual(['R1.1: The system shall do it']);
  expect(draft?.missing.map(({ field }) => field)).toEqual([
    ...['id of a requirement', 'Proof Artifacts', 'Depends on', 'Affected areas'],
  ]);
});

test.each([
  ['None', []],
  ['N/A', []],
  ['Unit 2', ['unit-2']],
  ['Units 2 and 3', ['unit-2', 'unit-3']],
  ['Unit 2, Unit 3', ['unit-2', 'unit-3']],
])('"Depends on: %s" is understood', (words, needs) => {
  const text = `${unit(`**Depends on:** ${words}`)}\n### Unit 2: Second\n\n### Unit 3: Third\n`;
  const read = readPlan(given(text).plan ?? '', 'plan.yaml', around).plan;
  expect(read?.tasks[0]?.needs).toEqual(needs);
});

test.each([
  ['the login page', 'unknown-need'],
  ['Unit 9', 'unknown-need'],
])('"Depends on: %s" is an error at its line', (words, code) => {
  const { plan, diagnostics } = given(unit(`**Purpose:** x\n**Depends on:** ${words}`));
  expect(plan).toBeNull();
  expect(diagnostics.map((each) => [each.code, each.line])).toEqual([[code, 8]]);
});

test('a requirement of the specification that no task of the board is for is reported (U114)', () => {
  const task = {
    ...{ id: '1', subject: 'Charge', description: 'x', status: 'pending', blocks: [], blockedBy: [] },
    metadata: { task_id: 'T01', requirements: [{ id: 'R1.1', text: 'take money' }], complexity: 'trivial' },
  };
  const files = [
    { path: '01-spec-pay.md', text: SPEC },
    { path: 'tasks/1.json', text: JSON.stringify(task) },
  ];
  const { diagnostics, draft } = importPlan({ path: 'pay', isFolder: true, files }, { around });
  expect(draft?.tasks.map(({ name }) => name)).toEqual(['T01']);
  expect(diagnostics.map(({ file, line, what }) => `${file}:${line} ${what}`)).toEqual([
    '01-spec-pay.md:18 No task is for the requirement R1.2',
  ]);
});

test('a specification without units has nothing to do in it', () => {
  const { plan, diagnostics } = given('# s\n\n## Demoable Units of Work\n\nNone yet.\n');
  expect(plan).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toEqual(['no-tasks']);
});
