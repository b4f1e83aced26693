import { expect, test } from 'vitest';
import { formatDiagnostic } from './place.ts';
import { readPlan } from './read.ts';
import { readSettings, type SettingsSource, type SourceName, settingsInEnvironment } from './settings.ts';
import { DEFAULT_SETTINGS } from './settings-defaults.ts';

const file = (name: SourceName, text: string): SettingsSource => ({ name, file: `${name}.yaml`, text });
const complaints = (...sources: readonly SettingsSource[]) => readSettings(sources).diagnostics.map(formatDiagnostic);

test('without any source everything is the default', () => {
  const { settings, diagnostics, explained } = readSettings([]);
  expect(settings).toEqual(DEFAULT_SETTINGS);
  expect(diagnostics).toEqual([]);
  expect(explained.find(({ key }) => key === 'retention.days')).toEqual({
    ...{ key: 'retention.days', value: '14', from: 'default', sources: [] },
  });
});

const STRONGEST_FIRST: readonly SettingsSource[] = [
  { name: 'flags', values: { 'agents.max': '1' } },
  { name: 'environment', values: { 'agents.max': '2' } },
  file('local', 'agents: { max: 3 }'),
  file('repository', 'agents: { max: 4 }'),
  file('user', 'agents: { max: 5 }'),
];
test.each([0, 1, 2, 3, 4])('of five sources the strongest that is there wins (%i left out)', (left) => {
  const { settings, explained } = readSettings(STRONGEST_FIRST.slice(left).toReversed());
  expect(settings.max).toBe(left + 1);
  const [entry] = explained.filter(({ key }) => key === 'agents.max');
  expect(entry?.from).toBe(['flags', 'environment', 'local.yaml', 'repository.yaml', 'user.yaml'][left]);
  expect(entry?.sources.map(({ value }) => value)).toEqual(['1', '2', '3', '4', '5'].slice(left));
});

test('an agent is taken as a whole from the strongest source that defines it', () => {
  const { settings, explained } = readSettings([
    file('user', 'agents: { use: { a: { command: [mine], account: me }, b: { command: [b] } } }'),
    file('repository', 'agents: { use: { a: { command: [theirs] } } }'),
  ]);
  expect(settings.use['a']).toMatchObject({ command: ['theirs'], account: null });
  expect(settings.use['b']).toMatchObject({ command: ['b'] });
  expect(explained.find(({ key }) => key === 'agents.use.a')).toMatchObject({ from: 'repository.yaml' });
});

test('prices come model by model from the strongest source, and what is not said of the cache is as dear as fresh input', () => {
  const { settings, explained, diagnostics } = readSettings([
    file('user', 'prices: { gpt-5.5: { fresh: 5, output: 30 }, "my-*": { fresh: 1, output: 2, cache-read: 0 } }'),
    file('repository', 'prices: { gpt-5.5: { fresh: 4, cache-write: 6, output: 20 } }'),
  ]);
  expect(diagnostics).toEqual([]);
  expect(settings.prices).toEqual({
    'gpt-5.5': { fresh: 4, cacheRead: 4, cacheWrite: 6, output: 20, promptMax: null },
    'my-*': { fresh: 1, cacheRead: 0, cacheWrite: 1, output: 2, promptMax: null },
  });
  expect(explained.find(({ key }) => key === 'prices.gpt-5.5')?.from).toBe('repository.yaml');
});

test.each([
  ['prices: { m: { fresh: 1 } }', 'needs "fresh" and "output"'],
  ['prices: { m: { fresh: -1, output: 1 } }', 'is less than 0'],
  ['prices: { m: { fresh: 1, output: 1, input: 1 } }', 'Unknown field "input"'],
  ['prices: { m: 3 }', 'a map with "fresh" and "output"'],
])('a price that is none is refused: %s', (text, complaint) => {
  expect(complaints(file('user', text)).join()).toContain(complaint);
});

test('what a repository brings along and could start is named, so that an approval can cover it', () => {
  const text = 'agents: { use: { a: { command: [theirs] } } }';
  expect(readSettings([file('repository', text), file('user', text)]).executable).toEqual([text]);
  expect(readSettings([file('repository', 'colour: never')]).executable).toEqual([]);
  // Which agent works, with which model and with what in front of its brief decides as much.
  for (const deciding of ['default: codex', 'aliases: { x: codex }', 'families: { x: codex }', 'modes: { x: {} }']) {
    const whole = `agents: { ${deciding} }`;
    expect(readSettings([file('repository', whole)]).executable).toEqual([whole]);
  }
});

test.each([
  'state-dir: /tmp/x',
  'editor: [vi]',
  'notify: { command: [x] }',
  'notify: { webhook: "https://x.example" }',
])('a repository may not set %s', (text) => {
  expect(complaints(file('repository', text)).join()).toContain('cannot be set by a file in a repository');
  expect(complaints(file('user', text))).toEqual([]);
});

