import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkPlan } from '../../core/check.ts';
import { readPlan } from '../../plans/read.ts';
import { importPlan } from '../import-plan.ts';
import type { SourceFile } from '../source.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const around = { installed: ['claude'] };
const FACTS = { paths: [], ignoreCase: false, missingBriefs: [], existingBranches: [], environment: [] };

const boardFolder = (): readonly SourceFile[] =>
  readdirSync(join(FIXTURES, 'board'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(FIXTURES, 'board', path), 'utf8') }));
const given = (files: readonly SourceFile[]) => importPlan({ path: 'pay', isFolder: true, files }, { around });
const givenFile = (path: string, text: string) =>
  importPlan({ path, isFolder: false, files: [{ path, text }] }, { around, from: 'cw' });
const told = (diagnostics: ReturnType<typeof given>['diagnostics']) =>
  diagnostics.map(({ file, line, severity, what, why }) => `${file}:${line} ${severity}: ${what}. ${why}`);

type Metadata = { readonly [key: string]: unknown };
type Task = { readonly [key: string]: unknown };

/** A task with all that the format asks for. */
const task = (id: number, more: Task = {}, metadata: Metadata = {}): Task => ({
  ...{ id: String(id), subject: `Task ${id}`, description: `Do ${id}.`, status: 'pending', owner: '', activeForm: 'x' },
  ...{ blocks: [], blockedBy: [], ...more },
  metadata: {
    task_id: `T0${id}`,
    scope: { files_to_create: [`src/${id}.ts`], files_to_modify: [] },
    requirements: [{ id: `R${id}.1`, text: 'It works', testable: true }],
    proof_artifacts: [{ type: 'test', command: `npm test -- ${id}`, expected: 'All pass' }],
    ...{ verification: { pre: [], post: ['npm test'] }, complexity: 'standard', ...metadata },
  },
});
const list = (...tasks: readonly Task[]): string => `[\n${tasks.map((each) => JSON.stringify(each)).join(',\n')}\n]`;

function planOf({ plan, diagnostics }: ReturnType<typeof given>) {
  const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
  if (read === null) throw new Error(told(diagnostics).join('\n'));
  return read;
}
const needs = (imported: ReturnType<typeof given>) =>
  Object.fromEntries(planOf(imported).tasks.map((each) => [each.id, each.needs]));
const wavesOf = (imported: ReturnType<typeof given>) => checkPlan(planOf(imported), FACTS).waves;

test('files of the native board become a plan, in the order of their numbers, with stable names (U5, U13)', () => {
  const imported = given(boardFolder());
  expect(imported.format).toBe('cw');
  expect(imported.draft?.tasks.map(({ name, state }) => [name, state])).toEqual([
    ['T01', 'done'],
    ['T02', 'open'],
    ['T03', 'open'],
    ['T04', 'open'],
  ]);
  expect(imported.draft?.missing).toEqual([]);
  const [refund, rates, receipts] = planOf(imported).tasks;
  expect(refund).toMatchObject({
    ...{ id: 'T02', title: 'Refund a charge', needs: [], group: 'Unit 2: Refund', labels: ['R2.1', 'R2.2'] },
    ...{ mode: 'complex', model: 'opus', owner: null },
    scope: { may: ['src/refund.ts', 'src/routes.ts'], mayNot: [] },
    done: [
      'R2.1: POST /refund returns 201',
      'R2.2: A refund is written to the log',
      '"npm test -- refund" gives: All pass',
      'POST http://localhost:3000/refund gives: 201',
      'docs/refund.md contains: ## Refund',
    ],
    checks: ['npm run lint', 'npm test', 'npm test -- refund'],
  });
  expect(refund?.brief).toEqual({
    text: 'POST /refund gives money back.\n\nSpecification: docs/specs/01-spec-pay/01-spec-pay.md\nPatterns to follow: src/health.ts',
  });
  expect(rates).toMatchObject({ id: 'T03', scope: { may: ['src/rates/**'] }, owner: null });
  expect(receipts).toMatchObject({ id: 'T04', needs: ['T02'], owner: 'dana' });
});

