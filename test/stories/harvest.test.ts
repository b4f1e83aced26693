import { expect, test } from 'vitest';
import { reasonsOf, Stage } from '../rig/stage.ts';

const harvested = async (
  does: string,
  files = { 'README.md': 'shop\n', 'old.txt': 'a\nb\nc\nd\n', 'run.sh': 'true\n' },
) => {
  const stage = await Stage.create(files);
  const ran = await stage.run({ attempts: 1, tasks: { a: { does } } });
  return { stage, ran };
};

test('staged, committed and untracked work is one result', async () => {
  const { stage, ran } = await harvested(
    'echo 1 > committed; git add committed; git commit -qm one; echo 2 > staged; git add staged; echo 3 > left; echo 4 >> README.md',
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.files('release')).toEqual(['README.md', 'committed', 'left', 'old.txt', 'run.sh', 'staged']);
  expect(await stage.repo.git('log', '--format=%s', 'release')).toContain('one');
});

test('renames, deletions, modes and links come through as they are', async () => {
  const { stage, ran } = await harvested('git mv old.txt new.txt; chmod +x run.sh; ln -s new.txt link; rm README.md');
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  const tree = (await stage.repo.git('ls-tree', 'release'))
    .split('\n')
    .map((line) => `${line.slice(0, 6)} ${line.split('\t')[1]}`);
  expect(tree).toEqual(['120000 link', '100644 new.txt', '100755 run.sh']);
  expect(await stage.show('release', 'link')).toBe('new.txt');
});

test('names with spaces, newlines, quotes and other scripts come through', async () => {
  const { stage, ran } = await harvested(
    `printf x > 'a b'; printf x > 'ümlaut'; printf x > "$(printf 'n\\nl')"; printf x > '-rf'; printf x > 'q"q'`,
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  const names = (await stage.repo.git('ls-tree', '-z', '--name-only', 'release')).split('\0').filter(Boolean);
  expect(names).toEqual(expect.arrayContaining(['a b', 'ümlaut', 'n\nl', '-rf', 'q"q']));
});

test('ignored files stay out', async () => {
  const { stage, ran } = await harvested('echo secret > x.env; echo kept > kept', {
    'README.md': 'shop\n',
    'old.txt': '',
    'run.sh': '',
    '.gitignore': '*.env\n',
  } as never);
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.files('release')).not.toContain('x.env');
});

test('binary files and long lines are the bytes that were written', async () => {
  const { stage, ran } = await harvested(
    `head -c 300000 /dev/zero | tr '\\0' 'x' > long; printf '\\000\\377\\r\\n' > binary`,
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.repo.git('cat-file', '-s', 'release:long')).toBe('300000');
  expect(await stage.repo.git('cat-file', '-s', 'release:binary')).toBe('4');
});

test('work on another branch alone is kept and told, not landed', async () => {
  const { stage, ran } = await harvested(
    'base=$(git rev-parse HEAD); git checkout -qb side; echo x > x; git add x; git commit -qm side; git checkout -q $base',
  );
  await using _ = stage;
  expect(reasonsOf(ran, 'a')).toEqual(['work-elsewhere']);
  expect(await stage.files('release')).not.toContain('x');
});
