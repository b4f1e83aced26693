import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { checkPlan } from '../../core/check.ts';
import { readPlan } from '../../plans/read.ts';
import { importPlan } from '../import-plan.ts';
import type { SourceFile } from '../source.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const around = { installed: ['claude'] };

function folder(name: string): readonly SourceFile[] {
  const root = join(FIXTURES, name);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => ({
    path: relative(root, path).split(sep).join('/'),
    text: readFileSync(path, 'utf8'),
  }));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const given = (files: readonly SourceFile[]) => importPlan({ path: 'shop', isFolder: true, files }, { around });
const givenFile = (path: string, text: string) =>
  importPlan({ path, isFolder: false, files: [{ path, text }] }, { around, from: 'pool' });
const told = (diagnostics: ReturnType<typeof given>['diagnostics']) =>
  diagnostics.map(({ file, line, severity, what, why }) => `${file}:${line} ${severity}: ${what}. ${why}`);

const TASK = {
  ...{ id: 'task-1', name: 'User model', description: 'Keep users.', files: ['src/user.ts'], dependencies: [] },
  ...{ verification_command: 'npm test -- user', expected_output: '0 failed', complexity: 'S', status: 'pending' },
};
const tasksJson = (tasks: readonly object[], groups?: readonly object[]) =>
  JSON.stringify({ tasks, ...(groups && { execution_strategy: { mode: 'mixed', groups } }) }, null, 1);

test('a folder of tasks, settings, records and slots becomes a plan of what is not done yet (U4)', () => {
  const { format, plan, draft, diagnostics } = given(folder('shop'));
  expect(format).toBe('pool');
  expect(draft?.tasks.map(({ name, state }) => [name, state])).toEqual([
    ['task-1', 'done'],
    ['task-4', 'dropped'],
    ['task-2', 'open'],
    ['task-3', 'open'],
    ['task-5', 'open'],
  ]);
  const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
  expect(read?.name).toBe('wish-list');
  expect(read?.checks).toEqual(['npm test', 'npm run lint']);
  expect(read?.continue).toBe('per-group');
  expect(
    read?.tasks.map(({ id, group, needs, resources, scope }) => ({ id, group, needs, resources, may: scope?.may })),
  ).toEqual([
    { id: 'task-2', group: 'Group 2', needs: [], resources: ['group 2'], may: ['src/wishes/list.ts'] },
    { id: 'task-3', group: 'Group 2', needs: [], resources: ['group 2'], may: ['ui/button/**'] },
    { id: 'task-5', group: 'Group 3', needs: ['task-2'], resources: [], may: ['src/wishes/mail.ts'] },
  ]);
  expect(told(diagnostics)).toEqual([
    '.claude/auto-execution/progress.md:3 warning: It says that 0 of 5 tasks are done. By the records 1 of 5 are',
    '.claude/auto-execution/state.yaml:6 warning: The file speaks of 4 tasks. There are 5',
    '.claude/pool-state.json:16 warning: wt-2 is busy with "task-3". Its own agents may still be at work on auto/task-3',
  ]);
});

test('thresholds, switch, cap, retries, clean-up and branch prefix of auto-context.yaml become settings (U23)', () => {
  const { draft, plan } = given(folder('shop'));
  expect(draft?.values.parallel?.value).toEqual({ enabled: true, 'min-tasks': 3, force: true });
  const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
  expect(read?.parallel).toEqual({ enabled: true, minTasks: 3, force: true });
  expect(read?.agents.max).toBe(5);
  // Three more after the first.
  expect(draft?.values.attempts?.value).toEqual({ max: 4 });
  expect(draft?.values.cleanup?.value).toEqual({ auto: true });
  expect(draft?.values.branch?.value).toBe('auto/{task}');
  expect(draft?.left.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'parallelization.min_complexity: small',
      'parallelization.worktree_base: /tmp/auto-worktrees',
    ]),
  );
});

