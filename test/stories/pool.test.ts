import { expect, test } from 'vitest';
import { eventsOf, Stage } from '../rig/stage.ts';

const two = {
  agents: { max: 2 },
  tasks: { a: { does: 'echo a > a' }, b: { does: 'echo b > b' }, c: { does: 'echo c > c' } },
};
const slotsOf = (ran: Parameters<typeof eventsOf>[0]) =>
  [...new Set(eventsOf(ran, 'worktree-ready').map((line) => Number(line['slot'])))].sort();

test('a second run works in the slots of the first (U45)', async () => {
  await using stage = await Stage.create();
  await stage.repo.git('branch', 'other');
  const first = await stage.run({ ...two, agents: { max: 1 } });
  const second = await stage.run({ ...two, target: 'other', agents: { max: 1 } });
  expect([first.code, second.code], first.told + second.told).toEqual([0, 0]);
  expect(slotsOf(second)).toEqual(slotsOf(first));
  expect(slotsOf(first)).toHaveLength(1);
});

test('an agent finds nothing of the task before it in its slot (U45)', async () => {
  await using stage = await Stage.create({ 'README.md': 'shop\n', '.gitignore': 'build/\n' });
  const seen = stage.note('seen');
  const ran = await stage.run({
    agents: { max: 1 },
    tasks: {
      a: {
        does: 'mkdir build; echo x > build/out; echo a > a; git stash list; git config my.setting 1; git branch mine; echo hook > .git/hooks-of-a',
      },
      b: {
        needs: ['a'],
        does: `{ ls -A | tr '\\n' ' '; git config my.setting; git branch --list mine; ls .git/hooks-of-a; } > ${seen.path} 2>/dev/null || true; echo b > b`,
      },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect((await seen.read()).trim().split(/\s+/).sort()).toEqual(['.git', '.gitignore', 'README.md', 'a']);
});

test('what a plan keeps survives in a slot, and its set-up runs once there (U46)', async () => {
  await using stage = await Stage.create({ 'README.md': 'shop\n', '.gitignore': 'node_modules/\n' });
  const count = stage.note('setups');
  const ran = await stage.run({
    keep: ['node_modules/'],
    setup: [`mkdir -p node_modules; echo dep > node_modules/dep; echo "$PWD" >> ${count.path}`],
    agents: { max: 1 },
    tasks: {
      a: { does: 'cat node_modules/dep > a' },
      b: { needs: ['a'], does: 'cat node_modules/dep > b' },
      c: { needs: ['b'], does: 'cat node_modules/dep > c' },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  const folders = (await count.read()).trim().split('\n');
  expect(folders).toEqual([...new Set(folders)]);
});

test('a set-up that fails is told with its output, and no agent starts (U83)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 1,
    setup: ['echo "no such registry"; exit 4'],
    tasks: { a: { does: 'echo a > a' } },
  });
  expect(ran.code).toBe(1);
  expect(eventsOf(ran, 'attempt-failed')[0]?.['because']).toMatchObject({
    reason: 'setup-failed',
    code: 4,
    tail: expect.stringContaining('no such registry'),
  });
  expect(eventsOf(ran, 'agent-started')).toEqual([]);
});

test('slots that work at once share no port, home or temporary folder (U45, U50)', async () => {
  await using stage = await Stage.create();
  const told = stage.note('told');
  const gates = [await stage.gate('a'), await stage.gate('b')];
  const does = (gate: string) =>
    `echo "$BRANCHLINE_PORT $HOME $TMPDIR" >> ${told.path}; ${gate}; echo x > $BRANCHLINE_TASK`;
  const running = await stage.begin({
    tasks: { a: { does: does(gates[0]?.wait ?? '') }, b: { does: does(gates[1]?.wait ?? '') } },
  });
  await Promise.all([running.sawType('agent-started', 'a'), running.sawType('agent-started', 'b')]);
  for (const gate of gates) await gate.open();
  expect((await running.done).code).toBe(0);
  const words = (await told.read()).trim().split(/\s+/);
  expect(new Set(words).size).toBe(6);
});

test('each attempt works on a branch of its own, named after the template of the plan (U44)', async () => {
  await using stage = await Stage.create();
  const told = stage.note('told');
  const does = `git symbolic-ref --short HEAD >> ${told.path}; echo x > $BRANCHLINE_TASK`;
  const again = `${does}; [ "$BRANCHLINE_ATTEMPT" = 2 ] || exit 4`;
  const plan = { plan: 'shop', agents: { max: 1 }, tasks: { a: { does }, b: { needs: ['a'], does: again } } };
  const ran = await stage.run({ ...plan, branch: 'work/{plan}/{task}_{attempt}' });
  expect(ran.code, ran.told).toBe(0);
  expect((await told.read()).trim().split('\n')).toEqual(['work/shop/a_1', 'work/shop/b_1', 'work/shop/b_2']);
  // They are in the slots alone: the repository of the person gets none of them.
  expect(await stage.repo.git('branch', '--list', 'work/*')).toBe('');
});