test('nothing pending and something in progress is open work, and its worker is named (U74)', () => {
  const imported = givenFile(
    'tasks.json',
    list(task(1, { status: 'completed' }), task(2, { status: 'in_progress', owner: 'worker-1' })),
  );
  expect(imported.draft?.tasks.map(({ state }) => state)).toEqual(['done', 'open']);
  expect(planOf(imported).tasks.map(({ id }) => id)).toEqual(['T02']);
  expect(told(imported.diagnostics)).toEqual([
    'tasks.json:3 warning: "T02" is in progress with worker-1. It is not completed, so it is planned; its own worker may still be at it',
  ]);
});

test('a board on which everything is completed leaves nothing to plan', () => {
  const { plan, diagnostics } = givenFile('tasks.json', list(task(1, { status: 'completed' })));
  expect(plan).toBeNull();
  expect(diagnostics.map(({ what }) => what)).toEqual(['There is nothing left to do']);
});

test('two tasks that nothing holds up start together, and the one behind the first comes after (U15)', () => {
  const board = list(task(1, { blocks: ['2'] }), task(2, { blockedBy: ['1'] }), task(4));
  expect(wavesOf(givenFile('tasks.json', board))).toEqual([['T01', 'T04'], ['T02']]);
});

test('of five tasks that are ready no more than three work at once', () => {
  const plan = planOf(givenFile('tasks.json', list(...[1, 2, 3, 4, 5].map((id) => task(id)))));
  expect(checkPlan(plan, FACTS).waves).toEqual([['T01', 'T02', 'T03', 'T04', 'T05']]);
  expect(plan.agents.max).toBe(3);
});

test('of two tasks that name one file the second waits, whether they make it or change it (U16, U21)', () => {
  const creates = task(1, {}, { scope: { files_to_create: ['a.ts'], files_to_modify: [] } });
  const changes = task(3, {}, { scope: { files_to_create: [], files_to_modify: ['a.ts'] } });
  expect(wavesOf(givenFile('tasks.json', list(creates, task(2), changes)))).toEqual([['T01', 'T02'], ['T03']]);
});

test('a folder and a file in it exclude each other too, which exact texts could not show (U16)', () => {
  const below = task(1, {}, { scope: { files_to_create: [], files_to_modify: ['src/a/'] } });
  const inside = task(2, {}, { scope: { files_to_create: ['src/a/b.ts'], files_to_modify: [] } });
  expect(wavesOf(givenFile('tasks.json', list(below, inside)))).toEqual([['T01'], ['T02']]);
});

test.each([
  ['blockedBy alone', { blocks: undefined }, { blocks: undefined, blockedBy: ['1'] }],
  ['blocks alone', { blocks: ['2'], blockedBy: undefined }, { blockedBy: undefined }],
  ['both sides', { blocks: ['2'] }, { blockedBy: ['1'] }],
  ['stable names', { blocks: ['T02'] }, { blockedBy: ['T01'] }],
])('an edge written on %s is the same need (U5)', (_, first, second) => {
  const imported = givenFile('tasks.json', list(task(1, first), task(2, second)));
  expect(needs(imported)).toEqual({ T01: [], T02: ['T01'] });
  expect(imported.diagnostics).toEqual([]);
});

test('an edge that only one of its sides knows holds, and is reported', () => {
  expect(told(givenFile('tasks.json', list(task(1, { blocks: ['2'] }), task(2))).diagnostics)).toEqual([
    'tasks.json:2 warning: "T01" has "T02" under "blocks". That one does not have it under "blockedBy" (tasks.json:3)',
  ]);
  const other = givenFile('tasks.json', list(task(1), task(2, { blockedBy: ['1'] })));
  expect(needs(other)).toEqual({ T01: [], T02: ['T01'] });
  expect(told(other.diagnostics)).toEqual([
    'tasks.json:3 warning: "T02" has "T01" under "blockedBy". That one does not have it under "blocks" (tasks.json:2)',
  ]);
});

const part = (id: number, name: string, more: Task = {}) => task(id, more, { task_id: name, parent_task: 'T02' });

test('a whole that waits for its parts stays so, and may end without a change (U5)', () => {
  const imported = givenFile(
    'tasks.json',
    list(
      task(1, { blocks: ['2'] }),
      task(2, { blockedBy: ['1', '3', '4'] }),
      part(3, 'T02.1', { blocks: ['2'] }),
      part(4, 'T02.2', { blocks: ['2'] }),
    ),
  );
  expect(imported.diagnostics).toEqual([]);
  expect(needs(imported)).toEqual({ T01: [], T02: ['T01', 'T02.1', 'T02.2'], 'T02.1': [], 'T02.2': [] });
  expect(planOf(imported).tasks.find(({ id }) => id === 'T02')?.noChange).not.toBeNull();
});

