import { describe, expect, test } from 'vitest';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { type AgentChoice, choiceOf, familyOf, followAlias, hasStandIn } from './agent-choice.ts';
import { DEFAULT_FAMILIES, DEFAULT_MODES } from './agent-defaults.ts';
import { builtInUse } from './known-agents.ts';
import type { AgentSettings, AgentUse, Task } from './plan.ts';
import type { PastAttempt } from './record.ts';

const use = (name: string, change: Partial<AgentUse> = {}): AgentUse => {
  const known = builtInUse(name);
  if (known === null) throw new Error(name);
  return { ...known, ...change };
};
const planWith = (agents: Partial<AgentSettings> = {}) => {
  const plan = plainPlan([]);
  const settings: AgentSettings = {
    ...plan.agents,
    default: 'claude',
    use: { claude: use('claude', { model: 'claude-own' }), codex: use('codex'), gemini: use('gemini') },
    aliases: {
      reviewer: { agent: 'claude', model: 'opus', prompt: 'Be a reviewer.' },
      strict: { agent: 'reviewer', model: null, prompt: 'Be strict.' },
      fast: { agent: 'codex', model: null, prompt: null },
    },
    families: DEFAULT_FAMILIES,
    modes: DEFAULT_MODES,
  };
  return { ...plan, agents: { ...settings, ...agents } };
};
const chosen = (task: Partial<Task>, agents: Partial<AgentSettings> = {}): AgentChoice =>
  choiceOf(planWith(agents), plainTask('t', task));

describe('who works on a task', () => {
  test.each<[string, Partial<Task>, string, string | null]>([
    ['whoever is the default, with its own model', {}, 'claude', 'claude-own'],
    ['the agent that it names', { agent: 'gemini' }, 'gemini', null],
    ['the agent that works with its model', { model: 'gpt-5' }, 'codex', 'gpt-5'],
    ['the same, however the model is written', { model: 'GPT-5' }, 'codex', 'GPT-5'],
    ['the default, with a model that is nobody’s', { model: 'grok-9' }, 'claude', 'grok-9'],
    [
      'the agent that it names, whoever else works with the model',
      { agent: 'gemini', model: 'gpt-5' },
      'gemini',
      'gpt-5',
    ],
    ['the agent of its alias, with the model of the alias', { agent: 'reviewer' }, 'claude', 'opus'],
    ['the same with a model of its own', { agent: 'reviewer', model: 'sonnet' }, 'claude', 'sonnet'],
    ['the agent of an alias of an alias', { agent: 'strict' }, 'claude', 'opus'],
    ['an alias that says nothing about a model', { agent: 'fast' }, 'codex', null],
    ['a small model in a mode that asks for one', { mode: 'quick' }, 'claude', 'haiku'],
    ['a large model for a hard task', { mode: 'complex' }, 'claude', 'opus'],
    ['its own model in a mode that asks for none', { mode: 'tdd' }, 'claude', 'claude-own'],
    ['its own model where it has none of that size', { agent: 'codex', mode: 'quick' }, 'codex', null],
    ['the model of its alias, over that of its mode', { agent: 'reviewer', mode: 'quick' }, 'claude', 'opus'],
    ['its own word, over alias and mode', { agent: 'reviewer', mode: 'quick', model: 'x' }, 'claude', 'x'],
  ])('%s', (_, task, name, model) => {
    expect(chosen(task)).toMatchObject({ name, model, insteadOf: null });
  });

  test('is also an alias that is the default', () => {
    expect(chosen({}, { default: 'strict' })).toMatchObject({ name: 'claude', model: 'opus' });
  });

  test('is known to be nobody, where the plan names an agent that nobody described', () => {
    expect(chosen({ agent: 'ghost' })).toMatchObject({ name: 'ghost', use: undefined, model: null });
    expect(chosen({ agent: 'constructor' }, { use: {} }).name).toBe('constructor');
  });
});

