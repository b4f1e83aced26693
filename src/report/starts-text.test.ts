import { expect, test } from 'vitest';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { startsOf, startsText } from './starts-text.ts';

const plan = plainPlan([
  plainTask('schema', { scope: { may: ['db/**'], mayNot: [] }, estimate_min: 90, model: 'big' }),
  plainTask('api', { needs: ['schema'], agent: 'two', scope: null, budget: { task: { tokens: null, usd: 2 } } }),
  plainTask('audit', { scope: { may: [], mayNot: [] } }),
]);

test('each task is a row with its agent, model, mode, scope, estimate and cap (U29)', () => {
  expect(startsOf(plan)).toMatchObject([
    {
      task: 'schema',
      after: [],
      agent: 'one',
      model: 'big',
      mode: 'unattended',
      mayWrite: ['db/**'],
      estimate_min: 90,
    },
    { task: 'api', after: ['schema'], agent: 'two', model: null, mayWrite: null, cap: { usd: 2 } },
    { task: 'audit', after: [], mayWrite: [] },
  ]);
});

test('the table has a heading, a line for each task in plan order, and no column that says nothing', () => {
  const lines = startsText(plan).trimEnd().split('\n');
  expect(lines[0]).toBe('plan starts 3 tasks, 3 at a time:');
  expect(lines[1]?.trim().split(/ {2,}/)).toEqual([
    ...['TASK', 'STARTS', 'AGENT', 'MODEL', 'MODE', 'MAY WRITE', 'ESTIMATE', 'AT MOST'],
  ]);
  expect(lines[2]?.trim().split(/ {2,}/)).toEqual([
    ...['schema', 'at once', 'one', 'big', 'unattended', 'db/**', '1 h 30 min'],
  ]);
  expect(lines[3]).toMatch(/^ {2}api +after schema +two +unattended +anything +\$2/);
  expect(lines[4]).toMatch(/nothing$/);
  expect(startsText(plainPlan([plainTask('a')]))).not.toContain('MODEL');
});

test('a plan of a thousand tasks does not fill the screen, and no text of it reaches the terminal as it is', () => {
  const many = plainPlan(Array.from({ length: 1000 }, (_, index) => plainTask(`t${index}`, { agent: '\u001b[2J' })));
  const text = startsText(many);
  expect(text.split('\n').length).toBeLessThan(70);
  expect(text).toContain('and 940 further tasks');
  expect(text).not.toContain('\u001b');
});
