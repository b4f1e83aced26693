import { describe, expect, test } from 'vitest';
import { choiceOf } from '../core/agent-choice.ts';
import { formatDiagnostic } from './place.ts';
import { readPlan } from './read.ts';
import { readSettings } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

const planOf = (text: string, around: Surroundings = {}) => {
  const { plan, diagnostics, unsupported } = readPlan(text, 'plan.yaml', around);
  if (!plan) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  expect(unsupported).toEqual([]);
  return plan;
};
const complaints = (text: string, around: Surroundings = {}) =>
  readPlan(text, 'plan.yaml', around).diagnostics.map(formatDiagnostic);
const advice = (text: string, around: Surroundings = {}) =>
  readPlan(text, 'plan.yaml', around).advice.map(formatDiagnostic);
const settings = (text: string): Surroundings => readSettings([{ name: 'user', file: 'config.yaml', text }]).around;

describe('known agents', () => {
  test('work without a word of settings', () => {
    const { agents } = planOf('agents: { default: claude }\ntasks: { a: , b: { agent: gemini } }');
    expect(agents.default).toBe('claude');
    expect(agents.use).toMatchObject({
      claude: { driver: 'claude', command: ['claude'], profile: null, permissions: 'scope' },
      gemini: { driver: 'acp', command: ['gemini', '--acp'], profile: 'gemini' },
    });
    // Whoever nothing leads to is no part of the plan, and nobody is asked to approve its program.
    expect(Object.keys(agents.use).toSorted()).toEqual(['claude', 'gemini']);
  });

  test('are as the plan says, and where it says nothing as they are known', () => {
    const text = `agents:
  use:
    claude: { model: opus, tiers: { small: claude-tiny }, command: [/opt/claude], account: team, account-max: 2, fallback: codex }
tasks: { a: }`;
    expect(planOf(text).agents.use).toMatchObject({
      claude: {
        driver: 'claude',
        command: ['/opt/claude'],
        model: 'opus',
        tiers: { small: 'claude-tiny', medium: 'sonnet', large: 'opus' },
        account: 'team',
        accountMax: 2,
        fallback: 'codex',
      },
      codex: { driver: 'codex', command: ['codex'] },
    });
  });

  test('can be driven in another way', () => {
    const text = `agents:
  default: mine
  use: { claude: { driver: command, command: [claude, -p] }, codex: { driver: acp }, mine: { profile: qwen }, plain: { command: [x] } }
tasks: { a: }`;
    expect(planOf(text).agents.use).toMatchObject({
      claude: { driver: 'command', command: ['claude', '-p'], tiers: {} },
      codex: { driver: 'acp', profile: 'codex', command: ['codex-acp'] },
      mine: { driver: 'acp', profile: 'qwen', command: ['qwen', '--acp'] },
      plain: { driver: 'command', command: ['x'] },
    });
  });
});

describe('who works if nobody says so', () => {
  const installed = ['codex', 'gemini'];
  test('is the first known agent that this machine has, and that is said', () => {
    expect(planOf('tasks: { a: }', { installed }).agents).toMatchObject({ default: 'codex', use: { codex: {} } });
    expect(advice('tasks: { a: }', { installed })).toEqual([
      'plan.yaml:1:1: note: Nobody says who works, so it is codex. Of the agents that are known, this machine has: codex, gemini. To have another: agents: { default: gemini } in the plan or in your own configuration.',
    ]);
  });

  test.each([
    ['an agent of the plan', 'agents: { use: { mine: { command: [m] } } }\ntasks: { a: }', 'mine'],
    ['the default of the plan', 'agents: { default: gemini }\ntasks: { a: }', 'gemini'],
  ])('is %s before it', (_, text, name) => {
    expect(planOf(text, { installed }).agents.default).toBe(name);
    expect(advice(text, { installed })).toEqual([]);
  });

  test('is the configuration’s, and the flag’s before anybody', () => {
    const { under } = settings('agents: { default: gemini }');
    expect(planOf('tasks: { a: }', { installed, ...(under ? { under } : {}) }).agents.default).toBe('gemini');
    expect(planOf('agents: { default: gemini }\ntasks: { a: }', { over: { agent: 'qwen' } }).agents.use).toMatchObject({
      qwen: { profile: 'qwen' },
    });
  });

  test('is nobody where every task has somebody', () => {
    expect(advice('tasks: { a: { agent: claude }, b: { model: opus } }', { installed })).toEqual([]);
    const { agents, tasks } = planOf('tasks: { a: { agent: claude }, b: { model: gpt-5 } }');
    expect(agents.default).toBe('');
    expect(Object.keys(agents.use).toSorted()).toEqual(['claude', 'codex']);
    expect(tasks).toHaveLength(2);
  });

  test.each<[string, string, Surroundings, string]>([
    [
      'with nothing installed the ways to install three are named',
      'tasks: { a: }',
      { installed: [] },
      'none of claude, codex, gemini, opencode, copilot, qwen is installed here. Install one (npm install --global @anthropic-ai/claude-code; or npm install --global @openai/codex; or npm install --global @google/gemini-cli)',
    ],
    [
      'a library that has not looked says how to name one',
      'tasks: { a: }',
      {},
      'Write for example: agents: { default: claude }',
    ],
    [
      'of several none is guessed',
      'agents: { use: { a: { command: [a] }, b: { command: [b] } } }\ntasks: { a: }',
      { installed },
      '1:1: No agent works on task "a". It names none, and of several agents (a, b) none is the default. Write for example: agents: { default: a }',
    ],
  ])('%s', (_, text, around, expected) => {
    expect(complaints(text, around).join()).toContain(expected);
  });
});

