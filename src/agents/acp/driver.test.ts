import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Attempt, DriverBench } from '../../../test/suites/agent-driver.ts';
import { heard } from '../../../test/suites/agent-session.ts';
import type { AgentSpec } from '../../core/ports/agent.ts';
import type { Step } from '../../fake-agent/script.ts';

let bench: DriverBench;
beforeEach(async () => {
  bench = await DriverBench.open('acp');
});
afterEach(() => bench.close());

const inSrc: Partial<AgentSpec> = {
  outOfScope: (paths) => paths.filter((path) => !path.startsWith('src/')),
  scopeInWords: 'src/**',
};
const wanting = (path: string, more: Partial<Extract<Step, { do: 'permission' }>> = {}): Step => ({
  do: 'permission',
  title: `write ${path}`,
  paths: [path],
  steps: [{ do: 'write', path, text: '' }],
  ...more,
});
const written = (path: string): Promise<boolean> =>
  readFile(join(bench.worktree, path)).then(
    () => true,
    () => false,
  );
const granted = (attempt: Pick<Attempt, 'events'>): readonly boolean[] =>
  attempt.events.flatMap((event) => (event.type === 'permission' ? [event.granted] : []));

async function answerAll(attempt: Attempt, answers: readonly string[]): Promise<readonly string[]> {
  const asked: string[] = [];
  for (const answer of answers) {
    const question = await nextQuestion(attempt, asked.length);
    asked.push(question.asked.text);
    await attempt.session.answer(question.id, answer);
  }
  return asked;
}

async function nextQuestion(attempt: Attempt, after: number) {
  for (;;) {
    const question = (await heard(bench, attempt, 'question'))[after];
    if (question !== undefined) return question;
    await new Promise((soon) => setTimeout(soon, 10));
  }
}

describe('a refusal', () => {
  test.each(['end_turn', 'cancelled'])('that ends the turn as %s does not end the work', async (endsTurn) => {
    const attempt = await bench.runScript(
      [
        wanting('docs/a', { endsTurn }),
        { do: 'write', path: 'src/told', text: '{{PROMPT}}' },
        { do: 'say', text: 'Stayed inside.' },
      ],
      inSrc,
    );
    expect(attempt.outcome).toEqual({ is: 'report', claim: 'Stayed inside.' });
    expect(granted(attempt)).toEqual([false]);
    expect(await readFile(join(bench.worktree, 'src/told'), 'utf8')).toMatch(
      /^"docs\/a" is outside this task's scope; you may write: src\/\*\*\.\nOnly that was refused/,
    );
  });

  test('that ends every turn ends the attempt at last', async () => {
    const tries = Array.from({ length: 8 }, (_, i) => wanting(`docs/${i}`, { endsTurn: 'end_turn' }));
    const attempt = await bench.runScript(tries, inSrc);
    expect(attempt.outcome).toMatchObject({
      failure: { reason: 'agent-error', message: expect.stringContaining('after a refusal') },
    });
    expect(granted(attempt)).toHaveLength(6);
  });

  test('is no end where the agent goes on by itself', async () => {
    const attempt = await bench.runScript([wanting('docs/a'), { do: 'say', text: 'Then not.' }], inSrc);
    expect(attempt.outcome).toEqual({ is: 'report', claim: 'Then not.' });
  });
});

describe('a permission', () => {
  test('is a person’s to give, for what is beyond a scope that may be widened', async () => {
    const attempt = await bench.startScript(
      [wanting('src/a'), wanting('docs/b'), wanting('docs/c'), wanting('docs/d'), { do: 'say', text: 'Fine.' }],
      { ...inSrc, permissions: 'ask' },
    );
    const asked = await answerAll(attempt, ['yes', 'no', 'No, use src/d']);
    expect(asked[0]).toBe('May the agent write "docs/b"? The scope of its task is src/**.');
    expect((await attempt.session.ended).outcome.is).toBe('report');
    expect(granted(attempt)).toEqual([true, true, false, false]);
    expect([await written('docs/b'), await written('docs/c')]).toEqual([true, false]);
  });

  test('is refused where nobody may be asked', async () => {
    const attempt = await bench.runScript([wanting('docs/b'), { do: 'say', text: 'Fine.' }], {
      ...inSrc,
      permissions: 'ask',
      questions: 'forbid',
    });
    expect(granted(attempt)).toEqual([false]);
    expect(attempt.events.some(({ type }) => type === 'question')).toBe(false);
  });

  test('of a session with checkpoints is asked for what neither looks nor edits', async () => {
    const command = { kind: 'execute', paths: [] };
    const attempt = await bench.startScript(
      [
        wanting('src/a'),
        wanting('x', { kind: 'read' }),
        wanting('npm publish', command),
        wanting('branchline ask_human', { kind: 'other', paths: [] }),
        { do: 'say', text: 'Fine.' },
      ],
      { ...inSrc, launch: 'ask' },
    );
    expect(await answerAll(attempt, ['no'])).toEqual(['May the agent do this? write npm publish']);
    await attempt.session.ended;
    expect(granted(attempt)).toEqual([true, true, false, true]);
  });

  test('leads no further than its links, and to what Branchline itself has named', async () => {
    await mkdir(join(bench.worktree, 'docs'));
    await mkdir(join(bench.worktree, 'src'));
    await symlink('../docs', join(bench.worktree, 'src/way'));
    const attempt = await bench.runScript(
      [
        wanting('src/way/x'),
        wanting('{{BRANCHLINE_REPORT}}', { steps: [] }),
        wanting('{{BRANCHLINE_BRIEF}}', { steps: [], kind: 'read' }),
        wanting('{{BRANCHLINE_BRIEF}}', { steps: [] }),
        wanting(`${bench.dir}/desk/1.question`, { steps: [] }),
        wanting('/etc/passwd', { steps: [], kind: 'read' }),
        { do: 'say', text: 'Fine.' },
      ],
      { ...inSrc, env: { ...bench.env, BRANCHLINE_DESK: join(bench.dir, 'desk') } },
    );
    expect(granted(attempt)).toEqual([false, true, true, false, true, false]);
  });
});