test('skip_parallel runs one task at a time, and together with force_parallel it is a contradiction', () => {
  const context = (overrides: string) => [
    { path: 'auto-context.yaml', text: `overrides:\n${overrides}` },
    { path: 'tasks.json', text: tasksJson([TASK]) },
  ];
  expect(given(context('  skip_parallel: true\n')).draft?.values.parallel?.value).toEqual({ enabled: false });
  expect(told(given(context('  skip_parallel: true\n  force_parallel: true\n')).diagnostics)).toEqual([
    'auto-context.yaml:3 error: skip_parallel and force_parallel are both true. One asks for one task at a time, and the other for several',
  ]);
});

test('two tasks in groups before that of a task that they need are found, each at its place (U4)', () => {
  const { diagnostics, plan } = given(folder('faulty'));
  expect(told(diagnostics)).toEqual([
    'tasks.json:43 warning: "task-2.1" is in Group 2 and needs "task-3.1". That one is in Group 4, which comes later (tasks.json:78)',
    'tasks.json:54 warning: "task-2.2" is in Group 3 and needs "task-3.1". That one is in Group 4, which comes later (tasks.json:78)',
  ]);
  expect(plan).not.toBeNull();
});

const FACTS = { paths: [], ignoreCase: false, missingBriefs: [], existingBranches: [], environment: [] };

function overlaps(files: readonly SourceFile[]): readonly string[] {
  const plan = readPlan(given(files).plan ?? '', 'plan.yaml', around).plan;
  if (plan === null) throw new Error('no plan was read');
  return checkPlan(plan, FACTS)
    .diagnostics.filter(({ code }) => code === 'scope-overlap')
    .map(({ what }) => what);
}

test('a folder and a file in it overlap, which no comparison of two texts can see (U16)', () => {
  expect(overlaps(folder('faulty'))).toEqual(['task-1.1 and task-1.2 may both write src/a/b.ts']);
});

test('two endpoints of one group that both go into the file of routes overlap (U16)', () => {
  const one = { ...TASK, id: 'task-2', name: 'GET /users', files: ['src/users.ts', 'src/routes.ts'] };
  const other = { ...TASK, id: 'task-3', name: 'GET /orders', files: ['src/orders.ts', 'src/routes.ts'] };
  const text = tasksJson([one, other], [{ group: 1, tasks: ['task-2', 'task-3'], parallel: true }]);
  expect(overlaps([{ path: 'tasks.json', text }])).toEqual(['task-2 and task-3 may both write src/routes.ts']);
});

test('a task that needs one of its own group is found, unless the group is not parallel (U4)', () => {
  const tasks = [TASK, { ...TASK, id: 'task-2', files: ['b.ts'], dependencies: ['task-1'] }];
  const group = (parallel: boolean) => tasksJson(tasks, [{ group: 1, tasks: ['task-1', 'task-2'], parallel }]);
  expect(givenFile('tasks.json', group(true)).diagnostics.map(({ code }) => code)).toEqual(['group-order']);
  expect(givenFile('tasks.json', group(false)).diagnostics).toEqual([]);
});

test.each([
  ['tasks.json', tasksJson([{ ...TASK, status: 'almost' }]), 14, '"almost" is no status of a task'],
  ['tasks.json', tasksJson([{ ...TASK, complexity: 'XL' }]), 13, '"XL" is no complexity'],
  [
    'tasks.json',
    JSON.stringify({ tasks: [TASK], execution_strategy: { mode: 'wild' } }),
    1,
    '"wild" is no mode of execution',
  ],
  [
    'auto-context.yaml',
    'parallelization:\n  max_agents: 5\n  max_agnets: 3\n',
    3,
    '"max_agnets" is no key of this file',
  ],
  ['auto-context.yaml', 'paralelization: {}\n', 1, '"paralelization" is no key of this file'],
  ['auto-context.yaml', 'parallelization:\n  enabled: maybe\n', 2, '"enabled" cannot be read'],
  ['auto-progress.yaml', 'tasks:\n  task-1:\n    status: finished\n', 3, '"finished" is no status of a task'],
  ['pool-state.json', '{"worktrees":[\n{"id":"wt-1","status":"resting"}]}', 2, '"resting" is no status of a worktree'],
  ['parallel-group-1-post.yaml', 'group_number: 1\nstatus: great\n', 2, '"great" is no status of a group'],
  ['state.yaml', 'status: soon\n', 1, '"soon" is no status of a run'],
])('a word that %s does not have is an error at its line: %#', (path, text, line, what) => {
  const tasks = { path: 'tasks.json', text: tasksJson([TASK]) };
  const files = path === 'tasks.json' ? [{ path, text }] : [{ path, text }, tasks];
  const { plan, diagnostics } = given(files);
  expect(plan).toBeNull();
  expect(diagnostics.map((each) => [each.file, each.line, each.severity, each.what])).toEqual([
    [path, line, 'error', what],
  ]);
});