describe('how it works', () => {
  test.each([
    ['quick', 'unattended'],
    ['tdd', 'unattended'],
    ['swarm', 'unattended'],
    ['spike', 'unattended'],
    ['pair', 'plan-first'],
    ['checkpoint', 'ask'],
    ['analysis-only', 'read-only'],
    ['trivial', 'unattended'],
    ['standard', 'unattended'],
    ['complex', 'unattended'],
    [null, 'unattended'],
  ])('mode %s starts it %s (U9)', (mode, launch) => {
    expect(chosen({ mode }).launch).toBe(launch);
  });

  test('a table of the plan’s own decides (U9)', () => {
    const modes = { careful: { launch: 'ask', tier: 'large' } } as const;
    expect(chosen({ mode: 'careful' }, { modes })).toMatchObject({ launch: 'ask', model: 'opus' });
  });

  const reader = { kind: 'research', scope: null } as const;
  test.each<[string, Partial<Task>, string]>([
    ['a reader without artifacts writes nothing', reader, 'read-only'],
    ['one with artifacts can leave them: its scope is no wider', { ...reader, artifacts: ['a.md'] }, 'unattended'],
    ['also where the mode is to read only', { ...reader, artifacts: ['a.md'], mode: 'analysis-only' }, 'unattended'],
    ['and it shows its plan first where it is told to', { ...reader, artifacts: ['a.md'], mode: 'pair' }, 'plan-first'],
    ['who writes code and may only read writes nothing', { mode: 'analysis-only' }, 'read-only'],
  ])('%s', (_, task, launch) => {
    expect(chosen(task).launch).toBe(launch);
  });

  test('permissions are the task’s, else the agent’s, else its scope; and nobody who only reads is let out of it (U54)', () => {
    const open = { claude: use('claude', { permissions: 'bypass' }) };
    expect(chosen({}).permissions).toBe('scope');
    expect(chosen({}, { use: open }).permissions).toBe('bypass');
    expect(chosen({ permissions: 'ask' }, { use: open }).permissions).toBe('ask');
    expect(chosen({ permissions: 'bypass' }).permissions).toBe('bypass');
    expect(chosen({ ...reader, permissions: 'bypass' }).permissions).toBe('scope');
    expect(chosen({ mode: 'analysis-only', permissions: 'bypass' }).permissions).toBe('scope');
    expect(chosen({ mode: 'analysis-only', permissions: 'ask' }).permissions).toBe('ask');
  });

  test('the account is the task’s, else the agent’s', () => {
    const team = { claude: use('claude', { account: 'team' }) };
    expect(chosen({}, { use: team }).account).toBe('team');
    expect(chosen({ account: 'mine' }, { use: team }).account).toBe('mine');
    expect(chosen({}).account).toBeNull();
  });

  test('texts stand in front of the brief, the agent’s first and the alias that was named last (U43)', () => {
    const wordy = { claude: use('claude', { prompt: 'Answer in English.' }) };
    expect(chosen({ agent: 'strict' }, { use: wordy }).prompts).toEqual([
      'Answer in English.',
      'Be a reviewer.',
      'Be strict.',
    ]);
    expect(chosen({ agent: 'fast' }).prompts).toEqual([]);
  });
});

describe('families', () => {
  test('the longest beginning wins, in whatever case (U51)', () => {
    const families = { gpt: 'codex', 'GPT-Oss': 'opencode' };
    expect(familyOf(families, 'gpt-oss-120b')).toBe('opencode');
    expect(familyOf(families, 'gpt-5')).toBe('codex');
    expect(familyOf(families, 'my-gpt')).toBeNull();
    expect(familyOf(families, null)).toBeNull();
  });

  test('a family may lead to an alias', () => {
    expect(chosen({ model: 'opus-9' }, { families: { opus: 'reviewer' } })).toMatchObject({
      name: 'claude',
      model: 'opus-9',
      prompts: ['Be a reviewer.'],
    });
  });
});

