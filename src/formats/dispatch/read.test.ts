import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importPlan } from '../import-plan.ts';

const around = { installed: ['claude'] };
const request = (text: string) =>
  importPlan({ path: 'ask.txt', isFolder: false, files: [{ path: 'ask.txt', text }] }, { around });
const folder = (files: Readonly<Record<string, string>>) =>
  importPlan(
    {
      path: '.dispatch',
      isFolder: true,
      files: Object.entries(files).map(([path, text]) => ({ path: `.dispatch/${path}`, text })),
    },
    { around },
  );
const said = ({ diagnostics }: ReturnType<typeof importPlan>) =>
  diagnostics.map(({ severity, file, line, what }) => `${severity} ${file}:${line} ${what}`);
const first = ({ draft }: ReturnType<typeof importPlan>) => draft?.tasks[0]?.values;

test('each item of a request has a model of its own, and what stands in front of them is told to all (U3)', () => {
  const imported = request(readFileSync(join(import.meta.dirname, 'fixtures', 'request.txt'), 'utf8'));
  expect(said(imported)).toEqual([]);
  const tasks = imported.draft?.tasks ?? [];
  expect(tasks.map(({ at, values }) => [at.line, values.model?.value ?? values.agent?.value])).toEqual([
    [3, 'opus'],
    [6, 'sonnet'],
    [9, 'sonnet'],
    [11, 'gemini'],
  ]);
  expect(tasks.map(({ values }) => values.brief?.value)).toEqual([
    {
      text: 'the shop opens on Friday, and we want it looked over:\n\nlook for holes in the login (tokens, sessions) and in the\npayment pages.',
    },
    {
      text: 'the shop opens on Friday, and we want it looked over:\n\nspeed - load the five slowest endpoints and find missing\nindexes.',
    },
    {
      text: 'the shop opens on Friday, and we want it looked over:\n\npages - contrast, keyboard, size of the bundle.',
    },
    {
      text: 'the shop opens on Friday, and we want it looked over:\n\nwrite the OpenAPI file of every endpoint that has none.',
    },
  ]);
});

test('a request that announces three things and lists two is asked about', () => {
  expect(
    said(request('/dispatch three things:\n1. use opus to review the login\n2. use haiku to sort the imports')),
  ).toEqual(['warning ask.txt:1 It speaks of 3, and there are 2: is the list complete?']);
});

test('an item that uses what another makes waits for it, where the other can be told', () => {
  const imported = request(
    '/dispatch two tasks:\n1. refactor the database schema\n2. update all queries to use the new schema',
  );
  expect(imported.draft?.tasks.map(({ name, values }) => [name, values.needs?.value])).toEqual([
    ['refactor-database-schema', undefined],
    ['update-queries-use-new', ['refactor-database-schema']],
  ]);
});

test('a title with numbers below it is one task with steps', () => {
  const imported = request('/dispatch database migration:\n1. change the schema\n2. change the queries\n3. try it');
  expect(imported.draft?.tasks).toHaveLength(1);
  expect(first(imported)?.steps?.value).toEqual(['change the schema', 'change the queries', 'try it']);
});

test('two items with one short name get two, and nothing of the first is overwritten', () => {
  const imported = request('/dispatch\n1. fix the login page for admins\n2. fix the login page for guests');
  expect(imported.draft?.tasks.map(({ name }) => name)).toEqual(['fix-login-page-admins', 'fix-login-page-guests']);
  const same = request('/dispatch\n1. fix the login\n2. fix the login');
  expect(same.draft?.tasks.map(({ name }) => name)).toEqual(['fix-login', 'fix-login-2']);
  expect(said(same)).toEqual(['warning ask.txt:3 "fix-login-2": It says the same as line 2: is it one task, or two?']);
});

test('a request without a list is an error, and nothing is made of it', () => {
  expect(said(request('/dispatch make it faster'))).toEqual(['error ask.txt:1 There is no list of tasks in it']);
});

const AUDIT = `# Audit log for the API
- [x] Map current routes — 14 found
- [?] Decide retention period
  > **Blocker:** 30 or 90 days?
- [ ] Write summary to .dispatch/tasks/audit-api/output.md
> **Note from dispatcher:** EU customers only.
`;

test('a folder goes on where it stopped: what is ticked is told and is no step again (U70)', () => {
  const imported = folder({ 'tasks/audit-api/plan.md': AUDIT });
  expect(imported.draft?.tasks.map(({ name, state }) => [name, state])).toEqual([['audit-api', 'open']]);
  expect(first(imported)?.steps).toEqual({
    value: ['Decide retention period', 'Write summary to .dispatch/tasks/audit-api/output.md'],
    from: { file: '.dispatch/tasks/audit-api/plan.md', line: 3 },
  });
  const text = JSON.stringify(first(imported)?.brief?.value);
  expect(text).toContain('not to be done again:\\n- Map current routes — 14 found');
  expect(text).toContain('- Decide retention period: 30 or 90 days?');
  expect(text).toContain('- EU customers only.');
  expect(said(imported)).toEqual([
    'warning .dispatch/tasks/audit-api/plan.md:3 "audit-api" is held up at: Decide retention period',
  ]);
});

