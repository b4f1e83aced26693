import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { bareSpec } from '../../../test/rig/bare.ts';
import { ACP_PROFILES } from '../../core/known-agents.ts';
import type { AgentSpec } from '../../core/ports/agent.ts';
import { ANY_AGENT } from './profile.ts';
import { PROFILES, profileNamed, profileOf } from './profiles.ts';

const specWith = (more: Partial<AgentSpec>): AgentSpec => ({
  ...bareSpec,
  key: { run: 'r', task: 't', attempt: 1 },
  argv: [],
  cwd: '/w',
  env: {},
  brief: '/b',
  briefOnStdin: false,
  log: '/l',
  logBytes_max: 1,
  mark: 'm',
  ...more,
});
const startOf = (name: string, more: Partial<AgentSpec> = {}) => profileNamed(name).start(specWith(more), '/attempt');

test('there is a profile for each agent that settings may name', () => {
  expect(Object.keys(PROFILES).sort()).toEqual([...ACP_PROFILES].sort());
  for (const [name, profile] of Object.entries(PROFILES)) {
    expect(profile.name).toBe(name);
    expect(profile.tested).not.toBeNull();
    expect(profile.command).not.toEqual([]);
  }
});

test('an agent that nobody named is known by how it calls itself', () => {
  expect(profileOf(profileNamed(null), 'Copilot').name).toBe('copilot');
  expect(profileOf(profileNamed(null), 'something-new')).toBe(ANY_AGENT);
  expect(profileOf(profileNamed('gemini'), 'Copilot').name).toBe('gemini');
  expect(profileNamed('toString')).toBe(ANY_AGENT);
});

describe('what an agent may see of a person', () => {
  test.each(Object.entries(PROFILES))('%s: its own variables, and paths below HOME', (_, { surroundings }) => {
    expect(surroundings.passed).toContain('HTTPS_PROXY');
    // Whoever gets the person's HOME needs no variable that points there.
    if (surroundings.home === 'person') expect(surroundings.set).toEqual({});
    else expect(Object.keys(surroundings.set).length).toBeGreaterThan(0);
    for (const path of Object.values(surroundings.set)) expect(path).toMatch(/^(?!\/)(?!.*\.\.)/);
  });

  test('tokens of GitHub are for Copilot alone', () => {
    const seeing = Object.values(PROFILES).filter(({ surroundings }) => surroundings.passed.includes('GH_TOKEN'));
    expect(seeing.map(({ name }) => name)).toEqual(['copilot']);
    expect(ANY_AGENT.surroundings).toEqual({ home: 'slot', passed: [], set: {} });
  });
});

describe('what an agent gets on its way', () => {
  const tools = { argv: ['node', 'tools.js', '--x'], env: { KEY: 'secret' } };

  test('tools come to Copilot in a file of their own, and on no command line', () => {
    const { args, files } = startOf('copilot', { tools });
    expect(args).toContain('@/attempt/copilot-mcp.json');
    expect(JSON.stringify(args)).not.toContain('secret');
    expect(JSON.parse(files['/attempt/copilot-mcp.json'] ?? '')).toEqual({
      mcpServers: {
        branchline: { type: 'local', command: 'node', args: ['tools.js', '--x'], env: { KEY: 'secret' }, tools: ['*'] },
      },
    });
    expect(startOf('copilot').files).toEqual({});
  });

  test('opencode asks before it edits, unless nothing is to be asked', () => {
    expect(startOf('opencode').must['OPENCODE_PERMISSION']).toContain('"edit":"ask"');
    expect(startOf('opencode', { permissions: 'bypass' }).must['OPENCODE_PERMISSION']).toContain('"edit":"allow"');
  });

  test('nothing is bypassed that was not asked for (U54)', () => {
    for (const name of Object.keys(PROFILES))
      expect(JSON.stringify(startOf(name))).not.toMatch(/allow-all|full-access|yolo|bypass|dangerously/i);
    expect(startOf('copilot', { permissions: 'bypass' }).args).toContain('--allow-all-tools');
    expect(startOf('codex', { permissions: 'bypass' }).must['INITIAL_AGENT_MODE']).toBe('agent-full-access');
  });

  test('a model is told to those that take it at their start', () => {
    const told = Object.keys(PROFILES).filter((name) =>
      JSON.stringify(startOf(name, { model: 'm-1' })).includes('m-1'),
    );
    expect(told.sort()).toEqual(
      Object.values(PROFILES)
        .filter(({ modelAtStart }) => modelAtStart)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('a session of Gemini', () => {
  const home = mkdtempSync(join(tmpdir(), 'branchline-gemini-'));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test('that began in this very minute gets an earlier name, so that loading does not write over it', async () => {
    const chats = join(home, '.gemini/tmp/worktree/chats');
    mkdirSync(chats, { recursive: true });
    const names = [
      '2026-11-24T15-21-aaaaaaaa',
      '2026-11-24T15-22-aaaaaaaa',
      '2026-11-24T15-22-bbbbbbbb',
      '2026-11-24T15-20-cccccccc',
    ];
    for (const name of names) writeFileSync(join(chats, `session-${name}.jsonl`), name);
    const resume = { session: 'aaaaaaaa-0000-4000-8000-000000000000', text: 'Go on.' };
    const now = Date.UTC(2026, 10, 24, 15, 22, 59);
    const { beforeLoading } = profileNamed('gemini');
    for (const env of [{ GEMINI_CLI_HOME: home }, { HOME: home }, { HOME: join(home, 'none') }, {}])
      await beforeLoading(specWith({ env, resume }), now);
    expect(readdirSync(chats).sort()).toEqual([
      'session-2026-11-24T15-20-aaaaaaaa.jsonl',
      'session-2026-11-24T15-20-cccccccc.jsonl',
      'session-2026-11-24T15-21-aaaaaaaa.jsonl',
      'session-2026-11-24T15-22-bbbbbbbb.jsonl',
    ]);
  });
});