describe('a plan', () => {
  const planned: Step[] = [
    wanting('src/early'),
    { do: 'say', text: 'I would write src/a in {{MODE}} mode.' },
    { do: 'next-turn' },
    { do: 'write', path: 'src/a', text: '{{MODE}}: {{PROMPT}}' },
    { do: 'say', text: 'Written.' },
  ];

  test('is shown first, and carried out when it is approved', async () => {
    const attempt = await bench.startScript(planned, { launch: 'plan-first' });
    const asked = await answerAll(attempt, ['yes']);
    expect(asked[0]).toBe('I would write src/a in plan mode.\n\nMay it carry out this plan?');
    expect((await attempt.session.ended).outcome).toEqual({ is: 'report', claim: 'Written.' });
    expect(await readFile(join(bench.worktree, 'src/a'), 'utf8')).toMatch(/^default: Your plan is approved/);
    expect(granted(attempt)).toEqual([false]);
    expect(await written('src/early')).toBe(false);
  });

  test('is made again where a person objects', async () => {
    const attempt = await bench.startScript([{ do: 'say', text: 'Plan A' }, { do: 'next-turn' }, ...planned], {
      launch: 'plan-first',
    });
    expect(await answerAll(attempt, ['no: smaller', 'yes'])).toEqual([
      expect.stringContaining('Plan A'),
      expect.stringContaining('in plan mode'),
    ]);
    expect((await attempt.session.ended).outcome).toEqual({ is: 'report', claim: 'Written.' });
  });

  test('that nobody approves is what the attempt ends with when it is stopped', async () => {
    const attempt = await bench.startScript(planned, { launch: 'plan-first' });
    await heard(bench, attempt, 'question');
    await attempt.session.stop(2_000);
    expect((await attempt.session.ended).outcome).toMatchObject({ is: 'question', asked: { kind: 'approve' } });
  });

  test('is not waited for where nobody may be asked', async () => {
    const attempt = await bench.runScript([wanting('src/a'), { do: 'say', text: 'Done.' }], {
      launch: 'plan-first',
      questions: 'forbid',
    });
    expect(attempt.outcome).toEqual({ is: 'report', claim: 'Done.' });
  });
});

describe('the last words of an agent that has changed nothing', () => {
  test('are a question when they ask one', async () => {
    const said: Step = { do: 'say', text: 'I read the code. Which database should I use?' };
    expect((await bench.runScript([said])).outcome).toMatchObject({ is: 'question', asked: { kind: 'free' } });
    expect((await bench.runScript([{ do: 'write', path: 'a', text: '' }, said])).outcome.is).toBe('report');
    expect((await bench.runScript([{ do: 'report', text: 'Done.' }, said])).outcome.is).toBe('report');
    expect((await bench.runScript([said], { questions: 'forbid' })).outcome.is).toBe('report');
  });
});

describe('an error with data', () => {
  test.each([
    [{ errorKind: 'rate_limit' }, { reason: 'limited', limit: 'burst' }],
    [{ statusCode: 401 }, { reason: 'login' }],
    [{ errorName: 'ContextOverflowError' }, { reason: 'context-full' }],
  ])('%j ends the attempt with what it says', async (data, failure) => {
    const { outcome, events } = await bench.runScript([{ do: 'error', message: 'Internal error', data }]);
    expect(outcome).toMatchObject({ is: 'failure', failure });
    expect(events.filter(({ type }) => type === 'error')).toHaveLength(1);
  });
});

describe('to stop', () => {
  test('ends the turn first, so that the agent leaves by itself', async () => {
    const attempt = await bench.startScript([{ do: 'say', text: 'At it.' }, { do: 'hang' }]);
    await bench.event(attempt, 'text');
    await attempt.session.stop(5_000);
    const { exit, outcome } = await attempt.session.ended;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(outcome).toMatchObject({ failure: { reason: 'agent-error', message: 'The agent was told to stop.' } });
  });
});
