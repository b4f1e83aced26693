import { expect, test } from 'vitest';
import { Stage } from '../rig/stage.ts';

test('an agent sees the variables that the plan requires by name and no other secret; a task wins over its agent', async () => {
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
