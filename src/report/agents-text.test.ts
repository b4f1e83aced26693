import { expect, test } from 'vitest';
import { type AgentView, agentsText } from './agents-text.ts';

const plain = { columns: 100, colour: false };
const agent = (name: string, change: Partial<AgentView> = {}): AgentView => ({
  name,
  title: null,
  from: 'known',
  driver: 'claude',
  profile: null,
  command: [name],
  model: null,
  tiers: {},
  account: null,
  permissions: 'scope',
  fallback: null,
  installed: true,
  asked: true,
  version: '2.1.329',
  tested: { from: '2.1.197', to: '2.1.329' },
  inRange: true,
  capabilities: {
    ...{ steer: true, ask: 'native', deny: 'goes-on', plan: true },
    ...{ cost: 'money', resume: 'exact', hooks: true, tools: true },
  },
  install: null,
  ...change,
});
const nothing = {
  ...{ steer: false, ask: 'end', deny: 'never', plan: false },
  ...{ cost: 'none', resume: 'none', hooks: false, tools: false },
} as const satisfies AgentView['capabilities'];

test('who is there comes first, with version, settings and what it can do; the others with how to have them', () => {
  const install = 'npm install --global gemini';
  const text = agentsText(
    [
      agent('gemini', { title: 'Gemini CLI', installed: false, version: null, install }),
      agent('claude', { tiers: { small: 'haiku', large: 'opus' }, fallback: 'codex' }),
      agent('old', { version: '1.0.0', inRange: false, model: 'x', account: 'team', permissions: 'bypass' }),
      agent('mine', {
        ...{ driver: 'acp', profile: 'qwen', from: 'plan.yaml', asked: false, version: null, inRange: null },
        ...{ command: ['my-agent', '--acp'], tested: null },
        capabilities: nothing,
      }),
      agent('mute', { version: null, inRange: null }),
      agent('any', { tested: null, inRange: null }),
    ],
    plain,
  );
  expect(text).toMatchInlineSnapshot(`
    "claude  installed, 2.1.329 (tested)
            starts: claude  (driver claude)
            model: its own (small haiku, large opus)  account: its own  permissions: scope  fallback: c…
            asks in its own way · hears you while it works · has Branchline's tools
            goes on when refused · is told why · shows its plan · tells money · is resumed where it was
    old     installed, 1.0.0, but tested with 2.1.197 to 2.1.329
            starts: old  (driver claude)
            model: x  account: team  permissions: bypass
            asks in its own way · hears you while it works · has Branchline's tools
            goes on when refused · is told why · shows its plan · tells money · is resumed where it was
    mine    installed, version not asked  from plan.yaml
            starts: my-agent --acp  (driver acp, qwen)
            model: its own  account: its own  permissions: scope
            asks by ending · is refused nothing while it works · tells no costs · begins anew
    mute    installed, does not say its version
            starts: mute  (driver claude)
            model: its own  account: its own  permissions: scope
            asks in its own way · hears you while it works · has Branchline's tools
            goes on when refused · is told why · shows its plan · tells money · is resumed where it was
    any     installed, 2.1.329
            starts: any  (driver claude)
            model: its own  account: its own  permissions: scope
            asks in its own way · hears you while it works · has Branchline's tools
            goes on when refused · is told why · shows its plan · tells money · is resumed where it was
    gemini  not installed (Gemini CLI): no program gemini
            get it: npm install --global gemini
    "
  `);
});

test('what files say is made harmless, and no line is wider than the terminal', () => {
  const evil = '\u001b[31m\u202eevil';
  const text = agentsText([agent('x', { from: evil, command: [evil], model: evil, version: evil })], plain);
  expect(text).not.toMatch(/[\u001b\u202e]/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(plain.columns);
});