test('of two questions only the one without an answer comes up again, and a half-written one never (U67)', () => {
  const imported = folder({
    'tasks/a/plan.md': '# A\n- [ ] one\n',
    'tasks/a/ipc/001.question': 'Info too?\n',
    'tasks/a/ipc/001.answer': 'Yes.\n',
    'tasks/a/ipc/001.done': '',
    'tasks/a/ipc/002.question': 'All 15?\n',
    'tasks/a/ipc/003.question.tmp': 'Hal',
  });
  expect(said(imported)).toEqual(['warning .dispatch/tasks/a/ipc/002.question:1 "a" asks: All 15?']);
  expect(first(imported)?.brief?.value).toEqual({
    text: 'A\n\nAsked before, and answered:\n- Info too? — Yes.',
  });
});

test('a worker that says it is done with an open item is reported, and its task goes on', () => {
  const imported = folder({ 'tasks/a/plan.md': '# A\n- [x] one\n- [ ] two\n', 'tasks/a/ipc/.done': '' });
  expect(said(imported)).toEqual(['warning .dispatch/tasks/a/ipc/.done:1 "a" says that it is done, and is not']);
  expect(first(imported)?.steps?.value).toEqual(['two']);
});

test('a task with every item ticked is over; without a word from its worker that is said', () => {
  const files = { 'tasks/a/plan.md': '# A\n- [x] one\n', 'tasks/b/plan.md': '# B\n- [ ] one\n' };
  const states = (imported: ReturnType<typeof importPlan>) => imported.draft?.tasks.map(({ state }) => state);
  const silent = folder(files);
  expect([states(silent), said(silent)]).toEqual([
    ['done', 'open'],
    ['warning .dispatch/tasks/a/plan.md:1 Every item of "a" is ticked'],
  ]);
  const told = folder({ ...files, 'tasks/a/ipc/.done': '' });
  expect([states(told), said(told)]).toEqual([['done', 'open'], []]);
});

test('a marker that this system does not have is an error with its line', () => {
  const imported = folder({ 'tasks/a/plan.md': '# A\n- [ ] one\n- [~] two\n- [docs](x.md) are no item\n' });
  expect([imported.plan, said(imported)]).toEqual([
    null,
    ['error .dispatch/tasks/a/plan.md:3 "[~]" is no marker of an item'],
  ]);
});

test('what a task folder lacks is reported and never made up', () => {
  const imported = folder({
    'tasks/a/plan.md': 'Only words.\n',
    'tasks/b/ipc/001.question': 'Where is my plan?\n',
    'tasks/a/output.md': 'Done this.\n',
    'tasks/a/ipc/notes': 'x',
  });
  expect(imported.draft?.missing.map(({ task, field }) => [task, field])).toEqual([
    ['a', 'title (# …)'],
    ['a', 'items (- [ ] …)'],
    ['b', 'plan.md'],
  ]);
  expect(imported.draft?.left.map(({ what }) => what)).toEqual(['output.md of "a"', 'notes of "a"']);
});

test('a plan.md by itself is the task of its folder, and two tasks of one name are an error', () => {
  const path = '.dispatch/tasks/audit-api/plan.md';
  const alone = importPlan({ path, isFolder: false, files: [{ path, text: AUDIT }] }, { around });
  expect([alone.format, alone.draft?.tasks.map(({ name }) => name)]).toEqual(['dispatch', ['audit-api']]);
  const twice = folder({ 'tasks/a/plan.md': '- [ ] x', 'old/tasks/a/plan.md': '- [ ] y' });
  expect(said(twice)).toEqual(['error .dispatch/old/tasks/a/plan.md:1 There are two tasks "a"']);
});

test('the configuration in the folder says who works', () => {
  const imported = folder({
    'tasks/a/plan.md': '# A\n- [ ] one\n',
    'config.yaml':
      'default: fast\nbackends: { claude: { command: claude -p } }\nmodels: { fast: { backend: claude } }\n',
  });
  expect(imported.draft?.values.agents?.value).toEqual({
    default: 'fast',
    aliases: { fast: { agent: 'claude', model: 'fast' } },
  });
});

test('HTML, links and steps out of the folder stay text', () => {
  const imported = folder({ 'tasks/../plan.md': '# <script>alert(1)</script>\n- [ ] `rm -rf /` [x](javascript:1)\n' });
  expect(imported.draft?.tasks[0]?.name).toBe('..');
  expect(imported.plan).toContain('task:');
  expect(imported.plan).toContain('title: "..: <script>alert(1)</script>"');
});
