import { describe, expect, test } from 'vitest';
import { bareUse } from '../../test/rig/bare.ts';
import { formatDiagnostic, placeDiagnostics } from './place.ts';
import { readPlan } from './read.ts';

const AGENT = 'agents: { use: { mine: { command: [my-agent] } } }\n';
const planOf = (text: string, file = 'plan.yaml') => {
  const { plan, diagnostics } = readPlan(text, file);
  if (!plan) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return plan;
};
const complaints = (text: string): readonly string[] => readPlan(text, 'plan.yaml').diagnostics.map(formatDiagnostic);
const unsupported = (text: string): readonly string[] => readPlan(text, 'plan.yaml').unsupported.map(formatDiagnostic);

describe('a plan that can be read', () => {
  test('has every default of the reference filled in', () => {
    const plan = planOf(`${AGENT}tasks: { a: }`, 'docs/My plan.yaml');
    expect(plan).toMatchObject({
      name: 'My-plan',
      base: null,
      target: null,
      undeclared: 'allow',
      outOfScope: 'reject',
      overlap: 'stop',
      approval: 'none',
      continue: 'auto',
      branch: 'branchline/{run}/{task}',
      parallel: { enabled: true, minTasks: 2, force: false },
      batches: { strict: false, size: null },
      attempts: { max: 3, conflict: 2, backoff_ms: 10_000 },
      timeout: { firstEvent_ms: 300_000, silence_ms: 900_000, afterResult_ms: 60_000, wall_ms: 7_200_000 },
      land: { as: 'merge', message: null },
      cleanup: { auto: true, failed: false },
      notify: { command: null, webhook: null },
      agents: { default: 'mine', max: 3, maxReadonly: 5 },
    });
    expect(plan.tasks).toEqual([
      expect.objectContaining({
        id: 'a',
        title: 'a',
        brief: null,
        scope: null,
        kind: 'code',
        priority: 0,
        estimate_min: null,
      }),
    ]);
  });

  test('keeps its tasks in the order of the file, whatever their names', () => {
    expect(planOf(`${AGENT}tasks: { b: , 10: , 9: , a: }`).tasks.map(({ id }) => id)).toEqual(['b', '10', '9', 'a']);
  });

  test('may have one entry where a list is meant', () => {
    const [task] = planOf(
      `${AGENT}tasks: { a: { scope: src/**, steps: One, checks: npm test, issue: '#1', issues: ['#1', '#2'] } }`,
    ).tasks;
    expect(task).toMatchObject({
      scope: { may: ['src/**'], mayNot: [] },
      steps: ['One'],
      checks: ['npm test'],
      issues: ['#1', '#2'],
    });
  });

  test('tells commands that meet a shell from those that do not', () => {
    const plan = planOf(
      `agents: { use: { a: { command: run it }, b: { command: [run, it] } }, default: a }\nchecks: [npm test, [node, x.js]]\ntasks: { a: }`,
    );
    expect(plan.checks).toEqual(['npm test', ['node', 'x.js']]);
    expect([plan.agents.use['a']?.command, plan.agents.use['b']?.command]).toEqual([
      ['sh', '-c', 'run it'],
      ['run', 'it'],
    ]);
  });

  test.each([
    ['docs/brief.md', { file: 'docs/brief.md' }],
    ['./docs/brief.md', { file: 'docs/brief.md' }],
    ['README.md', { file: 'README.md' }],
    ['Update README.md', { text: 'Update README.md' }],
    ['{ file: docs/my brief.md }', { file: 'docs/my brief.md' }],
    ['{ text: README.md }', { text: 'README.md' }],
    ['Tidy', { text: 'Tidy' }],
  ])('takes the brief %s for what it is', (brief, expected) => {
    expect(planOf(`${AGENT}tasks: { a: { brief: ${brief} } }`).tasks[0]?.brief).toEqual(expected);
  });

  test.each([
    ['timeout: 90s', { timeout: { wall_ms: 90_000 } }],
    ['timeout: { silence: off, wall: 1.5h }', { timeout: { silence_ms: null, wall_ms: 5_400_000 } }],
    ['estimate: 20', { estimate_min: 20 }],
    ['estimate: 2h', { estimate_min: 120 }],
    ['attempts: 1', { attempts: { max: 1 } }],
    ['attempts: { backoff: 500ms }', { attempts: { backoff_ms: 500 } }],
    ['no-change: It may be fine', { noChange: { allowed: true, reason: 'It may be fine' } }],
    ['no-change: false', { noChange: { allowed: false, reason: null } }],
    ['kind: research, no-change: Told in its report', { kind: 'research', artifacts: [] }],
  ])('reads %s', (field, expected) => {
    expect(planOf(`${AGENT}tasks: { a: { ${field} } }`).tasks[0]).toMatchObject(expected);
  });

  test.each([
    ['2030-01-31T18:00:00Z', Date.UTC(2030, 0, 31, 18)],
    ['2030-01-31T19:30+01:30', Date.UTC(2030, 0, 31, 18)],
    ["'2030-01-31T18:00:00Z'", Date.UTC(2030, 0, 31, 18)],
  ])('reads the deadline %s as one instant', (written, instant) => {
    expect(planOf(`${AGENT}deadline: ${written}\ntasks: { a: }`).deadline).toBe(instant);
  });

  test('reads the attempts of the whole run beside those of a task', () => {
    const plan = planOf(`${AGENT}attempts: { max: 2, all: 50 }\ntasks: { a: }`);
    expect([plan.attempts.max, plan.attemptsInAll]).toEqual([2, 50]);
    expect(planOf(`${AGENT}tasks: { a: }`)).toMatchObject({ attemptsInAll: null, deadline: null });
  });

  test('lets flags win over the plan, and the plan over configuration files', () => {
    const use = (program: string) => ({
      driver: 'command' as const,
      command: [program],
      env: {},
      account: null,
      accountMax: null,
      briefOnStdin: false,
      timeout: {},
      ...bareUse,
    });
    const around = {
      over: { max: 8 },
      under: { agent: 'far', max: 1, maxReadonly: null, use: { far: use('far'), mine: use('other') } },
    };
    const { plan } = readPlan(
      'agents: { max: 4, use: { mine: { command: [my-agent] } } }\ntasks: { a: }',
      'p.yaml',
      around,
    );
    expect(plan?.agents).toMatchObject({ default: 'far', max: 8, maxReadonly: null });
    expect([plan?.agents.use['mine']?.command, plan?.agents.use['far']?.command]).toEqual([['my-agent'], ['far']]);
  });

  test('may use anchors in moderation', () => {
    expect(planOf(`${AGENT}tasks: { a: { checks: &all [npm test] }, b: { checks: *all } }`).tasks[1]?.checks).toEqual([
      'npm test',
    ]);
  });
});