describe('aliases, families and modes', () => {
  const TEXT = `agents:
  default: fast
  aliases:
    fast: { agent: claude, model: haiku }
    short: fast
    sec: { model: opus, prompt: Be a security reviewer. }
    deep: { model: my-model }
  families: { my-: gemini }
  modes: { quick: { tier: none }, careful: { launch: ask, tier: large }, plain: {} }
tasks:
  a:
  b: { agent: sec, mode: careful }
  c: { agent: deep }
  d: { model: gpt-5, mode: quick, account: mine, permissions: ask }
`;
  test('are settled once, and lead to agents with models', () => {
    const plan = planOf(TEXT);
    expect(plan.agents.aliases).toEqual({
      fast: { agent: 'claude', model: 'haiku', prompt: null },
      short: { agent: 'fast', model: null, prompt: null },
      sec: { agent: 'claude', model: 'opus', prompt: 'Be a security reviewer.' },
      deep: { agent: 'gemini', model: 'my-model', prompt: null },
    });
    expect(plan.agents.modes).toMatchObject({
      quick: { launch: 'unattended', tier: null },
      careful: { launch: 'ask', tier: 'large' },
      plain: { launch: 'unattended', tier: null },
      pair: { launch: 'plan-first', tier: null },
    });
    const works = plan.tasks
      .map((task) => choiceOf(plan, task))
      .map(({ name, model, launch }) => [name, model, launch]);
    expect(works).toEqual([
      ['claude', 'haiku', 'unattended'],
      ['claude', 'opus', 'ask'],
      ['gemini', 'my-model', 'unattended'],
      ['codex', 'gpt-5', 'unattended'],
    ]);
    expect(plan.tasks[3]).toMatchObject({ account: 'mine', permissions: 'ask' });
    expect(Object.keys(plan.agents.use).toSorted()).toEqual(['claude', 'codex', 'gemini']);
  });

  test('whoever has all work done by a program of their own keeps it, whatever the model', () => {
    const worker = (text: string): string => {
      const plan = planOf(text);
      const [task] = plan.tasks;
      return task === undefined ? '' : choiceOf(plan, task).name;
    };
    const own = 'use: { mine: { command: [m] } }';
    expect(worker(`agents: { ${own} }\ntasks: { a: { model: gpt-5 } }`)).toBe('mine');
    expect(worker('agents: { default: copilot }\ntasks: { a: { model: gpt-5 } }')).toBe('copilot');
    // It speaks of Codex, so that is who works with such a model.
    expect(worker(`agents: { default: mine, aliases: { big: codex }, ${own} }\ntasks: { a: { model: gpt-5 } }`)).toBe(
      'codex',
    );
    expect(worker(`agents: { default: mine, families: { gpt: codex }, ${own} }\ntasks: { a: { model: gpt-5 } }`)).toBe(
      'codex',
    );
    expect(worker(`agents: { default: gemini, families: { GPT: copilot } }\ntasks: { a: { model: gpt-5 } }`)).toBe(
      'copilot',
    );
  });

  test('of the configuration hold where the plan says nothing else', () => {
    const around = settings(`agents:
  aliases: { fast: codex, sec: { model: opus } }
  modes: { quick: { launch: ask } }
  families: { my-: qwen }
  use: { codex: { account: team } }`);
    const plan = planOf(
      'agents: { default: claude, aliases: { fast: gemini } }\ntasks: { a: { agent: fast, mode: quick }, b: { agent: sec }, c: { model: my-1 } }',
      around,
    );
    expect(plan.tasks.map((task) => choiceOf(plan, task)).map(({ name, launch }) => [name, launch])).toEqual([
      ['gemini', 'ask'],
      ['claude', 'unattended'],
      ['qwen', 'unattended'],
    ]);
    expect(plan.agents.modes['quick']).toEqual({ launch: 'ask', tier: 'small' });
    expect(plan.agents.use['codex']).toMatchObject({ driver: 'codex', account: 'team' });
  });
});

