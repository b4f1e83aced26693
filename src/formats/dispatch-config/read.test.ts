import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importPlan } from '../import-plan.ts';
import { readCommand } from './backend-command.ts';

const given = (text: string) =>
  importPlan(
    { path: 'config.yaml', isFolder: false, files: [{ path: 'config.yaml', text }] },
    { from: 'dispatch-config' },
  );
const agents = (text: string) => given(text).draft?.values.agents?.value;
const said = (text: string) => given(text).diagnostics.map(({ line, what }) => `${line} ${what}`);

test('a configuration becomes settings: models and aliases are names of agents (U51)', () => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', 'config.yaml'), 'utf8');
  const imported = given(text);
  expect([imported.is, imported.diagnostics]).toEqual(['settings', []]);
  expect(imported.draft?.values.agents?.value).toEqual({
    default: 'opus',
    aliases: {
      opus: { agent: 'claude', model: 'opus' },
      'composer-x': { agent: 'cursor', model: 'composer-x' },
      sec: { agent: 'claude', model: 'opus', prompt: 'Be a security reviewer.' },
    },
    use: {
      cursor: {
        driver: 'command',
        command: `agent -p --workspace "$(pwd)" \${BRANCHLINE_MODEL:+--model "$BRANCHLINE_MODEL"}`,
        'brief-on-stdin': true,
      },
    },
  });
  expect(imported.plan).not.toContain('tasks:');
});

test('flags by which an agent asks nobody any more are left out, with the reason', () => {
  const { draft, plan } = given(readFileSync(join(import.meta.dirname, 'fixtures', 'config.yaml'), 'utf8'));
  expect(draft?.left.map(({ what }) => what)).toEqual([
    '--dangerously-skip-permissions of "claude"',
    'the command of "claude": env -u CLAUDE_CODE_ENTRYPOINT -u CLAUDECODE claude -p',
    '--force of "cursor"',
  ]);
  const settings = (plan ?? '').split('\n').filter((line) => !line.startsWith('#'));
  expect(settings.join('\n')).not.toMatch(/--dangerously-skip-permissions|--force|bypass/);
});

test.each([
  ['claude -p --model opus', { known: 'claude', command: 'claude -p', model: 'opus', bypassing: [] }],
  [
    'codex exec --full-auto -C "$(pwd)"',
    { known: 'codex', command: 'codex exec -C "$(pwd)"', model: null, bypassing: ['--full-auto'] },
  ],
  [
    'env -u A B=1 /usr/bin/claude --permission-mode bypassPermissions',
    {
      known: 'claude',
      command: 'env -u A B=1 /usr/bin/claude',
      model: null,
      bypassing: ['--permission-mode bypassPermissions'],
    },
  ],
  ['agent -f -p', { known: null, command: 'agent -p', model: null, bypassing: ['-f'] }],
  ['make -f work.mk', { known: null, command: 'make -f work.mk', model: null, bypassing: [] }],
])('the command %s is read', (text, expected) => {
  expect(readCommand(text)).toEqual(expected);
});

test('the old form is read, and that it is old is said', () => {
  const text = [
    'default: harvey',
    'agents:',
    '  harvey: { command: claude -p --model opus, prompt: Be brief. }',
    '  mine: { command: my-agent --loud }',
  ].join('\n');
  expect(said(text)).toEqual(['3 "agents" is the old form of this configuration']);
  expect(agents(text)).toEqual({
    default: 'harvey',
    aliases: { harvey: { agent: 'claude', model: 'opus', prompt: 'Be brief.' } },
    use: {
      mine: {
        driver: 'command',
        command: `my-agent --loud \${BRANCHLINE_MODEL:+--model "$BRANCHLINE_MODEL"}`,
        'brief-on-stdin': true,
      },
    },
  });
});

test('a backend that is not there and a default that nobody is are errors with their lines', () => {
  const text =
    'default: opsu\nbackends: { claude: { command: claude } }\nmodels:\n  opus: { backend: claud }\n  fast: { backend: claude }\n';
  expect(said(text)).toEqual([
    '1 "opsu" is no model, alias or backend of this file',
    '4 "claud" is no backend of this file',
  ]);
});

test('what a configuration lacks is reported: no default, no backend, no command, no model', () => {
  const text =
    'backends: { mine: {}, cursor: { command: agent -p } }\nmodels: { fast: {} }\naliases: { sec: { prompt: Look closely. } }\ncolour: blue\n';
  const { draft } = given(text);
  expect(draft?.missing.map(({ field }) => field)).toEqual([
    'backends.mine.command',
    'models.fast.backend',
    'aliases.sec.model',
    'default',
  ]);
  expect(draft?.left.map(({ what }) => what)).toEqual(['"colour"']);
});

test('a model that is called like an agent gets a name that nobody has', () => {
  const text =
    'default: gemini\nbackends: { cursor: { command: agent -p } }\nmodels: { gemini: { backend: cursor }, gpt/5: { backend: cursor } }\n';
  expect(agents(text)).toMatchObject({
    default: 'cursor-gemini',
    aliases: {
      'cursor-gemini': { agent: 'cursor', model: 'gemini' },
      'cursor-gpt-5': { agent: 'cursor', model: 'gpt/5' },
    },
  });
});

test('names that mean something to JavaScript are names like any other', () => {
  const imported = given('default: x\nbackends: { __proto__: { command: evil }, x: { command: mine } }\n');
  expect(imported.plan).toBeNull();
  expect(imported.diagnostics.length).toBeGreaterThan(0);
  expect(({} as { command?: string }).command).toBeUndefined();
});