describe('mistakes', () => {
  test('are all reported at once, in the order of the file', () => {
    expect(complaints('plan: a..b\nbrnch: x\ntasks:\n  ok:\n    titel: x\n    estimate: soon\n  -no: {}\n')).toEqual([
      'plan.yaml:1:7: "plan" cannot be "a..b". It has two dots in a row or ends in a dot, which git refuses in a branch name. Write for example: plan: audit-logging.',
      'plan.yaml:2:1: Unknown field "brnch" in the plan. There is no such field. Did you mean "branch"?',
      'plan.yaml:5:5: Unknown field "titel" in task "ok". There is no such field. Did you mean "title"?',
      'plan.yaml:6:15: "estimate" of task "ok" cannot be "soon". It is not a duration; write a number and a unit: ms, s, m, h or d. Write for example: estimate: 20.',
      expect.stringMatching(
        /^plan\.yaml:7:3: "-no" cannot be a name in "tasks"\. It must start with a letter or a digit\./,
      ),
    ]);
  });

  const task = (fields: string): string => `${AGENT}tasks:\n  a: { ${fields} }\n  b: {}\n`;
  test.each([
    ['an empty file', '', '1:1: The plan is empty.'],
    ['a list', '- a', '1:1: The plan is a list.'],
    ['a word', 'hello', '1:1: The plan is a single value.'],
    ['no tasks', 'plan: x', '1:1: The plan has no tasks.'],
    ['an empty map of tasks', 'plan: x\ntasks: {}', '2:1: The plan has no tasks.'],
    [
      'tasks as a list',
      'plan: x\ntasks: [{ id: a }]',
      '2:1: The tasks are a list. They take a map, in which every task has its name.',
    ],
    ['a name twice', `${AGENT}tasks:\n  a: {}\n  a: {}`, '4:3: The YAML cannot be read. This name is there already.'],
    ['broken YAML', 'tasks:\n\ta: 1', '2:1: The YAML cannot be read. Tabs cannot indent YAML.'],
    ['a tag', 'plan: !!js/function x\ntasks: {a: }', '1:7: The YAML cannot be read. Tags have no meaning in a plan.'],
    ['two documents', 'plan: x\n---\nplan: y', '2:1: The YAML cannot be read. The file holds several documents.'],
    [
      'a merge key',
      `${AGENT}tasks: { a: { <<: x } }`,
      '2:15: The YAML cannot be read. "<<" has no meaning in YAML 1.2.',
    ],
    ['__proto__', `${AGENT}tasks: { __proto__: {} }`, '2:10: The YAML cannot be read. "__proto__" cannot be a name.'],
    ['deep nesting', '['.repeat(50_000), 'It is nested too deeply.'],
    ['a need that is nowhere', task('needs: [c1, bb]'), '3:16: Task "a" needs "c1". There is no task of that name.'],
    ['a mistyped need', `${AGENT}tasks: { api: , b: { needs: apii } }`, 'Did you mean "api"?'],
    ['a need of itself', task('needs: a'), '3:15: Task "a" needs itself.'],
    [
      'an agent that is nowhere',
      task('agent: mime'),
      '3:15: There is no agent "mime". There are: mine; known without a word are: claude, codex, gemini, opencode, copilot, qwen. Did you mean "mine"?',
    ],
    ['no agent at all', 'tasks: { a: }', '1:10: No agent works on task "a".'],
    [
      'an agent without a command',
      'agents: { use: { x: {} } }\ntasks: { a: }',
      '1:21: Nothing says how the agent "x" is started.',
    ],
    [
      'a cap without an account',
      'agents: { use: { x: { command: x, account-max: 2 } } }\ntasks: { a: }',
      '"account-max" has nothing to count.',
    ],
    [
      'a brief outside',
      task('brief: ../secret.md'),
      '3:15: The brief of task "a" cannot be "../secret.md". It leaves the repository.',
    ],
    ['an absolute brief', task('brief: /etc/passwd'), 'It must be relative to the root of the repository.'],
    ['a brief in .git', task('brief: .GIT/config'), 'It points into ".git".'],
    ['a brief that is two things', task('brief: { file: a.md, text: b }'), 'has both a file and a text.'],
    ['a brief of 65 KiB', task(`brief: ${'é '.repeat(22_200)}`), 'It is larger than 64 KiB.'],
    [
      'a scope outside',
      task('scope: [ok/**, ../x]'),
      '3:23: "scope.1" of task "a" cannot be "../x". It leaves the repository.',
    ],
    ['a negated pattern', task('scope: { may: ["!x"] }'), 'what is left out goes into "may-not".'],
    ['a long title', task(`title: ${'x'.repeat(201)}`), 'It has 201 characters, at most 200 are allowed.'],
    ['ANSI in a title', task('title: "a\\e[31mb"'), 'cannot be "a\\u{1b}[31mb". It holds an escape character (ANSI)'],
    ['a NUL in a brief', task('brief: "a b\\0"'), 'It holds the control character \\u{0}'],
    ['text that is turned round', task('title: "a\\u202Eb"'), 'It holds the invisible character \\u{202e}'],
    ['no change without a reason', task('no-change: { allowed: true }'), 'nothing says why.'],
    ['research with a scope', task('kind: research, scope: x'), 'Task "a" is research and has a scope.'],
    ['research without artifacts', task('kind: research'), 'Task "a" is research and has no artifacts.'],
    [
      'a variable that is none',
      task('env: { A-B: x }'),
      '3:15: "A-B" cannot be a name in "env" of task "a". It is not the name of an environment variable.',
    ],
    ['a number as a duration', task('timeout: 5'), 'It takes a map of clocks, or one duration for the whole attempt.'],
    ['a field of another tool', task('depends_on: [b]'), 'Did you mean "needs"?'],
    ['a plan field in a task', task('overlap: stop'), 'It is a field of the plan, not of this place.'],
    [
      'an option as a branch',
      `${AGENT}base: --upload-pack=x\ntasks: {a: }`,
      '2:7: "base" cannot be "--upload-pack=x". It starts with "-"',
    ],
    ['a shell in a branch', `${AGENT}target: "x$(id)"\ntasks: {a: }`, 'It holds "$"'],
    ['one branch for all', `${AGENT}branch: work\ntasks: {a: }`, 'It must contain {task}'],
    ['an unknown placeholder', `${AGENT}branch: "{task}/{who}"\ntasks: {a: }`, 'It has the placeholder {who}'],
    ['a webhook that is a file', `${AGENT}notify: { webhook: "file:///etc" }\ntasks: {a: }`, 'It is no web address.'],
  ])('%s is refused with its place, the reason and a way out', (_, text, expected) => {
    const { plan, diagnostics } = readPlan(text, 'plan.yaml');
    expect(plan).toBeNull();
    expect(diagnostics.map(formatDiagnostic).join('\n')).toContain(expected);
  });

  test('a file of ten megabytes is refused before it is parsed', () => {
    expect(complaints(`plan: x # ${'x'.repeat(10_000_000)}`)[0]).toMatch(
      /^plan\.yaml:1:1: The file has 10000010 bytes\. A plan has at most 8 MiB\./,
    );
  });

  test('an alias bomb costs no memory', () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${`*${of},`.repeat(9)}]\n`;
    const bomb = `a: &a [x]\n${['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map(([x = '', y = '']) => level(x, y)).join('')}`;
    expect(complaints(bomb)[0]).toContain('Excessive alias count');
  });
});