test('what a task does not say is reported and not guessed', () => {
  const { draft, plan } = givenFile('tasks.json', '{"tasks":[\n{"id":"task-1","verification_command":"true"}]}');
  expect(draft?.missing.map(({ task, field, at }) => `${task} ${field} ${at.line}`)).toEqual([
    ...['task-1 status 2', 'task-1 name 2', 'task-1 description 2', 'task-1 dependencies 2', 'task-1 files 2'],
    'task-1 complexity 2',
  ]);
  expect(Object.keys(draft?.tasks[0]?.values ?? {})).toEqual(['checks']);
  expect(plan).toContain('# Not said of task-1: files, from tasks.json:2');
});

test('tasks that need each other in a circle are named with their places (U15)', () => {
  const tasks = [
    { ...TASK, dependencies: ['task-3'] },
    { ...TASK, id: 'task-2', dependencies: ['task-1'] },
    { ...TASK, id: 'task-3', dependencies: ['task-2'] },
  ];
  const { plan, diagnostics } = givenFile('tasks.json', tasksJson(tasks));
  expect(plan).toBeNull();
  expect(told(diagnostics)).toEqual([
    'tasks.json:10 error: Tasks need each other in a circle: task-1 → task-3 → task-2 → task-1. None of them could ever start: ' +
      'task-1 (tasks.json:10), task-3 (tasks.json:40), task-2 (tasks.json:25)',
  ]);
});

test('two tasks of one id, a need that nobody is, and a group of nobody are errors', () => {
  const tasks = [TASK, { ...TASK, dependencies: ['task-9'] }];
  const text = tasksJson(tasks, [{ group: 1, tasks: ['task-1', 'task-8'] }]);
  expect(givenFile('tasks.json', text).diagnostics.map(({ code }) => code)).toEqual(['unknown-in-group']);
  expect(
    givenFile('tasks.json', tasksJson(tasks))
      .diagnostics.map(({ code }) => code)
      .sort(),
  ).toEqual(['twice', 'unknown-need']);
});

test('a task without an id is an error, and so is a second list of tasks', () => {
  expect(told(givenFile('tasks.json', '{"tasks":[\n{"name":"x"}]}').diagnostics)).toEqual([
    'tasks.json:2 error: A task has no id. Others could not name it, and no record of it could be found',
  ]);
  const text = tasksJson([TASK]);
  const both = given([
    { path: 'a/tasks.json', text },
    { path: 'b/tasks.json', text },
  ]);
  expect(told(both.diagnostics)).toEqual([
    'b/tasks.json:1 error: There are several lists of tasks. The other one is a/tasks.json',
  ]);
});

