import { expect, test } from 'vitest';
import { ACP_PROFILES, baseUse, builtInUse, KNOWN_AGENTS, knownAgent } from './known-agents.ts';
import { isWithin } from './version.ts';

test('every known agent can be started and installed without a word of settings', () => {
  for (const name of KNOWN_AGENTS) {
    expect(builtInUse(name)?.command.length).toBeGreaterThan(0);
    expect(builtInUse(name)?.permissions).toBe('scope');
    expect(knownAgent(name)?.install).toMatch(/^npm install --global \S+$/);
  }
  expect(builtInUse('mine')).toBeNull();
  expect(builtInUse('constructor')).toBeNull();
});

test.each([
  ['claude', {}, 'claude', null, ['claude']],
  ['codex', {}, 'codex', null, ['codex']],
  ['gemini', {}, 'acp', 'gemini', ['gemini', '--acp']],
  ['opencode', {}, 'acp', 'opencode', ['opencode', 'acp']],
  ['claude', { driver: 'acp' }, 'acp', 'claude', ['claude-agent-acp']],
  ['mine', { driver: 'claude' }, 'claude', null, ['claude']],
  ['mine', { profile: 'copilot' }, 'acp', 'copilot', ['copilot', '--acp']],
  ['mine', { driver: 'acp' }, 'acp', null, null],
  ['mine', {}, 'command', null, null],
  ['claude', { driver: 'command' }, 'command', null, null],
] as const)('%s with %o is driven by %s as %s', (name, said, driver, profile, command) => {
  expect(baseUse(name, said)).toMatchObject({ driver, profile, command });
});

test('models by size are known only where the maker keeps their names', () => {
  expect(baseUse('mine', { driver: 'claude' }).tiers).toEqual({ small: 'haiku', medium: 'sonnet', large: 'opus' });
  expect(baseUse('codex').tiers).toEqual({});
  expect(ACP_PROFILES.map((profile) => baseUse(profile, { driver: 'acp' }).tiers)).toEqual(
    ACP_PROFILES.map(() => ({})),
  );
});

test.each([
  ['2.1.197', '2.1.197', '2.1.329', true],
  ['2.1.329', '2.1.197', '2.1.329', true],
  ['2.1.330', '2.1.197', '2.1.329', false],
  ['2.1.90', '2.1.197', '2.1.329', false],
  ['3', '2.1.197', '2.1.329', false],
  ['0.61.0-preview.1', '0.61.0', '0.61.0', true],
  ['0.61', '0.61.0', '0.61.0', true],
  ['unknown', '0.61.0', '0.61.0', false],
])('%s lies between %s and %s: %s', (version, from, to, within) => {
  expect(isWithin(version, { from, to })).toBe(within);
});