describe('budgets', () => {
  const NONE = { tokens: null, usd: null };

  test('caps by themselves are those of the run, or of the task, and the others stand under their level', () => {
    const plan = planOf(
      `${AGENT}budget: { dollars: 20.5, tokens: 9, attempt: { dollars: 2 }, task: { tokens: 7 }, day: { dollars: 0 } }\n` +
        'tasks: { a: , b: { budget: { dollars: 1, attempt: { tokens: 3 } } } }',
    );
    expect(plan.budget).toEqual({
      run: { tokens: 9, usd: 20.5 },
      attempt: { tokens: null, usd: 2 },
      task: { tokens: 7, usd: null },
      day: { tokens: null, usd: 0 },
    });
    // What a task does not name stays as the plan has it.
    expect(plan.tasks.map(({ budget }) => budget)).toEqual([
      {},
      { attempt: { tokens: 3, usd: 2 }, task: { tokens: 7, usd: 1 } },
    ]);
    const bare = planOf(`${AGENT}tasks: { a: }`);
    expect(bare.budget).toEqual({ attempt: NONE, task: NONE, run: NONE, day: NONE });
  });

  test.each([
    ['deadline: 2030-01-31', 'is no date and time with its zone'],
    ['deadline: 2030-01-31T18:00:00', 'is no date and time with its zone'],
    ['deadline: 2030-02-30T18:00:00Z', 'is no date and time with its zone'],
    ['deadline: tomorrow', 'is no date and time with its zone'],
    ['attempts: { all: 0 }', 'is less than 1'],
    ['budget: 20', 'a map of caps'],
    ['budget: { usd: 20 }', 'Unknown field "usd"'],
    ['budget: { dollars: -1 }', 'is less than 0'],
    ['budget: { tokens: 1.5 }', 'a whole number'],
    ['budget: { week: { dollars: 1 } }', 'Unknown field "week"'],
  ])('%s is refused', (text, complaint) => {
    expect(complaints(`${AGENT}${text}\ntasks: { a: }`).join()).toContain(complaint);
  });
});

