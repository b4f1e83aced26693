import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { endOf, Stage } from '../rig/stage.ts';

/** What people and agents have put into fields, and what must never be more than text. `CANARY` is a path of our own. */
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

const FIELDS: Readonly<Record<string, (text: string) => Record<string, unknown>>> = {
  'name of the plan': (text) => ({ plan: text, tasks: { a: {} } }),
  'name of a task': (text) => ({ tasks: { [text]: {} } }),
  title: (text) => ({ tasks: { a: { title: text } } }),
  brief: (text) => ({ tasks: { a: { brief: text } } }),
  'file of a brief': (text) => ({ tasks: { a: { brief: { file: text } } } }),
  base: (text) => ({ base: text, tasks: { a: {} } }),
  target: (text) => ({ target: text, tasks: { a: {} } }),
  branch: (text) => ({ branch: text, tasks: { a: {} } }),
  scope: (text) => ({ tasks: { a: { scope: { may: [text] } } } }),
  agent: (text) => ({ tasks: { a: { agent: text } } }),
  'name of an agent': (text) => ({
    agents: { default: text, use: { [text]: { command: ['true'] } } },
    tasks: { a: {} },
  }),
  needs: (text) => ({ tasks: { a: { needs: [text] } } }),
  artifacts: (text) => ({ tasks: { a: { artifacts: [text] } } }),
  resources: (text) => ({ tasks: { a: { resources: [text] } } }),
  issue: (text) => ({ tasks: { a: { issue: text } } }),
  'variable of a task': (text) => ({ tasks: { a: { env: { [text]: text } } } }),
  keep: (text) => ({ keep: [text], tasks: { a: {} } }),
};

const basics = { agents: { use: { ok: { command: ['sh', '-c', 'echo work > "$BRANCHLINE_TASK.txt"'] } } } };

test.each(Object.keys(FIELDS))('whatever stands in the %s is refused at its line or is only text', async (field) => {
  await using stage = await Stage.create();
  const canary = stage.repo.beside('canary');
  const made = FIELDS[field] ?? (() => ({}));
  for (const [index, nasty] of NASTY.entries()) {
    const plan = { ...basics, ...made(nasty.replaceAll('CANARY', canary)) };
    await writeFile(join(stage.repo.beside('plans'), `${index}.yaml`), stringify(plan));
  }
  const checked = await inTurn(NASTY.keys(), (index) =>
    stage.cli(['check', join(stage.repo.beside('plans'), `${index}.yaml`), '--json']),
  );
  for (const [index, { code, stdout, stderr }] of checked.entries()) {
    const nasty = JSON.stringify(NASTY[index]);
    expect([0, 2], `${nasty}: ${stderr}`).toContain(code);
    expect(stderr, nasty).not.toMatch(/\n\s+at |has a bug/);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Record<string, unknown>[] };
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (code === 2) expect(errors, nasty).not.toEqual([]);
    for (const { what, next } of errors) expect([what, next], nasty).not.toContain('');
    expect(stdout + stderr, nasty).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
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
    words
      .slice(0, 12)
      .map((word, index) => [
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

test.each(['../../etc/passwd', '-rf', '$(touch x)', 'a/b', '', '\u001b[2J'])(
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

/** Three at a time: more only makes each of them slower. */
async function inTurn<T, R>(values: Iterable<T>, act: (value: T) => Promise<R>): Promise<readonly R[]> {
  const left = [...values].map((value, index) => ({ value, index }));
  const results: R[] = [];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next.index] = await act(next.value);
  };
  await Promise.all([lane(), lane(), lane()]);
  return results;
}
