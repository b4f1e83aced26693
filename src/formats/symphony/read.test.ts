import { expect, test } from 'vitest';
import { fixture, imported, said, written } from '../fixture-source.ts';

const read = imported(fixture('symphony/fixtures/WORKFLOW.md'));
const of = (front: string, body = 'Do it.') =>
  imported(written('WORKFLOW.md', `---\n${front}\n---\n${body}\n`), 'symphony');

test('settings that a plan can hold are carried over, and it is said that tasks are missing', () => {
  expect(said(read)).toEqual(['warning symphony/fixtures/WORKFLOW.md:1 It has settings and no tasks']);
  const values = Object.entries(read.draft?.values ?? {}).map(([field, sourced]) => [field, sourced?.value]);
  expect(Object.fromEntries(values)).toEqual({
    agents: { default: 'codex', max: 4, use: { codex: { model: 'gpt-5' } } },
    timeout: { silence: 'off', wall: '30m' },
    setup: ['npm ci'],
  });
  expect(read.plan).toContain('agents:');
});

test('the rest is left with its reason, and no key of a tracker is told', () => {
  expect(read.draft?.left.map(({ what, at }) => `${what} ${at.line}`)).toEqual([
    ...[
      'the prompt 29',
      '"hooks.after_create" 12',
      '"tracker.kind" 3',
      '"tracker.project_slug" 4',
      '"tracker.api_key" 5',
    ],
    ...['"tracker.active_states" 6', '"polling.interval_ms" 8', '"workspace.root" 10', '"hooks.before_remove" 16'],
    ...['"agent.max_turns" 19', '"codex.approval_policy" 23', '"extra" 26'],
  ]);
  expect(JSON.stringify(read)).not.toContain('lin_api_0123456789');
});

test('what makes a workspace is set-up unless it makes the checkout', () => {
  expect(of('hooks:\n  after_create: make deps\n  before_run: make db').draft?.values.setup?.value).toEqual([
    'make deps',
    'make db',
  ]);
});

test('numbers that are none, and parts that are no maps, are errors at their lines', () => {
  expect(said(of('agent:\n  max_concurrent_agents: many\ncodex: [1]\npolling: 5'))).toEqual([
    'error WORKFLOW.md:3 "max_concurrent_agents" is no whole number',
    'error WORKFLOW.md:4 "codex" is no map',
    'error WORKFLOW.md:5 "polling" is no map',
  ]);
});

test("a setting that Branchline's own reader refuses is refused at its line", () => {
  const { plan, diagnostics } = of('tracker: {}\nagent:\n  max_concurrent_agents: 0');
  expect(plan).toBeNull();
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ line }) => line)).toEqual([4]);
});

test('a file without a prompt misses it', () => {
  expect(of('tracker: {}', '').draft?.missing.map(({ field }) => field)).toEqual(['prompt below the settings']);
});