describe('what a later version does', () => {
  test('is named where it stands, and the plan can still be checked', () => {
    const text = `agents: { default: claude }\nland: rebase\nreview: { by: [x] }\ntasks:\n  a:\n    points: 3\n`;
    expect(readPlan(text, 'plan.yaml').plan?.tasks).toHaveLength(1);
    expect(unsupported(text)).toEqual([
      expect.stringMatching(/^plan\.yaml:2:7: "land": rebase comes with a later version/),
      expect.stringMatching(/^plan\.yaml:3:1: The field "review" comes with a later version/),
      expect.stringMatching(/^plan\.yaml:6:5: The field "points" of task "a" comes with a later version/),
    ]);
  });
});

describe('diagnostics made from a plan', () => {
  const text = `${AGENT}tasks:\n  v1.2:\n    scope:\n      may: [a, b]\n  b: {}\n`;
  const at = (task: string | null, field: string | null): string => {
    const found = { code: 'x', severity: 'warning' as const, what: 'W', why: 'Y', next: 'N', task, field };
    return placeDiagnostics(text, 'p.yaml', [found]).map(formatDiagnostic).join();
  };
  test.each([
    ['v1.2', 'scope.may[1]', '5:16'],
    ['v1.2', 'scope.may.0', '5:13'],
    ['v1.2', 'tasks.v1.2.scope', '5:7'],
    ['v1.2', null, '3:3'],
    ['v1.2', 'needs', '4:5'],
    ['b', 'scope', '6:6'],
    [null, 'agents.use.mine', '1:24'],
    [null, null, '1:1'],
    ['gone', 'scope', '3:3'],
  ])('about %s, %s stand at %s', (task, field, place) => {
    expect(at(task, field)).toBe(`p.yaml:${place}: warning: W. Y. N.`);
  });
});