test('parts that wait for their whole are turned around, and wait for what it waited for (U5)', () => {
  const imported = givenFile(
    'tasks.json',
    list(
      task(1, { blocks: ['2'] }),
      task(2, { blockedBy: ['1'], blocks: ['3', '4'] }),
      part(3, 'T02.1', { blockedBy: ['2'], blocks: ['4'] }),
      part(4, 'T02.2', { blockedBy: ['2', '3'] }),
    ),
  );
  expect(needs(imported)).toEqual({
    ...{ T01: [], T02: ['T01', 'T02.1', 'T02.2'], 'T02.1': ['T01'] },
    'T02.2': ['T02.1', 'T01'],
  });
  expect(told(imported.diagnostics)).toEqual([
    'tasks.json:4 warning: "T02.1" is a part of "T02" and waits for it. A whole is complete when its parts are, so the two would wait for each other',
    'tasks.json:5 warning: "T02.2" is a part of "T02" and waits for it. A whole is complete when its parts are, so the two would wait for each other',
  ]);
});

test('an edge in each direction between a whole and its part is one need of the whole, with a warning', () => {
  const imported = givenFile(
    'tasks.json',
    list(task(2, { blocks: ['3'], blockedBy: ['3'] }), part(3, 'T02.1', { blocks: ['2'], blockedBy: ['2'] })),
  );
  expect(needs(imported)).toEqual({ T02: ['T02.1'], 'T02.1': [] });
  expect(imported.diagnostics.map(({ code }) => code)).toEqual(['turned-edge']);
});

test('a part of a whole that is not there is planned by itself, with a warning', () => {
  const imported = givenFile('tasks.json', list(part(3, 'T02.1')));
  expect(planOf(imported).tasks.map(({ id }) => id)).toEqual(['T02.1']);
  expect(imported.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['unknown-parent', 'warning']]);
});

test('tasks that wait for each other in a circle are named with their places (U15)', () => {
  const board = list(
    task(1, { blockedBy: ['2'], blocks: ['3'] }),
    task(2, { blockedBy: ['3'], blocks: ['1'] }),
    task(3, { blockedBy: ['1'], blocks: ['2'] }),
  );
  const { plan, diagnostics } = givenFile('tasks.json', board);
  expect(plan).toBeNull();
  expect(told(diagnostics)).toEqual([
    'tasks.json:2 error: Tasks need each other in a circle: T01 → T02 → T03 → T01. None of them could ever start: ' +
      'T01 (tasks.json:2), T02 (tasks.json:3), T03 (tasks.json:4)',
  ]);
});

test.each([
  ['status', task(1, { status: 'deleted' }), '"deleted" is no status of a task'],
  ['complexity', task(1, {}, { complexity: 'huge' }), '"huge" is no complexity'],
  ['role', task(1, {}, { role: 'boss' }), '"boss" is no role'],
  ['type of a proof', task(1, {}, { proof_artifacts: [{ type: 'oath' }] }), '"oath" is no type of a proof'],
])('an unknown %s is an error at its line', (_, wrong, what) => {
  const { plan, diagnostics } = givenFile('tasks.json', list(task(2), wrong));
  expect(plan).toBeNull();
  expect(diagnostics.map((each) => [each.file, each.line, each.what])).toEqual([['tasks.json', 3, what]]);
});

test('what a task does not say is reported and not guessed', () => {
  const { draft } = givenFile('tasks.json', '[\n{"id":"7","blockedBy":[]}]');
  expect(draft?.tasks.map(({ name, state, values }) => [name, state, Object.keys(values)])).toEqual([
    ['7', 'open', []],
  ]);
  expect(draft?.missing.map(({ field }) => field)).toEqual([
    ...[
      'metadata.task_id',
      'status',
      'subject',
      'description',
      'scope',
      'requirements',
      'proof_artifacts',
      'complexity',
    ],
  ]);
});

