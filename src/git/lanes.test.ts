import { expect, test } from 'vitest';
import { Lanes } from './lanes.ts';

const PATH = process.env['PATH'] ?? '/usr/bin:/bin';
const run = (lanes: Lanes, ...words: readonly string[]) => lanes.run({ cwd: '/', env: {}, words });

test('words reach the program as they are, whatever they would mean to a shell', async () => {
  const lanes = new Lanes({ PATH });
  const words = ['$(touch x)', '`id`', "it's", 'a"b', '*', '~', '\\', ' two  words ', '', '; exit', '--', 'A=b', '🙂'];
  const { code, stdout } = await run(lanes, 'printf', '%s\\0', ...words);
  expect(code).toBe(0);
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
  await lanes.close();
});

test('exit code, output, errors, folder and environment are those of each command alone', async () => {
  const lanes = new Lanes({ PATH });
  const spoken = await lanes.run({
    cwd: '/usr',
    env: { MINE: 'only now' },
    words: ['sh', '-c', 'pwd; printf %s "$MINE"; echo wrong >&2; exit 7'],
  });
  expect(spoken).toMatchObject({ code: 7 });
  expect(spoken.stdout.toString()).toBe('/usr\nonly now');
  expect(spoken.stderr.toString()).toBe('wrong\n');
  expect((await run(lanes, 'sh', '-c', 'printf %s "$MINE"')).stdout.toString()).toBe('');
  await lanes.close();
});

test('answers of many commands at once, large ones too, are not mixed up', async () => {
  const lanes = new Lanes({ PATH });
  const numbers = Array.from({ length: 40 }, (_, number) => number);
  const answers = await Promise.all(
    numbers.map((number) => run(lanes, 'sh', '-c', `head -c ${number * 9000} /dev/zero; printf %s ${number}`)),
  );
  for (const [number, { stdout }] of answers.entries()) {
    expect(stdout.length).toBe(number * 9000 + String(number).length);
    expect(stdout.toString('latin1').endsWith(String(number))).toBe(true);
  }
  await lanes.close();
});

test('a shell that is killed fails its command and is replaced', async () => {
  const lanes = new Lanes({ PATH });
  expect((await run(lanes, 'sh', '-c', 'kill -9 $PPID')).code).toBe(null);
  expect((await run(lanes, 'true')).code).toBe(0);
  await lanes.close();
});

test('a missing program and a missing folder are exit codes', async () => {
  const lanes = new Lanes({ PATH });
  expect((await run(lanes, 'no-such-program-here')).code).toBe(127);
  expect((await lanes.run({ cwd: '/no/such/folder', env: {}, words: ['true'] })).code).toBe(128);
  await lanes.close();
});

test('what a line cannot carry is refused beforehand', () => {
  expect(Lanes.takes({ cwd: '/', env: {}, words: ['plain'] })).toBe(true);
  expect(Lanes.takes({ cwd: '/', env: {}, words: ['two\nlines'] })).toBe(false);
  expect(Lanes.takes({ cwd: '/a\nb', env: {}, words: [] })).toBe(false);
  expect(Lanes.takes({ cwd: '/', env: { A: 'b\n' }, words: [] })).toBe(false);
});