describe('aliases', () => {
  test('a circle ends, and says so', () => {
    const to = (agent: string) => ({ agent, model: null, prompt: 'x' });
    const aliases = { a: to('b'), b: to('c'), c: to('b') };
    expect(followAlias(aliases, 'a')).toMatchObject({ name: 'b', circle: true, passed: ['a', 'b', 'c'] });
    expect(followAlias(aliases, 'constructor')).toMatchObject({ name: 'constructor', circle: false, passed: [] });
  });
});

describe('fall-backs', () => {
  const past = (agent: string, reason: 'agent-missing' | 'unknown-model' | 'exited'): PastAttempt => ({
    attempt: 1,
    agent,
    rescue: null,
    log: null,
    because:
      reason === 'agent-missing'
        ? { reason, program: agent }
        : reason === 'unknown-model'
          ? { reason, model: 'm', message: '' }
          : { reason, code: 1, tail: '' },
  });
  const line = {
    claude: use('claude', { fallback: 'codex', model: 'opus' }),
    codex: use('codex', { fallback: 'gemini', model: 'gpt-5' }),
    gemini: use('gemini'),
  };
  const whoAfter = (task: Partial<Task>, ...failures: readonly PastAttempt[]) =>
    choiceOf(planWith({ use: line }), plainTask('t', task), failures);

  test.each<[string, readonly PastAttempt[], string]>([
    ['nobody stands in before something is missing', [], 'claude'],
    ['nor for an agent that failed at its work', [past('claude', 'exited')], 'claude'],
    ['the next does for one that is not there', [past('claude', 'agent-missing')], 'codex'],
    ['and for one that does not know its model', [past('claude', 'unknown-model')], 'codex'],
    ['and the one after for both', [past('claude', 'agent-missing'), past('codex', 'agent-missing')], 'gemini'],
    [
      'when nobody is left it is the first again, for a person to bring',
      [past('claude', 'agent-missing'), past('codex', 'agent-missing'), past('gemini', 'agent-missing')],
      'claude',
    ],
    [
      'and from there they stand in anew',
      [
        past('claude', 'agent-missing'),
        past('codex', 'agent-missing'),
        past('gemini', 'agent-missing'),
        past('claude', 'agent-missing'),
      ],
      'codex',
    ],
  ])('%s', (_, failures, name) => {
    expect(whoAfter({}, ...failures)).toMatchObject({ name, insteadOf: name === 'claude' ? null : 'claude' });
  });

  test('a model belongs to the agent that was asked for: whoever stands in has its own', () => {
    expect(whoAfter({ model: 'opus-9' }, past('claude', 'unknown-model'))).toMatchObject({
      name: 'codex',
      model: 'gpt-5',
    });
  });

  test('two that stand in for each other come to an end', () => {
    const pair = { claude: use('claude', { fallback: 'codex' }), codex: use('codex', { fallback: 'claude' }) };
    const plan = planWith({ use: pair });
    const first = past('claude', 'agent-missing');
    const both = [first, past('codex', 'agent-missing')];
    expect(choiceOf(plan, plainTask('t'), [first]).name).toBe('codex');
    expect(choiceOf(plan, plainTask('t'), both).name).toBe('claude');
    expect(hasStandIn(plan, plainTask('t'), [first])).toBe(true);
    expect(hasStandIn(plan, plainTask('t'), both)).toBe(false);
  });

  test('somebody stands in only where the plan names one who was not missing too', () => {
    const task = plainTask('t');
    const missing = [past('claude', 'agent-missing')];
    expect(hasStandIn(planWith({ use: line }), task, missing)).toBe(true);
    expect(hasStandIn(planWith(), task, missing)).toBe(false);
    expect(hasStandIn(planWith({ use: line }), task, [past('claude', 'exited')])).toBe(false);
    expect(hasStandIn(planWith({ use: line }), task, [])).toBe(false);
    const all = [...missing, past('codex', 'agent-missing'), past('gemini', 'agent-missing')];
    expect(hasStandIn(planWith({ use: line }), task, all)).toBe(false);
  });
});