describe('questions', () => {
  test('have a policy, a wait, and a default only with a deadline', () => {
    const plan = planOf(
      'agents: { default: claude }\nquestions: { wait: 2m, deadline: 4h, default: "no" }\ntasks: { a: { questions: park }, b: { questions: { default: "yes" } } }',
    );
    expect(plan.questions).toEqual({ policy: 'live', wait_ms: 120_000, deadline_ms: 14_400_000, default: 'no' });
    expect(plan.tasks.map(({ questions }) => questions)).toEqual([{ policy: 'park' }, { default: 'yes' }]);
    expect(planOf('agents: { default: claude }\nquestions: forbid\ntasks: { a: }').questions.policy).toBe('forbid');
  });
});

describe('budgets', () => {
  const NONE = { tokens: null, usd: null };
  test('are dollars, tokens or both, in the words of people', () => {
    const plan = planOf(`agents: { default: claude }
budget: { attempt: 200k tokens, task: { dollars: 5, tokens: 1.5M }, run: 20, day: $50.50 }
tasks: { a: { cost: 3 }, b: { budget: { attempt: $1, task: 9k tokens } }, c: }`);
    expect(plan.budget).toEqual({
      attempt: { tokens: 200_000, usd: null },
      task: { tokens: 1_500_000, usd: 5 },
      run: { tokens: null, usd: 20 },
      day: { tokens: null, usd: 50.5 },
    });
    expect(plan.tasks.map(({ budget }) => budget)).toEqual([
      { attempt: { tokens: 200_000, usd: null }, task: { tokens: 1_500_000, usd: 3 } },
      { attempt: { tokens: 200_000, usd: 1 }, task: { tokens: 9_000, usd: 5 } },
      {},
    ]);
  });

  test('of the configuration hold cap by cap where the plan names none', () => {
    const around = settings('budget: { day: $50, attempt: 1M tokens, dollars: 9 }');
    expect(planOf('agents: { default: claude }\nbudget: { attempt: $2 }\ntasks: { a: }', around).budget).toEqual({
      attempt: { tokens: 1_000_000, usd: 2 },
      task: NONE,
      run: { tokens: null, usd: 9 },
      day: { tokens: null, usd: 50 },
    });
  });
});

const C = 'agents: { default: claude }\n';
const inAgents = (text: string): string => `agents: { default: claude, ${text} }\ntasks: { a: }`;
const task = (fields: string): string => `${C}tasks:\n  a: { ${fields} }\n`;

