import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { built } from '../rig/build.ts';
import { locksBelow } from '../rig/crash.ts';
import { ForeignLoop } from '../rig/foreign-loop.ts';
import { Running } from '../rig/program.ts';
import { Stage } from '../rig/stage.ts';

const EACH = 500;

test('two processes lease a thousand slots while somebody else works in the repository (U45)', {
  timeout: 300_000,
}, async () => {
  await using stage = await Stage.create();
  const program = await built('test/rig/slot-loop-main.ts', ['src', 'test/rig/slot-loop-main.ts']);
  const foreign = await ForeignLoop.start(stage);
  const loops = ['left', 'right'].map((name) =>
    Running.launch([process.execPath, program, name, String(EACH), '3', stage.dir, stage.state], {
      cwd: stage.dir,
      env: stage.env(),
      input: null,
    }),
  );
  const rans = await Promise.all(loops.map(({ done }) => done));
  const { rounds, failed } = await foreign.end();
  expect(
    rans.map(({ code }) => code),
    rans.map(({ stderr }) => stderr).join('\n'),
  ).toEqual([0, 0]);
  expect(failed).toEqual([]);
  expect(rounds).toBeGreaterThan(20);
  const journal = (await readFile(join(stage.state, 'loop-journal'), 'utf8')).trim().split('\n');
  expect(journal.filter((line) => line.startsWith('had'))).toHaveLength(2 * EACH);
  expect(heldTwice(journal)).toEqual([]);
  expect([...locksBelow(stage.dir), ...locksBelow(stage.state)]).toEqual([]);
  expect((await stage.repo.git('branch', '--format=%(refname:short)')).split('\n').sort()).toEqual(['main', 'release']);
  await stage.repo.git('fsck', '--strict', '--no-dangling');
});

/** Lines that say that a slot was had by two at once. */
function heldTwice(journal: readonly string[]): readonly string[] {
  const held = new Map<string, string>();
  return journal.filter((line) => {
    const [what, slot = '', by = ''] = line.split(' ');
    const holder = held.get(slot);
    if (what === 'gave') held.delete(slot);
    else held.set(slot, by);
    return what === 'had' ? holder !== undefined : holder !== by;
  });
}
