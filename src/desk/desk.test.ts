import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notes } from '../../test/rig/notes.ts';
import type { Desk } from '../core/ports/desk.ts';
import { answerTo, ask, noteUnasked, report, tellProgress } from './asking.ts';
import { createDesks, type DeskTimes } from './desk.ts';
import { BYTES_MAX, DeskFull, layNext } from './files.ts';

const QUICK: DeskTimes = { rest_ms: 10, sighted_ms: 60_000, blind_ms: 20, progress_ms: 10 };
const never = new AbortController().signal;

let home = '';
let folder = '';
const open: Desk[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'branchline-desk-'));
  folder = join(home, 'desk');
});
afterEach(async () => {
  for (const desk of open.splice(0)) await desk.close();
  await rm(home, { recursive: true, force: true });
});

async function opened(notes: Notes, times: Partial<DeskTimes> = {}): Promise<Desk> {
  const desk = await createDesks({ ...QUICK, ...times }).open(folder, notes.hear);
  open.push(desk);
  return desk;
}

const put = (name: string, content: string | Buffer): Promise<void> => writeFile(join(folder, name), content);

test('a question is told as it was asked, and its answer comes to whoever waits for it', async () => {
  const notes = new Notes();
  const desk = await opened(notes);
  const number = await ask(folder, { text: 'Which one?', options: ['red', 'blue'] });
  const answer = answerTo(folder, number, { wait_ms: 60_000, signal: never });
  expect(await notes.saw('question')).toEqual([
    { type: 'question', number: 1, asked: { kind: 'choice', text: 'Which one?', options: ['red', 'blue'] }, paths: [] },
  ]);
  expect(await desk.answer(number, 'red')).toBe(true);
  expect(await answer).toBe('red');
  expect(await notes.saw('delivered')).toEqual([{ type: 'delivered', number: 1 }]);
});

test('whoever waits too long gets nothing, and the answer is still to be brought', async () => {
  const notes = new Notes();
  const desk = await opened(notes);
  const number = await ask(folder, { text: 'Anybody there?' });
  expect(await answerTo(folder, number, { wait_ms: 1, signal: never })).toBeNull();
  expect(await answerTo(folder, number, { wait_ms: 60_000, signal: AbortSignal.abort() })).toBeNull();
  await desk.answer(number, 'yes');
  expect(await desk.deliver(number)).toBe(true);
  expect(await desk.deliver(number)).toBe(false);
});

test('an answer is brought once: the desk knows when the agent has it', async () => {
  const desk = await opened(new Notes());
  const number = await ask(folder, { text: 'Which one?' });
  await desk.answer(number, 'this');
  expect(await answerTo(folder, number, { wait_ms: 60_000, signal: never })).toBe('this');
  expect(await desk.deliver(number)).toBe(false);
});

test('the first answer stays; the same one again is no other (U64)', async () => {
  const desk = await opened(new Notes());
  const number = await ask(folder, { text: 'Which one?' });
  const given = await Promise.all(['a', 'b', 'c', 'd'].map((text) => desk.answer(number, text)));
  expect(given.filter(Boolean)).toHaveLength(1);
  const winner = ['a', 'b', 'c', 'd'][given.indexOf(true)] ?? '';
  expect(await readFile(join(folder, '001.answer'), 'utf8')).toBe(winner);
  expect(await desk.answer(number, winner)).toBe(true);
  expect(await desk.answer(number, 'e')).toBe(false);
});

test('opening a desk again tells every question without an answer once more, and none that has one (U67)', async () => {
  const first = new Notes();
  const before = await opened(first);
  for (const text of ['one', 'two', 'three']) await ask(folder, { text });
  await noteUnasked(folder, { text: 'four' });
  await report(folder, 'done so far');
  await first.saw('question', 3);
  await first.saw('unasked');
  await first.saw('done');
  await before.answer(2, 'yes');
  await before.close();
  const again = new Notes();
  await opened(again);
  expect(again.numbers).toEqual([1, 3]);
  expect(again.of('unasked').map(({ number }) => number)).toEqual([4]);
  // Asked now, so whatever else was going to be told of the earlier time would have been told before it.
  await ask(folder, { text: 'five' });
  await again.saw('question', 3);
  expect(again.all).toHaveLength(4);
});

test('what was reported and counted before a desk is opened is history', async () => {
  await mkdir(folder);
  await report(folder, 'done');
  await tellProgress(folder, { done: 1, of: 3, text: 'tests' });
  const notes = new Notes();
  await opened(notes);
  await tellProgress(folder, { done: 2, of: 3, text: 'docs' });
  expect(await notes.saw('progress')).toEqual([{ type: 'progress', done: 2, of: 3, text: 'docs' }]);
  expect(notes.all).toHaveLength(1);
});

test('a closed desk tells nothing more', async () => {
  const notes = new Notes();
  const desk = await opened(notes);
  await desk.close();
  await ask(folder, { text: 'Hello?' });
  const later = new Notes();
  await opened(later);
  expect(later.numbers).toEqual([1]);
  expect(notes.all).toEqual([]);
});

