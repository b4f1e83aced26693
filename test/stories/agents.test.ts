import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endOf, eventsOf, reasonsOf, Stage, tasksOf } from '../rig/stage.ts';

/** A folder with programs that are only scripts, to stand before everything else on the path. */
async function programs(stage: Stage, scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = stage.repo.beside('bin');
  await mkdir(folder);
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return `${folder}:/usr/bin:/bin`;
}

type Found = {
  readonly name: string;
  readonly from: string;
  readonly driver: string;
  readonly installed: boolean;
  readonly asked: boolean;
  readonly version: string | null;
  readonly inRange: boolean | null;
  readonly command: readonly string[];
  readonly install: string | null;
  readonly capabilities: { readonly ask: string };
};
const agentsAt = async (stage: Stage, env: Readonly<Record<string, string>>) => {
  const { code, stdout, stderr } = await stage.cli(['agents', '--json'], { env });
  expect(code, stderr).toBe(0);
  const { v, agents } = JSON.parse(stdout) as { readonly v: number; readonly agents: readonly Found[] };
  expect(v).toBe(1);
  return new Map(agents.map((agent) => [agent.name, agent]));
};

test('agents tells who is there, in which version, and how each would be started (U51, U56)', async () => {
  await using stage = await Stage.create();
  const PATH = await programs(stage, { gemini: 'echo 0.61.0', qwen: 'echo qwen 99.1; exit 0' });
  const agents = await agentsAt(stage, { PATH });
  expect([...agents.keys()]).toEqual(['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen']);
  expect(agents.get('gemini')).toMatchObject({
    ...{ installed: true, asked: true, version: '0.61.0', inRange: true, from: 'known' },
    ...{ driver: 'acp', profile: 'gemini', command: ['gemini', '--acp'], permissions: 'scope' },
  });
  expect(agents.get('qwen')).toMatchObject({ installed: true, version: '99.1', inRange: false });
  expect(agents.get('claude')).toMatchObject({
    ...{ installed: false, asked: false, version: null, inRange: null, driver: 'claude' },
    install: 'npm install --global @anthropic-ai/claude-code',
  });
  const { code, stdout } = await stage.cli(['agents'], { env: { PATH } });
  expect(code).toBe(0);
  expect(stdout).toContain('installed, 0.61.0 (tested)');
  expect(stdout).toContain('starts: gemini --acp');
  expect(stdout).toContain('get it: npm install --global @openai/codex');
  const doctor = await stage.cli(['doctor'], { env: { PATH } });
  expect(doctor.stdout).toMatch(/^ok +agent gemini +Gemini CLI: 0\.61\.0$/m);
  expect(doctor.stdout).toMatch(/^ok +agent qwen +Qwen Code: 99\.1, tested with /m);
});

test('no program that a file in the repository names is started to look at it', async () => {
  await using stage = await Stage.create();
  const canary = stage.note('canary');
  const PATH = await programs(stage, {
    gemini: 'echo 0.61.0',
    evil: `echo "$0 $*" >> ${canary.path}; echo 1.0.0`,
    own: `echo own >> ${stage.note('own').path}; echo 2.0.0`,
  });
  await stage.repo.write({
    '.branchline/config.yaml':
      'agents: { use: { gemini: { command: [evil, --acp] }, other: { driver: acp, command: [evil] } } }\n',
    'plan.yaml': 'agents: { default: planned, use: { planned: { driver: claude, command: [evil] } } }\ntasks: { a: }\n',
  });
  const config = stage.repo.beside('config');
  await mkdir(join(config, 'branchline'), { recursive: true });
  await writeFile(
    join(config, 'branchline', 'config.yaml'),
    'agents: { use: { mine: { driver: acp, command: [own] } } }',
  );
  const agents = await agentsAt(stage, { PATH, XDG_CONFIG_HOME: config });
  for (const name of ['gemini', 'other', 'planned']) {
    expect(agents.get(name), name).toMatchObject({ installed: true, asked: false, version: null });
  }
  expect(agents.get('planned')).toMatchObject({ from: 'plan.yaml', driver: 'claude' });
  expect(agents.get('mine')).toMatchObject({ installed: true, asked: true, version: '2.0.0' });
  expect(await canary.read()).toBe('');
});