test.each<[string, string, string]>([
  [
    'a mistyped known agent',
    task('agent: claud'),
    '3:15: There is no agent "claud". The plan describes none of its own; known without a word are: claude',
  ],
  ['and its way out', task('agent: claud'), 'Did you mean "claude"?'],
  ['a default that is nobody', 'agents: { default: ghost }\ntasks: { a: }', '1:20: There is no agent "ghost".'],
  [
    'a mistyped known agent under use',
    inAgents('use: { claued: { model: x } }'),
    'Did you mean "claude", which is known?',
  ],
  [
    'an alias that points to nothing',
    inAgents('aliases: { x: { agent: ghost } }'),
    '1:51: The alias "x" stands for "ghost", which is no agent.',
  ],
  [
    'an alias of one word that points to nothing',
    inAgents('aliases: { x: cluade }'),
    '1:42: The alias "x" stands for "cluade", which is no agent. The plan describes none of its own; known without a word are: claude, codex, gemini, opencode, copilot, qwen. Did you mean "claude"?',
  ],
  [
    'aliases in a circle',
    inAgents('aliases: { x: y, y: z, z: x }'),
    '1:42: Aliases lead in a circle: x → y → z → x. None of them ever comes to an agent.',
  ],
  ['an alias of itself', inAgents('aliases: { x: x }'), 'Aliases lead in a circle: x → x.'],
  [
    'a default that is an alias of the default',
    'agents: { default: x, aliases: { x: { prompt: p } } }\ntasks: { a: }',
    'Aliases lead in a circle: x → x.',
  ],
  [
    'an alias for nobody’s model',
    'agents: { aliases: { x: { model: m } } }\ntasks: { a: { agent: x } }',
    '1:25: Nothing says which agent the alias "x" stands for.',
  ],
  ['an alias that says nothing', inAgents('aliases: { x: {} }'), '1:42: The alias "x" says nothing.'],
  [
    'an alias with the name of an agent',
    inAgents('aliases: { codex: claude }'),
    '1:39: The alias "codex" has the name of an agent.',
  ],
  [
    'a fallback to itself',
    inAgents('use: { codex: { fallback: codex } }'),
    '1:54: The agent "codex" stands in for itself.',
  ],
  ['a fallback to nobody', inAgents('use: { codex: { fallback: ghost } }'), '1:54: There is no agent "ghost".'],
  [
    'a fallback to an alias',
    inAgents('aliases: { x: claude }, use: { codex: { fallback: x } }'),
    '"x" is an alias, and cannot stand in for an agent.',
  ],
  [
    'a family of nobody',
    inAgents('families: { gpt: ghost }'),
    '1:45: Models that begin with "gpt" are for "ghost", which is no agent.',
  ],
  [
    'a mode that the table lacks',
    task('mode: piar'),
    '3:14: There is no mode of work "piar". There are: quick, tdd, swarm, spike, pair, checkpoint, analysis-only, trivial, standard, complex. Did you mean "pair"?',
  ],
  ['a mode of nobody', task('mode: zen'), 'Say what it means: agents: { modes: { zen: { launch: unattended } } }.'],
  [
    'a mode with a size that is none',
    inAgents('modes: { x: { tier: huge } }'),
    'It takes one of small, medium, large, none.',
  ],
  ['models of a size that is none', inAgents('use: { codex: { tiers: { tiny: x } } }'), 'Unknown field "tiny"'],
  [
    'a writer that only reads',
    task('mode: analysis-only, scope: [src/**]'),
    '3:14: Task "a" has something to write, and the mode "analysis-only" writes nothing.',
  ],
  [
    'a change by somebody who only reads',
    task('mode: analysis-only'),
    'Task "a" has to change something, and the mode "analysis-only" writes nothing.',
  ],
  ['a driver that is none', inAgents('use: { x: { driver: magic } }'), 'It takes one of command, acp, claude, codex.'],
  [
    'a profile that is none',
    inAgents('use: { x: { profile: gemni } }'),
    'It takes one of claude, codex, gemini, opencode, copilot, qwen.',
  ],
  [
    'a profile without the protocol',
    inAgents('use: { x: { driver: claude, profile: gemini } }'),
    '1:65: A profile means nothing to the driver "claude".',
  ],
  [
    'an agent that speaks the protocol and has no command',
    inAgents('use: { x: { driver: acp } }'),
    'It has neither a "command" nor a "profile".',
  ],
  [
    'arguments for another way of starting Claude Code',
    inAgents('use: { claude: { command: [claude, -p] } }'),
    '1:54: "-p" does not go together with the driver "claude".',
  ],
  [
    'the same for Codex',
    inAgents('use: { codex: { command: codex exec } }'),
    '"exec" does not go together with the driver "codex".',
  ],
  [
    'a model that is an option',
    task('model: --yolo'),
    '3:15: "model" of task "a" cannot be "--yolo". It starts with "-"',
  ],
  ['permissions that are none', task('permissions: all'), 'It takes one of scope, ask, bypass.'],
  [
    'a default answer without a deadline',
    `${C}questions: { default: "no" }\ntasks: { a: }`,
    '2:23: The default answer would never be given.',
  ],
  [
    'a deadline without a default answer',
    `${C}questions: { deadline: 4h }\ntasks: { a: }`,
    '2:24: Nothing happens at the deadline.',
  ],
  [
    'a deadline where nobody asks',
    `${C}questions: { policy: forbid, deadline: 4h }\ntasks: { a: }`,
    '2:40: "deadline" goes with questions, and none is ever asked.',
  ],
  ['a wait where nobody waits', task('questions: { policy: park, wait: 5m }'), '3:41: "wait" has nothing to wait for.'],
  [
    'a task’s default where the plan forbids questions',
    `${C}questions: forbid\ntasks: { a: { questions: { default: x } } }`,
    '"default" goes with questions, and none is ever asked.',
  ],
  ['a policy that is none', `${C}questions: maybe\ntasks: { a: }`, 'It takes one of live, park, forbid, or a map.'],
  ['a cost that is said twice', task('cost: 5, budget: { dollars: 4 }'), '3:14: The same cap is said twice.'],
  [
    'a cap of the run that is said twice',
    `${C}budget: { tokens: 5, run: 9k tokens }\ntasks: { a: }`,
    '2:27: The same cap is said twice.',
  ],
  ['a cost below nothing', task('cost: -1'), 'It is less than 0.'],
  [
    'an amount that is none',
    `${C}budget: { day: lots }\ntasks: { a: }`,
    'It is neither an amount of money such as $5 nor a number of tokens such as 200k tokens.',
  ],
  [
    'tokens that are none',
    `${C}budget: { tokens: many }\ntasks: { a: }`,
    'It is no number of tokens such as 200k or 1.5M.',
  ],
])('%s is refused with its place, the reason and a way out', (_, text, expected) => {
  expect(complaints(text).join('\n')).toContain(expected);
});