test('progress in a hurry is told as far as it came', async () => {
  const notes = new Notes();
  await opened(notes, { progress_ms: 50 });
  for (let done = 1; done <= 60; done++) await tellProgress(folder, { done, of: 60, text: `step ${done}` });
  while (notes.of('progress').at(-1)?.done !== 60) await notes.saw('progress', notes.of('progress').length + 1);
  expect(notes.of('progress').length).toBeLessThan(30);
});

test('the paths of a scope request are shown as they would be allowed, and those outside the worktree are left out', async () => {
  const notes = new Notes();
  await opened(notes);
  const paths = [
    'src/api.ts',
    '../../etc/passwd',
    '/etc/passwd',
    'docs/',
    'src/*.ts',
    'a/../../b',
    'C:\\x',
    'x\u001b[2J',
    '',
  ];
  await ask(folder, { kind: 'scope', text: 'The types live there.', paths });
  const [{ asked, paths: understood }] = (await notes.saw('question')) as [never];
  expect(understood).toEqual(['src/api.ts', 'docs/']);
  expect(asked).toEqual({
    kind: 'scope',
    text: 'The types live there.\n\nMay it also write:\n- src/api.ts\n- docs/',
    options: ['allow', 'refuse'],
  });
});

test('plain text is a question, and so is what only looks like fields', async () => {
  const notes = new Notes();
  await opened(notes);
  await put('001.question', 'Tabs or spaces?\n');
  await put('002.question', '{ "text": ');
  await put('003.question', '{ "question": "no such field" }');
  await put('004.question', '{ "text": "Go on?", "kind": "approve" }');
  await put('005.question', '{ "text": "Which?", "kind": "nonsense", "options": ["a", 7, null, "a", " b \\n c "] }');
  await put('006.question', '{ "text": "May I?", "kind": "scope", "paths": ["../up"] }');
  const asked = (await notes.saw('question', 6)).toSorted((a, b) => a.number - b.number).map((note) => note.asked);
  expect(asked).toEqual([
    { kind: 'free', text: 'Tabs or spaces?', options: [] },
    { kind: 'free', text: '{ "text":', options: [] },
    { kind: 'free', text: '{ "question": "no such field" }', options: [] },
    { kind: 'approve', text: 'Go on?', options: ['allow', 'refuse'] },
    { kind: 'choice', text: 'Which?', options: ['a', 'b c'] },
    { kind: 'free', text: 'May I?', options: [] },
  ]);
});

test('what could drive a terminal is written out', async () => {
  const notes = new Notes();
  await opened(notes);
  await ask(folder, { text: 'Red\u001b[31m or \u202eblue?', options: ['\u0007bell'] });
  await put('evil\u001b]0;title\u0007', 'x');
  const [question] = await notes.saw('question');
  expect(question?.asked).toEqual({ kind: 'choice', text: 'Red\\x1b[31m or \\u202eblue?', options: ['\\x07bell'] });
  expect((await notes.saw('noise'))[0]?.file).toBe('evil\\x1b]0;title\\x07');
});

test('a file that is still being written is not read (U64)', async () => {
  const notes = new Notes();
  // Long enough that an empty file is waited for while the rest of this goes on.
  await opened(notes, { rest_ms: 100 });
  await put('001.question.tmp', 'Half a');
  await put('.002.question', 'Hidden');
  await put('003.question', '');
  await ask(folder, { text: 'whole' });
  expect(await notes.saw('question')).toMatchObject([{ number: 4 }]);
  await put('003.question', 'Filled late');
  await rename(join(folder, '001.question.tmp'), join(folder, '001.question'));
  await notes.saw('question', 3);
  expect(notes.numbers.toSorted()).toEqual([1, 3, 4]);
  expect(notes.of('noise')).toEqual([]);
});

test('a question that never gets a text is noise in the end', async () => {
  const notes = new Notes();
  await opened(notes);
  await put('001.question', '');
  await put('002.question', ' \n');
  expect((await notes.saw('noise', 2)).toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
    { type: 'noise', file: '001.question', why: 'says nothing' },
    { type: 'noise', file: '002.question', why: 'says nothing' },
  ]);
});

test('an empty NNN.done says that the answer NNN has come; without such a question, or with a text, it is a report (U64)', async () => {
  const notes = new Notes();
  const desk = await opened(notes);
  await put('001.question', 'Which?');
  await notes.saw('question');
  await desk.answer(1, 'this');
  await put('001.done', '');
  expect(await notes.saw('delivered')).toEqual([{ type: 'delivered', number: 1 }]);
  expect(await desk.deliver(1)).toBe(false);
  await put('002.done', '');
  await notes.saw('done');
  await put('003.done', 'All five steps');
  await notes.saw('done', 2);
  expect(await report(folder, 'All six')).toBe(4);
  expect((await notes.saw('done', 3)).map(({ text }) => text)).toEqual(['', 'All five steps', 'All six']);
});

