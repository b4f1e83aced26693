import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../rig/stage.ts';
import { TrackerServer } from '../rig/tracker-server.ts';

const TOKEN = 'made-up-token-4711';

/** A person's own configuration and a token for the tracker of the story. */
async function env(stage: Stage, { url }: TrackerServer): Promise<Record<string, string>> {
  const config = stage.repo.beside('config');
  await mkdir(join(config, 'branchline'), { recursive: true });
  const text = `trackers: { github: { url: "${url}" }, linear: { url: "${url}/graphql" } }\n`;
  await writeFile(join(config, 'branchline', 'config.yaml'), text);
  return { XDG_CONFIG_HOME: config, GITHUB_TOKEN: TOKEN, LINEAR_API_KEY: TOKEN };
}

test('sub-issues of GitHub and of Linear become a plan', async () => {
  await using stage = await Stage.create();
  await using server = await TrackerServer.start([
    { number: 12, title: 'Audit log', body: '- [ ] #15\n- [ ] Tell everybody\n' },
    { number: 13, title: 'Choose a table', body: '', state: 'closed', reason: 'completed', parent: 12 },
    { number: 14, title: 'Write the rows', body: 'Append only.', blockedBy: [13], assignees: ['dana'], parent: 12 },
    { number: 15, title: 'Show the rows', body: 'Depends on #14', labels: ['ui'] },
  ]);
  const out = join(stage.repo.beside('plans'), 'plan.yaml');
  const github = await stage.cli(['import', 'github:acme/shop#12', '-o', out], { env: await env(stage, server) });
  expect(github.code, github.stderr).toBe(0);
  expect(github.stderr).toContain('2 tasks (issues), 1 over already, 1 not carried over');
  const plan = await readFile(out, 'utf8');
  expect(plan).toContain('title: "#15: Show the rows"');
  expect(plan).toMatch(/needs: \[ "?14"? \]/);
  expect(plan).toContain('owner: dana');
  expect(server.seen.every(({ token }) => token === `Bearer ${TOKEN}`)).toBe(true);
  expect(github.stdout + github.stderr + plan).not.toContain(TOKEN);
  const labelled = await stage.cli(['import', 'github:acme/shop', '--label', 'ui'], { env: await env(stage, server) });
  expect(labelled.stderr).toContain('1 task (issues)');
  expect(labelled.stderr).toContain('waits for "#14"');
});

test('one sub-issue per task is created after a yes, and a second time none', async () => {
  const tasks =
    'tasks:\n  api: { title: API, brief: Record every write., owner: dana, labels: [3pt] }\n  ui: { title: Screen, brief: Show it., needs: [api] }\n';
  await using stage = await Stage.create({ 'plan.yaml': `plan: audit\n${tasks}` });
  for (const [parent, key] of [
    ['github:acme/shop#12', '#13'],
    ['linear:PAY-12', 'PAY-13'],
  ] as const) {
    await using server = await TrackerServer.start([{ number: 12, title: 'Audit log', body: '' }]);
    const args = ['prompts', '--create-issues', parent];
    const variables = await env(stage, server);
    const asked = await stage.cli(args, { env: variables });
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('api would get "Batch 1A: API"');
    expect(server.issues).toHaveLength(1);
    const made = await stage.cli([...args, '--yes'], { env: variables });
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toContain(`created ${key} api`);
    const [, api] = server.issues;
    expect(api).toMatchObject({ title: 'Batch 1A: API', parent: 12 });
    expect(api?.body).toMatch(/Record every write\.[\s\S]*\n\nBranchline task: audit\/api$/);
    const again = await stage.cli([...args, '--yes'], { env: variables });
    expect(again.stderr).toContain(`api has ${key} already`);
    expect(server.issues).toHaveLength(3);
    if (parent.startsWith('github')) {
      expect(api).toMatchObject({ assignees: ['dana'], labels: expect.arrayContaining(['3pt', 'type:chore']) });
      const [, ui] = server.issues.slice(1);
      if (ui !== undefined) ui.parent = null;
      const attached = await stage.cli([...args, '--yes'], { env: variables });
      expect(attached.stdout).toBe('attached #14 ui\n');
      expect(server.issues).toHaveLength(3);
    }
    expect(made.stdout + made.stderr).not.toContain(TOKEN);
  }
});

test('a repository cannot say where the token goes', async () => {
  await using stage = await Stage.create({
    '.branchline/config.yaml': 'trackers: { github: { url: "https://evil.example" } }\n',
  });
  const { code, stderr } = await stage.cli(['import', 'github:acme/shop#12'], { env: { GITHUB_TOKEN: TOKEN } });
  expect(code).toBe(2);
  expect(stderr).toContain('"trackers.github.url" cannot be set by a file in a repository');
});
