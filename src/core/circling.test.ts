import { expect, test } from 'vitest';
import { Circling } from './circling.ts';
import type { AgentEvent } from './ports/agent.ts';

const spent: AgentEvent = {
  type: 'spent',
  spent: { fresh: 1, cacheRead: 0, cacheWrite: 0, output: 1, usd: null, model: null },
};
const tool = (kind: string, status: string): AgentEvent => ({
  type: 'tool',
  kind,
  title: 'npm test',
  paths: [],
  status,
});

/** What is feared after each of so many answers of the model, `every_ms` apart. */
const answers = (circling: Circling, count: number, every_ms: number, from_ms = 0) =>
  Array.from({ length: count }, (_, at) => circling.hear(spent, from_ms + at * every_ms));

test('a model that answers forty times within a minute and changes no file is suspected', () => {
  const heard = answers(new Circling(), 40, 1_000);
  expect(heard.slice(0, 39).every((each) => each === null)).toBe(true);
  expect(heard.at(-1)).toEqual({ reason: 'no-progress', calls: 40 });
});

test('one that reads at a human pace has time, and not without end', () => {
  const heard = answers(new Circling(), 150, 10_000);
  expect(heard.slice(0, 149).every((each) => each === null)).toBe(true);
  expect(heard.at(-1)).toEqual({ reason: 'no-progress', calls: 150 });
});

test('a changed file, told or found, begins the count anew', () => {
  const circling = new Circling();
  answers(circling, 39, 1_000);
  circling.hear(tool('edit', 'completed'), 39_000);
  expect(answers(circling, 39, 1_000, 40_000).every((each) => each === null)).toBe(true);
  circling.moved();
  expect(answers(circling, 39, 1_000, 80_000).every((each) => each === null)).toBe(true);
});

test('the same error eight times in a row is going in circles; anything that goes well between is not (U80)', () => {
  const circling = new Circling();
  const fail = () => circling.hear(tool('execute', 'failed'), 0);
  for (let times = 1; times < 8; times += 1) expect(fail()).toBeNull();
  circling.hear(tool('read', 'completed'), 0);
  for (let times = 1; times < 8; times += 1) expect(fail()).toBeNull();
  expect(fail()).toEqual({ reason: 'going-in-circles', message: 'execute: npm test', times: 8 });
});