test('numbers go on after everything that is there, and end when they are used up', async () => {
  await mkdir(folder);
  await put('041.question', 'An old one');
  await put('007.answer', 'x');
  expect(await ask(folder, { text: 'next' })).toBe(42);
  await put('9999.unasked', 'x');
  await expect(layNext(folder, 'question', 'x')).rejects.toBeInstanceOf(DeskFull);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('whatever else lies in a desk neither stops it nor leads it away', async () => {
  const secret = join(home, 'secret');
  await writeFile(secret, 'the password');
  await mkdir(folder);
  await symlink(secret, join(folder, '001.question'));
  execFileSync('mkfifo', [join(folder, '002.question')]);
  await mkdir(join(folder, '003.question'));
  await put('004.question', 'x'.repeat(BYTES_MAX + 1));
  await put('005.question', Buffer.from([0x68, 0x69, 0xff, 0xfe]));
  await put('006.question', Buffer.from('a\0b'));
  await put('7.question', 'One digit');
  await put('..question', 'x');
  await put('notes.md', 'x');
  await put('008.answer', 'to nothing');
  await symlink(folder, join(folder, 'loop'));
  execFileSync('mkfifo', [join(folder, 'progress')]);
  await put('009.question', '');
  await truncate(join(folder, '009.question'), 100 * 2 ** 30);
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), 'a name that is no text');
  const notes = new Notes();
  const desk = await opened(notes);
  await ask(folder, { text: 'Does it still work?' });
  expect(await notes.saw('question')).toMatchObject([{ number: 10, asked: { text: 'Does it still work?' } }]);
  const why = new Map(notes.of('noise').map((note) => [note.file, note.why]));
  expect(Object.fromEntries(why)).toEqual({
    '001.question': 'is a link',
    '002.question': 'is no file',
    '003.question': 'is no file',
    '004.question': 'is longer than 65536 bytes',
    '005.question': 'is no text',
    '006.question': 'is no text',
    '009.question': 'is longer than 65536 bytes',
    '7.question': 'is no file of a desk',
    'notes.md': 'is no file of a desk',
    loop: 'is no file of a desk',
    '\ufffd\ufffd': 'is no file of a desk',
  });
  expect(await readFile(secret, 'utf8')).toBe('the password');
  expect(await desk.answer(1, 'x')).toBe(true);
});

test('an answer is never written through what lies in its place', async () => {
  const victim = join(home, 'victim');
  await writeFile(victim, 'mine');
  await mkdir(folder);
  await symlink(victim, join(folder, '001.answer'));
  await mkdir(join(folder, '002.answer'));
  execFileSync('mkfifo', [join(folder, '003.answer')]);
  const desk = await opened(new Notes());
  for (const number of [1, 2, 3]) expect(await desk.answer(number, 'mine')).toBe(false);
  expect(await readFile(victim, 'utf8')).toBe('mine');
});

test('where nothing can be laid an answer has to be brought in another way', async () => {
  const other = join(home, 'other');
  const desk = await opened(new Notes());
  await rm(folder, { recursive: true });
  await mkdir(other);
  await symlink(other, folder);
  expect(await desk.answer(1, 'yes')).toBe(false);
  expect(await desk.deliver(1)).toBe(true);
  expect(await readdir(other)).toEqual([]);
  await rm(folder);
  await writeFile(folder, 'no folder');
  expect(await desk.answer(1, 'yes')).toBe(false);
  expect(await desk.deliver(1)).toBe(true);
});

test('thousands of files cost a note, and questions are told no more often than anybody would answer them', async () => {
  await mkdir(folder);
  const names = Array.from({ length: 6_000 }, (_, at) => join(folder, `junk-${at}`));
  execFileSync('xargs', ['touch'], { input: names.join('\n') });
  const notes = new Notes();
  await opened(notes);
  expect(notes.of('noise')[0]).toEqual({ type: 'noise', file: '*', why: 'are 4096 or more files' });
  expect(notes.of('noise')).toHaveLength(100);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  for (let at = 0; at < 130; at++) await put(`${String(at).padStart(3, '0')}.question`, `Question ${at}`);
  const many = new Notes();
  await opened(many);
  await many.saw('noise');
  expect(many.of('question')).toHaveLength(100);
  expect(many.of('noise')).toEqual([{ type: 'noise', file: '*.question', why: 'are more than 100' }]);
});

test('a desk that is removed and made again is watched again', async () => {
  const notes = new Notes();
  const desk = await opened(notes, { sighted_ms: 20 });
  await rm(folder, { recursive: true });
  expect(await desk.answer(1, 'nobody asked')).toBe(true);
  expect(existsSync(join(folder, '001.answer'))).toBe(true);
  await ask(folder, { text: 'And now?' });
  expect((await notes.saw('question'))[0]?.number).toBe(2);
});

test('a link in the place of a desk is not followed', async () => {
  const other = join(home, 'other');
  await mkdir(other);
  await writeFile(join(other, '001.question'), 'Not for you');
  await symlink(other, folder);
  const notes = new Notes();
  await opened(notes, { sighted_ms: 20 });
  await rm(folder);
  await mkdir(folder);
  await ask(folder, { text: 'For you' });
  expect(await notes.saw('question')).toMatchObject([{ asked: { text: 'For you' } }]);
});
