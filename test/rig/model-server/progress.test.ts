import { expect, test } from 'vitest';
import { callId, lookId, Progress } from './progress.ts';
import { type Script, say, shell } from './script.ts';

const script: Script = { mode: 'history', steps: [shell('a'), say('Half way.'), shell('b'), say('Done.')] };
const next = (...past: readonly { readonly say: string; readonly calls: readonly string[] }[]) =>
  new Progress(script).next(past, () => true);
const called = (...calls: readonly string[]) => ({ say: '', calls });
const said = (text: string) => ({ say: text, calls: [] });

test('a history that begins again begins the script again', () => {
  expect(next()).toBe(0);
});

test('calls name their step, in however many turns the client tells of them', () => {
  expect(next(called(callId(0, 'x')), called(callId(0, 'y')))).toBe(1);
});

test('what was only said is found by its text', () => {
  expect(next(called(callId(0, 'x')), said('Half way.\n'))).toBe(2);
});

test('what a client says itself, such as after an interruption, is no step', () => {
  expect(next(called(callId(0, 'x')), said('No response requested.'))).toBe(1);
});

test('a look for a tool is no step', () => {
  expect(next(called(lookId('x')))).toBe(0);
});

test('a client that makes its own ids is counted', () => {
  expect(next(called('mine-1'), said('Half way.'), called('mine-2'))).toBe(3);
});

test('a history that was cut short at its beginning is still known by what is left', () => {
  expect(next(called(callId(2, 'x')))).toBe(3);
});

test('after the end there is nothing more, or the last step again', () => {
  const past = [said('Done.')];
  expect(new Progress(script).next(past, () => true)).toBe(4);
  expect(new Progress({ ...script, then: 'repeat' }).next(past, () => true)).toBe(3);
});