test('an agent that a file in the repository describes is told apart from the person’s own', () => {
  const mine = file('user', 'agents: { use: { a: { command: [mine] }, b: { command: [mine] } } }');
  const theirs = file('repository', 'agents: { use: { a: { command: [theirs] }, claude: { model: x } } }');
  expect(readSettings([mine, theirs]).foreignAgents).toEqual(['a', 'claude']);
  expect(readSettings([mine]).foreignAgents).toEqual([]);
});

test('aliases, families, modes, questions, budgets and the text for briefs are settings too, each name by itself', () => {
  const { settings, around, explained, diagnostics } = readSettings([
    file(
      'user',
      'agents: { aliases: { a: codex, b: { model: m } }, modes: { quick: { tier: large } } }\nbrief-template: docs/brief.md\nquestions: park\nbudget: { day: $50, run: 1M tokens }',
    ),
    file('repository', 'agents: { aliases: { a: gemini }, families: { x: qwen } }'),
    { name: 'flags', values: { questions: 'forbid', 'budget.attempt': '$2' } },
  ]);
  expect(diagnostics).toEqual([]);
  expect(settings.briefTemplate).toBe('docs/brief.md');
  expect(around.under).toMatchObject({
    aliases: { a: { agent: 'gemini' }, b: { agent: null, model: 'm' } },
    families: { x: 'qwen' },
    modes: { quick: { tier: 'large' } },
    questions: { policy: 'park' },
    budget: { day: { usd: 50 }, run: { tokens: 1_000_000 } },
  });
  expect(around.over).toMatchObject({ questions: { policy: 'forbid' }, budget: { attempt: { usd: 2 } } });
  expect(explained.find(({ key }) => key === 'agents.aliases.a')).toMatchObject({ from: 'repository.yaml' });
  expect(explained.find(({ key }) => key === 'budget.day')).toMatchObject({ value: '$50', from: 'user.yaml' });
  expect(explained.find(({ key }) => key === 'questions')).toMatchObject({ value: 'forbid', from: 'flags' });
});

test('an agent of a configuration file is what is known of its name, and what the file says over that', () => {
  const { settings } = readSettings([file('user', 'agents: { use: { claude: { model: opus } } }')]);
  expect(settings.use['claude']).toMatchObject({ driver: 'claude', command: ['claude'], model: 'opus' });
});

test('mistakes have a place, whichever source they come from', () => {
  const found = complaints(
    file('user', 'agents:\n  max: none\ncolor: never\n'),
    file('local', 'a: [\n'),
    { name: 'environment', values: { 'agents.max': 'many' } },
    file('repository', 'agents: { use: { x: { driver: claude, sandbox: none }, y: {} } }'),
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^BRANCHLINE_AGENTS_MAX:1:1: "agents\.max" is "many"\. It takes a whole number or "unlimited"/,
    ),
    expect.stringMatching(/^local\.yaml:\d:\d: The YAML cannot be read/),
    expect.stringMatching(/^repository\.yaml:1:39: The field "agents\.use\.x\.sandbox" comes with a later version/),
    expect.stringMatching(/^repository\.yaml:1:59: Nothing says how the agent "y" is started/),
    expect.stringMatching(/^user\.yaml:2:8: "agents\.max" is "none"/),
    expect.stringMatching(/^user\.yaml:3:1: Unknown field "color" in the configuration\. .* Did you mean "colour"\?/),
  ]);
});

test('variables are found by the name of their key, and empty ones do not count', () => {
  const found = settingsInEnvironment({
    BRANCHLINE_AGENTS_MAX: '8',
    BRANCHLINE_COLOUR: '',
    BRANCHLINE_MAX_WAIT: '5m',
    // What Branchline tells its agents is no setting of a Branchline that one of them starts.
    BRANCHLINE_QUESTIONS: 'forbid',
    HOME: '/x',
  });
  expect(found).toEqual({ 'agents.max': '8', 'max-wait': '5m' });
  const { settings } = readSettings([{ name: 'environment', values: found }]);
  expect(settings).toMatchObject({ max: 8, maxWait_ms: 300_000 });
});

test('a plan wins over files and loses to flags', () => {
  const { around } = readSettings([
    { name: 'flags', values: { 'agents.max': 'unlimited' } },
    file('user', 'agents: { default: mine, max: 9, max-readonly: 7, use: { mine: { command: [m] } } }'),
  ]);
  const { plan } = readPlan('agents: { max: 2 }\ntasks: { a: }', 'p.yaml', around);
  expect(plan?.agents).toMatchObject({ default: 'mine', max: null, maxReadonly: 7, use: { mine: { command: ['m'] } } });
});

test('an empty configuration file says nothing', () => {
  expect(readSettings([file('user', ''), file('local', '# later\n')])).toMatchObject({
    settings: DEFAULT_SETTINGS,
    diagnostics: [],
  });
});
