import { expect, test } from 'vitest';
import { Stage } from '../rig/stage.ts';

test('an agent sees the variables that the plan requires by name and no other secret; a task wins over its agent (U50)', async () => {
  await using stage = await Stage.create();
  const seen = stage.note('seen');
  const path = await stage.plan({
    'env-required': ['SHOP_KEY'],
    agents: {
      use: {
        script: {
          command: ['sh', '-c', 'eval "$SCRIPT"'],
          env: { LEVEL: 'agent', ONLY: 'agent', BRANCHLINE_TASK: 'forged' },
        },
      },
    },
    tasks: {
      a: {
        env: { LEVEL: 'task' },
        does: `echo "$SHOP_KEY,$OTHER_SECRET,$LEVEL,$ONLY,$BRANCHLINE_TASK" > ${seen.path}; echo a > a`,
      },
    },
  });
  const env = { SHOP_KEY: 'key', OTHER_SECRET: 'secret' };
  const ran = await stage.cli(['run', path, '--yes', '--json'], { env });
  expect(ran.code, ran.told).toBe(0);
  expect(await seen.read()).toBe('key,,task,agent,a\n');
});

test('a run is not resumed where a variable that its plan requires is missing (U12)', async () => {
  await using stage = await Stage.create();
  const path = await stage.plan({
    'env-required': ['SHOP_KEY'],
    tasks: {
      a: {
        does: 'if [ "$BRANCHLINE_ATTEMPT" = 1 ]; then echo "Which?" > "$BRANCHLINE_QUESTION"; exit 75; fi; echo a > a',
      },
    },
  });
  const env = { SHOP_KEY: 'key' };
  expect((await stage.cli(['run', path, '--yes', '--json'], { env })).code).toBe(3);
  expect((await stage.cli(['answer', 'a', 'this'])).code).toBe(0);
  const refused = await stage.cli(['resume', '--json']);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('SHOP_KEY');
  const resumed = await stage.cli(['resume', '--json'], { env });
  expect(resumed.code, resumed.told).toBe(0);
});