test('every mistake is told at once, each once', () => {
  const found = complaints(`agents:
  default: ghost
  aliases: { x: ghoul, y: x }
  families: { gpt: ghast }
tasks:
  a: { agent: y, mode: zen }
  b: { agent: ghist }
`);
  expect(found.map((line) => line.split(': ')[0])).toEqual([
    'plan.yaml:2:12',
    'plan.yaml:3:17',
    'plan.yaml:4:20',
    'plan.yaml:6:24',
    'plan.yaml:7:15',
  ]);
});

test('an alias of the configuration that leads nowhere is told where the plan names it', () => {
  const around = settings('agents: { aliases: { sec: ghost, round: square, square: round } }');
  expect(complaints(task('agent: sec'), around)).toEqual([
    expect.stringMatching(/^plan\.yaml:3:15: The alias "sec" stands for "ghost", which is no agent/),
  ]);
  expect(complaints(task('agent: round'), around).join()).toContain('3:15: Aliases lead in a circle');
  expect(complaints(task(''), around)).toEqual([]);
});

describe('what is let through with a warning', () => {
  test('bypass, with what it means', () => {
    const text = `agents: { use: { claude: { permissions: bypass } } }\ntasks: { a: { permissions: bypass }, b: }`;
    const [agent, own] = advice(text);
    expect(agent).toMatch(
      /^plan\.yaml:1:41: warning: The agent "claude" works with nothing refused to it\. "bypass" lets every command, /,
    );
    expect(own).toMatch(/^plan\.yaml:2:28: warning: Task "a" works with nothing refused to it\./);
    expect(advice(text)).toHaveLength(2);
  });

  test('bypass of the configuration too, as far as it has work here', () => {
    const around = settings('agents: { default: claude, use: { claude: { permissions: bypass } } }');
    expect(advice('tasks: { a: }', around).join()).toContain('The agent "claude", as your configuration has it,');
    expect(advice('tasks: { a: { agent: codex } }', around)).toEqual([]);
  });

  test('a cap that is never reached', () => {
    const text = `${C}budget: { task: $5 }\ntasks: { a: { budget: { attempt: $6 } }, b: { budget: { attempt: $5 } } }`;
    expect(advice(text)).toEqual([
      expect.stringMatching(/^plan\.yaml:3:34: warning: The cap of money of one attempt is above that of the task/),
    ]);
  });
});
