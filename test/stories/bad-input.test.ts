import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { endOf, Stage } from '../rig/stage.ts';

/** What people and agents have put into fields, and what must never be more than text. `CANARY` is a path of our own. */
/** What no screen may be sent. */
const HARMFUL = /[\u0000-\u0008\u001b\u202e]/;

const NASTY: readonly string[] = [
  '$(touch CANARY)',
  '`touch CANARY`',
  '; touch CANARY;',
  '| touch CANARY',
  '&& touch CANARY',
  '> CANARY',
  "'; touch CANARY; '",
  '"; touch CANARY; "',
  '--upload-pack=touch CANARY',
  '--output=CANARY',
  '-rf',
  '--',
  '--help',
  '../../../CANARY',
  '..',
  '.',
  '/etc/passwd',
  '.git/hooks/post-checkout',
  'a\u0000b',
  'first\nsecond\ntouch CANARY',
  'carriage\rreturn',
  'x'.repeat(300),
  '\u202Eright-to-left',
  '👩‍💻🚀',
  '\u001b]0;title\u0007\u001b[2J',
  '{run}/{task}',
  '%s%n%x',
  '\u0024{HOME}',
  '~root',
  'con',
  'name.lock',
  'HEAD',
  '@{-1}',
  'refs/heads/main',
  ':(glob)**',
  '!/bin/sh',
  '',
  ' ',
];

type Fields = Readonly<Record<string, unknown>>;

/** One plan holds every nasty value, each in a task of its own: a plan tells all of its mistakes at once. */
const each = (task: (text: string) => Fields) => (texts: readonly string[]) => [
  { tasks: Object.fromEntries(texts.map((text, index) => [`t${index}`, task(text)])) },
];
/** What a plan has once only is tried with the values that do most harm. */
const alone = (plan: (text: string) => Fields) => (texts: readonly string[]) =>
  texts.filter((_, index) => index % 7 === 0).map((text) => ({ tasks: { a: {} }, ...plan(text) }));

const FIELDS: Readonly<Record<string, (texts: readonly string[]) => readonly Fields[]>> = {
  'name of the plan': alone((text) => ({ plan: text })),
  base: alone((text) => ({ base: text })),
  target: alone((text) => ({ target: text })),
  branch: alone((text) => ({ branch: text })),
  'name of a task': (texts) => [{ tasks: Object.fromEntries(texts.map((text) => [text, {}])) }],
  'name of an agent': (texts) => [
    { agents: { use: Object.fromEntries(texts.map((text) => [text, { command: ['true'] }])) }, tasks: { a: {} } },
  ],
  title: each((text) => ({ title: text })),
  brief: each((text) => ({ brief: text })),
  'file of a brief': each((text) => ({ brief: { file: text } })),
  scope: each((text) => ({ scope: { may: [text] } })),
  agent: each((text) => ({ agent: text })),
  needs: each((text) => ({ needs: [text] })),
  artifacts: each((text) => ({ artifacts: [text] })),
  resources: each((text) => ({ resources: [text] })),
  issue: each((text) => ({ issue: text })),
  'variable of a task': each((text) => ({ env: { [text]: text } })),
};

const basics = { agents: { use: { ok: { command: ['true'] } } } };

test.each(Object.keys(FIELDS))('whatever stands in the %s is refused at its line or is only text', async (field) => {
  await using stage = await Stage.create();
  const texts = NASTY.map((text) => text.replaceAll('CANARY', stage.repo.beside('canary')));
  const plans = FIELDS[field]?.(texts) ?? [];
  expect(plans).not.toEqual([]);
  for (const plan of plans) {
    const path = join(stage.repo.beside('plans'), 'plan.yaml');
    await writeFile(path, stringify({ ...basics, ...plan }));
    const { code, stdout, stderr } = await stage.cli(['check', path, '--json']);
    expect([0, 2], stderr).toContain(code);
    expect(stderr).not.toMatch(/\n\s+at |has a bug/);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Record<string, unknown>[] };
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (code === 2) expect(errors).not.toEqual([]);
    for (const { what, next } of errors) expect([what, next]).not.toContain('');
    // Data says what is there, control characters escaped; only what people read is made harmless.
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u001b]/);
    const told = await stage.cli(['check', path]);
    expect(told.stdout + told.stderr).not.toMatch(HARMFUL);
  }
  expect(await readdir(stage.repo.beside(''))).not.toContain('canary');
});

test('what a plan may say in words lands as words: titles, briefs, values, file names', async () => {
  await using stage = await Stage.create();
  const canary = stage.repo.beside('canary');
  const words = NASTY.map((text) => text.replaceAll('CANARY', canary)).filter(
    (text) => text.trim() !== '' && !/[\u0000\n\r\u001b\u202e]/.test(text) && text.length < 200,
  );
  const tasks = Object.fromEntries(
    words.slice(0, 12).map((word, index) => [
      `t${index}`,
      {
        title: word,
        brief: { text: word },
        env: { WORD: word },
        labels: [word],
        does: 'printf %s "$WORD" > "$BRANCHLINE_TASK.txt"; grep -qF -- "$WORD" "$BRANCHLINE_BRIEF"',
      },
    ]),
  );
  const ran = await stage.run({ checks: ['test -e t0.txt || true'], tasks });
  expect(ran.code, ran.told).toBe(0);
  expect(endOf(ran)['landed']).toBe(12);
  for (const [index, word] of words.slice(0, 12).entries())
    expect(await stage.show('release', `t${index}.txt`)).toBe(word);
  const subjects = (await stage.repo.git('log', '--first-parent', '--format=%s', 'main..release')).split('\n');
  expect(subjects.sort()).toEqual(
    words
      .slice(0, 12)
      .map((word) => word.trim())
      .sort(),
  );
  expect(await readdir(stage.repo.beside(''))).not.toContain('canary');
  for (const command of [['status'], ['report'], ['explain', 't0'], ['list'], ['diff', 't0']]) {
    const { code, stdout, stderr } = await stage.cli(command);
    expect(code, stderr).toBe(0);
    expect(stdout).not.toMatch(/[\u0000-\u0008\u001b]/);
  }
});

test.each(['../../etc/passwd', '-rf', '$(touch x)', 'a/b', '\u001b[2J'])(
  'a command given %j as a task or a run says that there is none',
  async (word) => {
    await using stage = await Stage.create();
    await stage.run({ tasks: { a: { does: 'echo a > a' } } });
    for (const command of [
      ['explain', '--', word],
      ['logs', '--', word],
      ['diff', '--', word],
      ['status', '--', word],
      ['cancel', '--', word],
    ]) {
      const { code, stderr, stdout } = await stage.cli(command);
      expect(code, `${command.join(' ')}: ${stdout}`).not.toBe(0);
      expect(stderr).not.toMatch(/\n\s+at |has a bug|\u001b/);
    }
  },
);
