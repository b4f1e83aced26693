import { expect, test } from 'vitest';
import { endOf, eventsOf, reasonsOf, Stage, tasksOf } from '../rig/stage.ts';

const attempt = (scripts: Readonly<Record<number, string>>): string =>
  `case $BRANCHLINE_ATTEMPT in ${Object.entries(scripts)
    .map(([number, script]) => `${number}) ${script};;`)
    .join(' ')} esac`;

test('work outside of the scope is sent back with the paths in the next brief (U47, U95)', async () => {
  await using stage = await Stage.create();
  const brief = stage.note('brief');
  const ran = await stage.run({
    tasks: {
      api: {
        scope: { may: ['api/**'] },
        does: `mkdir -p api; echo a > api/a; ${attempt({ 1: 'mkdir ui; echo x > ui/stray', 2: `cat "$BRANCHLINE_BRIEF" > ${brief.path}` })}`,
      },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(reasonsOf(ran, 'api')).toEqual(['out-of-scope']);
  expect(await brief.read()).toContain('ui/stray');
  expect(await stage.files('release')).toEqual(['README.md', 'api/a']);
});

test('an agent that says it is done and changed nothing fails, and what needs it never starts (U79)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 1,
    tasks: { liar: { does: 'echo "All done, tests pass"' }, after: { needs: ['liar'], does: 'echo x > x' } },
  });
  expect(ran.code).toBe(1);
  expect(reasonsOf(ran, 'liar')).toEqual(['no-change']);
  expect(tasksOf(ran, 'task-started')).toEqual(['liar']);
  expect(endOf(ran)).toMatchObject({ state: 'ended', landed: 0, failed: 1, skipped: 1 });
});

test('a red check goes back to the agent with its output, and then lands (U97)', async () => {
  await using stage = await Stage.create();
  const brief = stage.note('brief');
  const ran = await stage.run({
    checks: ['grep -q good code || { echo "the code is not good enough"; exit 3; }'],
    tasks: {
      code: {
        does: attempt({
          1: 'echo bad > code',
          2: `cat "$BRANCHLINE_BRIEF" > ${brief.path}; cat code > ${brief.path}.tree; echo good > code`,
        }),
      },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(reasonsOf(ran, 'code')).toEqual(['check-failed']);
  expect(await brief.read()).toContain('the code is not good enough');
  expect(await stage.note('brief.tree').read(), 'the earlier work is there').toBe('bad\n');
  expect(eventsOf(ran, 'check-finished').map(({ code }) => code)).toEqual([3, 0]);
  expect(await stage.show('release', 'code')).toBe('good');
});

test('a conflict gives a new attempt with the markers in its tree, and costs no attempt of the task (U96, U100)', async () => {
  await using stage = await Stage.create({ 'list.txt': 'start\n' });
  const gate = await stage.gate('b');
  const seen = stage.note('seen');
  const running = await stage.begin({
    attempts: 1,
    tasks: {
      a: { does: 'echo from-a > list.txt' },
      b: {
        does: attempt({
          1: `echo from-b > list.txt; ${gate.wait}`,
          2: `cp list.txt ${seen.path}; printf 'from-a\\nfrom-b\\n' > list.txt`,
        }),
      },
    },
  });
  await running.sawType('task-landed', 'a');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(reasonsOf(ran, 'b')).toEqual(['conflict']);
  expect(await seen.read()).toMatch(
    /<<<<<<<[\s\S]*from-a[\s\S]*=======[\s\S]*from-b|<<<<<<<[\s\S]*from-b[\s\S]*=======[\s\S]*from-a/,
  );
  expect(await stage.show('release', 'list.txt')).toBe('from-a\nfrom-b');
});

test('a conflict that comes back asks a person, and giving up leaves it as a conflict (U96)', async () => {
  await using stage = await Stage.create({ 'list.txt': 'start\n' });
  const gates = [await stage.gate('b1'), await stage.gate('b2')] as const;
  const running = await stage.begin({
    attempts: { max: 5, conflict: 2 },
    tasks: {
      a1: { does: 'echo a1 > list.txt' },
      b: {
        does: `cat list.txt >/dev/null; echo b$BRANCHLINE_ATTEMPT > list.txt; ${attempt({ 1: gates[0].wait, 2: gates[1].wait })}`,
      },
    },
  });
  await running.sawType('task-landed', 'a1');
  await gates[0].open();
  await running.saw((line) => line.type === 'agent-started' && line['task'] === 'b' && line['attempt'] === 2);
  // Somebody else moves the target under the second attempt.
  const tree = await stage.repo.git('rev-parse', 'release^{tree}');
  await stage.repo.write({ 'list.txt': 'by hand\n' });
  const blob = await stage.repo.git('hash-object', '-w', 'list.txt');
  await stage.repo.write({ 'list.txt': 'start\n' });
  const edited = (await stage.repo.git('ls-tree', tree)).replace(/[0-9a-f]{40}\tlist.txt/, `${blob}\tlist.txt`);
  await stage.repo.write({ '.git/edited-tree': `${edited}\n` });
  const moved = await stage.repo.git('-c', 'alias.mk=!git mktree < .git/edited-tree', 'mk');
  const commit = await stage.repo.git('commit-tree', moved, '-p', 'release', '-m', 'By hand');
  await stage.repo.git('update-ref', 'refs/heads/release', commit);
  await gates[1].open();
  const ran = await running.done;
  expect(reasonsOf(ran, 'b')).toEqual(['conflict', 'conflict']);
  expect(ran.code).toBe(3);
  expect((await stage.cli(['answer', 'b', 'give up'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(5);
});

test('an agent that is not there blocks its task with a sentence that names it (U79, U83)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    agents: { use: { none: { command: ['/nonexistent/agent-of-nobody'] } } },
    tasks: { a: { agent: 'none' }, b: { does: 'echo b > b' } },
  });
  expect(ran.code).toBe(3);
  expect(reasonsOf(ran, 'a')).toEqual(['agent-missing']);
  expect(tasksOf(ran, 'task-landed')).toEqual(['b']);
  const explained = await stage.cli(['explain', 'a']);
  expect(explained.stdout).toContain('/nonexistent/agent-of-nobody');
});

test('an attempt that fails in another way each time is tried again, as often as the plan says (U76)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 3,
    tasks: {
      a: { does: `echo kept$BRANCHLINE_ATTEMPT > kept; ${attempt({ 1: 'exit 4', 2: 'exit 5', 3: 'exit 6' })}` },
    },
  });
  expect(ran.code).toBe(1);
  expect(reasonsOf(ran, 'a')).toEqual(['exited', 'exited', 'exited']);
  for (const line of eventsOf(ran, 'attempt-failed')) expect(line['rescue']).toMatch(/^refs\/branchline\/rescue\//);
});