test('tasks that mend what a review found may have plain texts for requirements and commands', () => {
  const mend = task(
    1,
    {},
    { requirements: 'Close the file', verification: { pre: 'npm run lint' }, proof_artifacts: [] },
  );
  const [read] = planOf(givenFile('tasks.json', list(mend))).tasks;
  expect(read).toMatchObject({ done: ['Close the file'], checks: ['npm run lint'], labels: [] });
});

test('a task that a manifest lists and the board lost is reported, and so is one that it does not list (U111)', () => {
  const [first, ...rest] = boardFolder();
  expect(told(given(rest).diagnostics.filter(({ code }) => code === 'lost-task'))).toEqual([
    expect.stringMatching(/^manifest\.json:\d+ warning: "T01" is in the manifest and not on the board\./),
  ]);
  const more = { path: '11.json', text: JSON.stringify(task(5, { id: '11' })) };
  const imported = given([...boardFolder(), more]);
  expect(first?.path).toBe('1.json');
  expect(told(imported.diagnostics.filter(({ code }) => code === 'not-in-manifest'))).toEqual([
    '11.json:1 warning: "T05" is not in the manifest. The manifest says that it is complete',
  ]);
});

test('two files with one stable name are an error, and a manifest with a name twice is a warning (U111)', () => {
  const files = [
    { path: '1.json', text: JSON.stringify(task(1)) },
    { path: '2.json', text: JSON.stringify(task(2, {}, { task_id: 'T01' })) },
  ];
  expect(given(files).diagnostics.map(({ code, file }) => [code, file])).toEqual([['twice', '2.json']]);
  const manifest = { path: 'manifest.json', text: '{"tasks":[{"task_id":"T01"},\n{"task_id":"T01"}]}' };
  const imported = given([...files.slice(0, 1), manifest]);
  expect(imported.diagnostics.map(({ code, line }) => [code, line])).toEqual([['twice-in-manifest', 2]]);
});

test('of a wiped board the manifest alone still gives the tasks and their needs', () => {
  const manifest = { list_id: 'pay', tasks: [task(1), { ...task(2), id: null, blockedBy: ['T01'] }] };
  const imported = givenFile('manifest.json', JSON.stringify(manifest));
  expect(planOf(imported).name).toBe('pay');
  expect(needs(imported)).toEqual({ T01: [], T02: ['T01'] });
});

test('a file of the board that holds another task than its name says is reported', () => {
  const imported = given([{ path: '3.json', text: JSON.stringify(task(4)) }]);
  expect(told(imported.diagnostics)).toEqual([
    '3.json:1 warning: The file 3.json holds the task 4. A file of the board is called by the id of its task',
  ]);
});

test.each([
  ['a file that is cut off', list(task(1)).slice(0, 120), 'json'],
  ['an empty file', '', 'json'],
  ['a number', '7', 'wrong-type'],
  ['an empty list', '[]', 'no-tasks'],
  ['a task without any id', '[{"subject":"x"}]', 'no-id'],
  ['metadata that is a text', list({ ...task(1), metadata: 'T01' }), 'wrong-type'],
  ['a name of a prototype', '[{"id":"1","__proto__":{"status":"completed"}}]', 'yaml'],
  ['an edge to nobody', list(task(1, { blocks: ['9'] })), 'unknown-need'],
  ['a need that is nobody', list(task(1, { blockedBy: ['9'] })), 'unknown-need'],
  ['a path out of the repository', list(task(1, {}, { scope: { files_to_create: ['../x'] } })), 'bad-value'],
  ['an escape in a subject', list(task(1, { subject: 'x\u001b[2J' })), 'bad-value'],
])('%s is a clear error and nothing else', (_, text, code) => {
  const { plan, diagnostics } = givenFile('tasks.json', text);
  expect(plan).toBeNull();
  expect(diagnostics.map((each) => each.code)).toEqual([code]);
});

test('HTML, links and the names that every object has are text like any other', () => {
  const imported = givenFile(
    'tasks.json',
    list(task(1, { subject: '<img src=x onerror=alert(1)> [a](javascript:b)' }, { task_id: 'constructor' })),
  );
  expect(planOf(imported).tasks.map(({ id, title }) => [id, title])).toEqual([
    ['constructor', '<img src=x onerror=alert(1)> [a](javascript:b)'],
  ]);
});

test('a manifest of another program makes no folder one of this system', () => {
  const { format } = given([{ path: 'manifest.json', text: '{"name":"shop","start_url":"/"}' }]);
  expect(format).toBeNull();
});