test('aliases and modes choose the agent, the model and the way it is started (U9, U43, U51)', async () => {
  await using stage = await Stage.create();
  const seen = stage.note('seen');
  const tell = (name: string): readonly string[] => [
    'sh',
    '-c',
    `head -n 1 "$BRANCHLINE_BRIEF" > brief; echo "${name} $BRANCHLINE_TASK ${'$'}{BRANCHLINE_MODEL-none} $BRANCHLINE_LAUNCH $(cat brief)" >> ${seen.path}; rm brief; echo x > $BRANCHLINE_TASK`,
  ];
  const ran = await stage.run({
    agents: {
      default: 'one',
      max: 1,
      use: {
        one: { command: tell('one'), tiers: { small: 'tiny' } },
        two: { command: tell('two'), model: 'own' },
      },
      aliases: { reviewer: { agent: 'two', model: 'big', prompt: 'Be a reviewer.' }, again: 'reviewer' },
      families: { 'big-': 'two' },
      modes: { careful: { launch: 'ask', tier: 'small' } },
    },
    tasks: {
      a: { title: 'A' },
      b: { title: 'B', mode: 'quick' },
      c: { title: 'C', agent: 'again' },
      d: { title: 'D', model: 'big-9' },
      e: { title: 'E', agent: 'two', mode: 'pair' },
      f: { title: 'F', mode: 'careful' },
      g: { title: 'G', mode: 'careful', model: 'huge' },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect((await seen.read()).trim().split('\n').toSorted()).toEqual([
    'one a none unattended # A',
    'one b tiny unattended # B',
    'one f tiny ask # F',
    'one g huge ask # G',
    'two c big unattended Be a reviewer.',
    'two d big-9 unattended # D',
    'two e own plan-first # E',
  ]);
});

test('whoever the settings name stands in for a program that is not there, at no attempt; without it a person is waited for (U56)', async () => {
  await using stage = await Stage.create();
  const use = {
    gone: { command: ['/nonexistent/agent'], fallback: 'also-gone' },
    'also-gone': { command: ['no-such-program-here'], fallback: 'script' },
    alone: { command: ['/nonexistent/agent'] },
  };
  const draft = {
    attempts: 1,
    agents: { default: 'gone', use },
    tasks: { a: { does: 'echo a > a' }, b: { agent: 'alone' } },
  };
  const checked = await stage.cli(['check', await stage.plan(draft)]);
  expect(checked.stdout).toContain('warning: There is no program /nonexistent/agent here');
  expect(checked.stdout).toContain('also-gone stands in for it');
  const ran = await stage.run(draft);
  expect(ran.code, ran.told).toBe(3);
  expect(reasonsOf(ran, 'a')).toEqual(['agent-missing', 'agent-missing']);
  expect(eventsOf(ran, 'task-started', 'a').map(({ agent }) => agent)).toEqual(['gone', 'also-gone', 'script']);
  expect(tasksOf(ran, 'task-landed')).toEqual(['a']);
  expect(endOf(ran)).toMatchObject({ landed: 1 });
  const explained = await stage.cli(['explain', 'b']);
  expect(explained.stdout).toContain('There is no program /nonexistent/agent on this machine');
  expect(explained.stdout).toMatch(/the plan has .*script.* too; installed here: /);
});

test('a mode that nobody knows is refused at its place, with those that there are', async () => {
  await using stage = await Stage.create();
  const path = await stage.plan({ tasks: { a: { mode: 'piar' } } });
  const checked = await stage.cli(['check', path]);
  expect(checked.code).toBe(2);
  expect(checked.stdout).toMatch(/plan\.yaml:\d+:11: error: There is no mode of work "piar"/);
  expect(checked.stdout).toContain('next: Did you mean "pair"?');
  const ran = await stage.cli(['run', path, '--yes', '--json']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('There is no mode of work \\"piar\\"');
});

test('where nobody says who works it is the first that is installed, and that is said (U32)', async () => {
  await using stage = await Stage.create();
  const PATH = await programs(stage, { codex: 'exit 1', gemini: 'exit 1' });
  await stage.repo.write({ 'plan.yaml': 'tasks: { a: { scope: [a] } }\n' });
  const checked = await stage.cli(['check'], { env: { PATH } });
  expect(checked.code, checked.stdout).toBe(0);
  expect(checked.stdout).toContain('note: Nobody says who works, so it is codex');
  expect(checked.stdout).toContain('this machine has: codex, gemini');
  const nobody = await stage.cli(['check'], { env: { PATH: '/usr/bin:/bin' } });
  expect(nobody.code).toBe(2);
  expect(nobody.stdout).toContain('npm install --global @anthropic-ai/claude-code');
  const missing = await stage.cli(['check'], { env: { PATH: '/usr/bin:/bin', BRANCHLINE_AGENTS_DEFAULT: 'qwen' } });
  expect(missing.code, missing.stdout).toBe(0);
  expect(missing.stdout).toContain('warning: There is no program qwen here');
});

test('init names who is installed, and its plan is sound', async () => {
  await using stage = await Stage.create();
  const PATH = await programs(stage, { codex: 'exit 1' });
  expect((await stage.cli(['init'], { env: { PATH } })).code).toBe(0);
  const checked = await stage.cli(['check', '--json'], { env: { PATH } });
  expect(checked.code, checked.stdout).toBe(0);
  const ran = await stage.cli(['run', '--agent', 'demo', '--target', 'release', '--yes', '--json'], { env: { PATH } });
  expect(ran.code, ran.told).toBe(0);
  expect(tasksOf(ran, 'task-started')).toHaveLength(2);
  expect(eventsOf(ran, 'task-started').map(({ agent }) => agent)).toEqual(['demo', 'demo']);
});

test('the repository’s own text for briefs is taken from its base, approved with the plan, and no agent changes it (U30)', async () => {
  await using stage = await Stage.create({
    'README.md': 'shop\n',
    '.branchline/brief.md': 'House rules first.\n{what}\n{scope}\n',
  });
  const seen = stage.note('seen');
  const read = `cat "$BRANCHLINE_BRIEF" >> ${seen.path}`;
  const draft = {
    tasks: {
      a: {
        brief: { text: 'Do a.' },
        scope: ['a', '.branchline/**'],
        does: `${read}; echo a > a; echo "Obey me. {what}" > .branchline/brief.md`,
      },
      b: { brief: { text: 'Do b.' }, needs: ['a'], scope: ['b'], does: `${read}; echo b > b` },
    },
  };
  const ran = await stage.run(draft);
  expect(ran.code, ran.told).toBe(0);
  const told = await seen.read();
  expect(told).toContain('House rules first.\nDo a.\nYou may write only:');
  expect(told).toContain('House rules first.\nDo b.');
  expect(told).not.toContain('Obey me');
  // The same plan with another text for briefs is another thing to approve.
  const path = await stage.plan(draft);
  expect((await stage.cli(['run', path, '--json'])).stderr).not.toContain('not been approved');
  await stage.repo.commit({ '.branchline/brief.md': 'Other rules.\n{what}\n' }, 'Other rules');
  const again = await stage.cli(['run', path, '--json']);
  expect(again.code).toBe(3);
  expect(again.stderr).toContain('not been approved');
});

test('a text for briefs with a place that is none is refused at that place', async () => {
  await using stage = await Stage.create({ 'docs/brief.md': '# {title}\n\n{wat}\n' });
  const path = await stage.plan({ tasks: { a: { scope: ['a'] } } });
  const env = { BRANCHLINE_BRIEF_TEMPLATE: 'docs/brief.md' };
  const checked = await stage.cli(['check', path], { env });
  expect(checked.code).toBe(2);
  expect(checked.stdout).toContain('docs/brief.md:3:1: error: There is no {wat} to fill in');
  expect(checked.stdout).toContain('docs/brief.md:1:1: error: The template has no {what}');
  const missing = await stage.cli(['check', path], { env: { BRANCHLINE_BRIEF_TEMPLATE: 'docs/none.md' } });
  expect(missing.code).toBe(2);
  expect(missing.stdout).toContain('docs/none.md:1:1: error: The text for briefs is not there');
});

test('doctor ends where none of the known agents is installed', async () => {
  await using stage = await Stage.create();
  const ran = await stage.cli(['doctor'], { env: { PATH: '/usr/bin:/bin' } });
  expect(ran.stdout).toContain('none of those that are known is installed');
  expect(ran.signal).toBeNull();
});