test.each([
  ['cut off', tasksJson([TASK]).slice(0, 90), 'json'],
  ['an empty file', '', 'json'],
  ['a list', '[]', 'wrong-type'],
  ['no tasks', '{"tasks":[]}', 'no-tasks'],
  ['tasks that are a text', '{"tasks":"all"}', 'wrong-type'],
  ['a name of a prototype', '{"tasks":[{"id":"a","__proto__":{"status":"done"}}]}', 'yaml'],
  ['a key twice', '{"tasks":[{"id":"a","id":"b"}]}', 'yaml'],
  ['a path out of the repository', tasksJson([{ ...TASK, files: ['../../etc/passwd'] }]), 'bad-value'],
  ['an escape in a name', tasksJson([{ ...TASK, name: 'x\u001b[2J' }]), 'bad-value'],
])('%s is a clear error and nothing else', (_, text, code) => {
  const { plan, diagnostics } = givenFile('tasks.json', text);
  expect(plan).toBeNull();
  expect(diagnostics.map((each) => each.code)).toEqual([code]);
});

test('an id that is the name of something every object has is a name like any other', () => {
  const { plan } = givenFile(
    'tasks.json',
    tasksJson([
      { ...TASK, id: 'constructor' },
      { ...TASK, id: 'toString', files: ['t.ts'] },
    ]),
  );
  expect(readPlan(plan ?? '', 'plan.yaml', around).plan?.tasks.map(({ id }) => id)).toEqual([
    'constructor',
    'toString',
  ]);
});

test('an alias bomb in a progress file is an error', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefg'.split('').map((key, at) => `${key}: &${key} [${`*${'abcdef'[at]},`.repeat(9)}]`),
  ];
  const { plan, diagnostics } = given([{ path: 'auto-progress.yaml', text: bomb.join('\n') }]);
  expect(plan).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toEqual(['yaml']);
});

test('a progress file alone gives the names of tasks, and says what is missing', () => {
  const text = 'tasks:\n  task-1:\n    status: done\n  task-2:\n    status: failed\n    last_error: tests are red\n';
  const { draft, plan } = given([{ path: 'auto-progress.yaml', text }]);
  expect(draft?.tasks.map(({ name, state, at }) => [name, state, at.line])).toEqual([
    ['task-1', 'done', 3],
    ['task-2', 'open', 5],
  ]);
  expect(draft?.missing.filter(({ task }) => task === 'task-2').map(({ field }) => field)).toEqual([
    ...['description', 'files', 'dependencies'],
  ]);
  expect(plan).toContain('last_error of "task-2": tests are red');
});

test('a task that one record has done and another has rolled back is open, and both places are named', () => {
  const { draft, diagnostics } = given([
    { path: 'auto-progress.yaml', text: 'tasks:\n  task-1:\n    status: done\n' },
    { path: 'tasks.json', text: tasksJson([{ ...TASK, status: 'rolled_back' }]) },
  ]);
  expect(draft?.tasks.map(({ state }) => state)).toEqual(['open']);
  expect(told(diagnostics)).toEqual([
    'tasks.json:14 warning: task-1 is "rolled_back" here. It is "done" at auto-progress.yaml:3',
  ]);
});

test('tasks of a checkpoint are done, but not where its verification failed (U107)', () => {
  const checkpoint = (passed: boolean) => [
    {
      path: 'parallel-group-1-summary.md',
      text: `# group 1\nstatus: complete\ntasks_completed:\n  - task-1: "Made it"\nverification_passed: ${passed}\n`,
    },
    { path: 'tasks.json', text: tasksJson([TASK, { ...TASK, id: 'task-2', files: ['b.ts'] }]) },
  ];
  const states = (passed: boolean) => given(checkpoint(passed)).draft?.tasks.map(({ state }) => state);
  expect(states(true)).toEqual(['done', 'open']);
  expect(states(false)).toEqual(['open', 'open']);
});

test('work that QA approved and nobody merged is not done, and its branch is named', () => {
  const { draft } = given([
    { path: 'auto-progress.yaml', text: 'tasks:\n  task-1:\n    status: qa_approved\n    branch: auto/task-1\n' },
    { path: 'tasks.json', text: tasksJson([TASK]) },
  ]);
  expect(draft?.tasks.map(({ state }) => state)).toEqual(['open']);
  expect(draft?.left.map(({ what }) => what)).toEqual([
    'work on "task-1" in the branch auto/task-1, which its QA approved and nobody merged',
  ]);
});
