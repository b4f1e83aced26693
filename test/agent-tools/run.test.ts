import { expect, test } from 'vitest';
import { endOf, eventsOf, Stage } from '../rig/stage.ts';

/** Lays a question into the desk and goes on when the answer is there. */
const asks = (question: string): string =>
  [
    `echo '${question}' > "$BRANCHLINE_DESK/001.question.tmp"`,
    'mv "$BRANCHLINE_DESK/001.question.tmp" "$BRANCHLINE_DESK/001.question"',
    'until [ -e "$BRANCHLINE_DESK/001.answer" ]; do sleep 0.1; done',
    ': > "$BRANCHLINE_DESK/001.delivered"',
  ].join('; ');

test('an agent at work asks at its desk, is answered from another process and goes on (U49)', async () => {
  await using stage = await Stage.create();
  const does = `${asks('Which colour?')}; cat "$BRANCHLINE_DESK/001.answer" > a`;
  const running = await stage.begin({ tasks: { a: { does } } });
  const raised = await running.sawType('question-raised', 'a');
  expect(raised['question']).toMatchObject({ kind: 'free', text: 'Which colour?' });
  const answered = await stage.cli(['answer', 'a', 'green']);
  expect(answered.code, answered.stderr).toBe(0);
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(eventsOf(ran, 'task-started')).toHaveLength(1);
  expect(await stage.show('release', 'a')).toBe('green');
});

test('an agent at work asks for a wider scope, and what it was allowed to write lands', async () => {
  await using stage = await Stage.create();
  const request = '{ "kind": "scope", "text": "The other half.", "paths": ["b"] }';
  const does = `${asks(request)}; echo a > a; [ "$(cat "$BRANCHLINE_DESK/001.answer")" != allow ] || echo b > b`;
  const running = await stage.begin({ tasks: { a: { does, scope: { may: ['a'] } } } });
  const raised = await running.sawType('question-raised', 'a');
  expect(raised['question']).toMatchObject({ kind: 'scope', options: ['allow', 'refuse'] });
  const answered = await stage.cli(['answer', 'a', 'allow']);
  expect(answered.code, answered.stderr).toBe(0);
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(endOf(ran)).toMatchObject({ state: 'ended', landed: 1 });
  expect(await stage.show('release', 'b')).toBe('b');
});
