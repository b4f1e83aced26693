import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Office } from './tools.ts';

/** The examples of the document, in their order. The first defines what the others use. */
let [lay = '', asking = '', choosing = '', telling = '', reporting = ''] = [] as readonly string[];
beforeAll(async () => {
  const document = await readFile(join(import.meta.dirname, '../../docs/asking.md'), 'utf8');
  const examples = [...document.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? '');
  expect(examples).toHaveLength(5);
  [lay = '', asking = '', choosing = '', telling = '', reporting = ''] = examples;
});

/** An agent that is nothing but `sh`. Resolves with what it printed. */
async function sh({ folder }: Office, script: string): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', BRANCHLINE_DESK: folder };
  const child = spawn('sh', ['-eu', '-c', `${lay}${script}`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = child.stdout.setEncoding('utf8').toArray();
  expect(await once(child, 'exit')).toEqual([0, null]);
  return (await printed).join('');
}

test('a shell script asks, waits and goes on with the answer', async () => {
  await using office = await Office.open();
  const printed = sh(office, asking);
  const [question] = await office.notes.saw('question');
  expect(question).toMatchObject({ number: 1, asked: { kind: 'free', text: 'Tabs or spaces?' } });
  expect(await office.desk.answer(1, 'spaces')).toBe(true);
  expect(await printed).toBe('spaces');
  expect(await office.notes.saw('delivered')).toEqual([{ type: 'delivered', number: 1 }]);
  expect(await office.desk.deliver(1)).toBe(false);
});

test('a shell script lets a person choose and asks for a wider scope', async () => {
  await using office = await Office.open();
  expect(await sh(office, choosing)).toBe('001002');
  expect((await office.notes.saw('question', 2)).map(({ asked, paths }) => [asked.kind, asked.options, paths])).toEqual(
    [
      ['choice', ['red', 'blue'], []],
      ['scope', ['allow', 'refuse'], ['src/types.ts']],
    ],
  );
});

test('a shell script tells its progress and reports', async () => {
  await using office = await Office.open();
  await sh(office, telling);
  expect(await office.notes.saw('progress')).toEqual([{ type: 'progress', done: 2, of: 5, text: 'tests' }]);
  await sh(office, reporting);
  expect(await office.notes.saw('done')).toEqual([
    { type: 'done', text: 'All five steps are done; I left the old tests alone.' },
  ]);
});

test('shell scripts and tools that ask at the same time take no number from each other', async () => {
  await using office = await Office.open();
  const tools = await office.tools({ BRANCHLINE_QUESTIONS: 'park' });
  const scripts = Array.from({ length: 6 }, (_, at) => sh(office, `echo 'Script ${at}' | lay question > /dev/null`));
  const calls = Array.from({ length: 6 }, (_, at) => tools.call('ask_human', { question: `Tool ${at}` }));
  await Promise.all([...scripts, ...calls]);
  const questions = await office.notes.saw('question', 12);
  expect(new Set(questions.map(({ number }) => number)).size).toBe(12);
  expect(new Set(questions.map(({ asked }) => asked.text)).size).toBe(12);
  expect((await readdir(office.folder)).filter((name) => !name.endsWith('.question'))).toEqual([]);
});
