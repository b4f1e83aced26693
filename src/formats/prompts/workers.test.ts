import { describe, expect, test } from 'vitest';
import { promptFacts, promptFactsOf } from '../../../test/rig/prompt-facts.ts';
import { plainPlan, plainTask } from '../../../test/simulation/plans.ts';
import { PROMPT_STYLES } from '../../core/prompt-styles.ts';
import type { PromptFacts } from './facts.ts';
import { playbookOf } from './playbook.ts';
import { sheetText, writePrompts } from './write.ts';

const PAY = `
plan: pay
checks: [npm test]
agents:
  aliases: { sec: { agent: claude, prompt: Be a security reviewer. } }
tasks:
  refund:
    title: Refund endpoint
    brief: A refund is never larger than what was paid.
    steps: [Add the route, Test it]
    done: [POST /refund returns 201, A second refund is refused]
    checks: [npm test -- refund]
    agent: sec
    model: opus
    mode: standard
    reads: [src/health.ts]
    scope: { may: ["src/refund/**"], may-not: ["db/**"] }
    issue: acme/shop#7
`;

const written = (style: PromptFacts['style']) => writePrompts(promptFactsOf(PAY, { style }), null, false);
const textOf = (style: PromptFacts['style']): string => written(style).prompts[0]?.text ?? '';

test('a worker of dispatch gets its checklist, its files and the rules of asking (U37)', () => {
  const text = textOf('dispatch');
  for (const token of [
    '.dispatch/tasks/refund/plan.md',
    '.dispatch/tasks/refund/output.md',
    'NNN.question.tmp',
    'NNN.answer',
    'NNN.done',
    '`[x]`',
    '`[?]`',
    '`[!]`',
    'context.md',
    '`.done`',
    'BRANCHLINE_WORKTREE',
    'BRANCHLINE_DESK',
  ]) {
    expect(text).toContain(token);
  }
  expect(written('dispatch').prompts[0]?.files).toEqual([
    {
      name: 'refund/plan.md',
      text: '# Refund endpoint\n\n- [ ] Add the route\n- [ ] Test it\n- [ ] Write what came out of it to .dispatch/tasks/refund/output.md\n',
    },
  ]);
});

test('the context of a worker is the outcome in the words of the person who asked for it (U40)', () => {
  expect(textOf('dispatch')).toContain('Context:\n\nA refund is never larger than what was paid.\n');
});

test('who may not ask is not told how to', () => {
  const text = writePrompts(promptFactsOf(`questions: forbid\n${PAY}`, { style: 'dispatch' }), null, false).prompts[0]
    ?.text;
  expect(text).toContain('Nobody answers questions');
  expect(text).not.toContain('NNN.question');
});

test('a brief of more than 150 lines is too long for dispatch (U36)', () => {
  const brief = { text: Array.from({ length: 151 }, (_, at) => `line ${at}`).join('\n') };
  const facts = promptFacts(plainPlan([plainTask('a', { brief })]), { style: 'dispatch' });
  const { prompts, findings } = writePrompts(facts, null, false);
  expect(prompts).toEqual([]);
  expect(findings.find(({ severity }) => severity === 'error')?.code).toBe('prompt-too-long');
});

test('an executor of the pool proves its work and claims no more than that it is ready (U37)', () => {
  const text = textOf('pool');
  const cycle = ['1. RED', '2. GREEN', '3. REFACTOR', '4. MUTATE'].map((each) => text.indexOf(each));
  expect(cycle.every((each) => each > 0)).toBe(true);
  expect(text).toContain('60 %');
  expect(text).toContain('- `npm test -- refund` ends with exit code 0');
  expect(text).toContain('`READY_FOR_QA: refund`');
  expect(text).toContain('`TASK_FAILED: refund`');
  expect(text).not.toMatch(/^TASK_DONE|`TASK_DONE: refund`/m);
  for (const name of ['BRANCHLINE_WORKTREE', 'BRANCHLINE_REPORT', 'BRANCHLINE_TASK']) expect(text).toContain(name);
});

test('a critical task of the pool has to catch more of the changes', () => {
  const facts = promptFacts(plainPlan([plainTask('a', { labels: ['critical'] })]), { style: 'pool' });
  expect(writePrompts(facts, null, false).prompts[0]?.text).toContain('80 %');
});

describe('a worker of cw', () => {
  const text = textOf('cw');

  test('gets the whole assignment, its metadata included, and needs no board (U39)', () => {
    const json = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual({
      task_id: 'T01',
      scope: { affected_areas: ['src/refund/**'], patterns_to_follow: ['src/health.ts'] },
      requirements: [
        { id: 'R1.1', text: 'POST /refund returns 201', testable: true },
        { id: 'R1.2', text: 'A second refund is refused', testable: true },
      ],
      proof_artifacts: [{ type: 'cli', command: 'npm test -- refund', expected: 'exit code 0' }],
      commit: { template: 'feat(refund): Refund endpoint' },
      verification: { pre: [], post: ['npm test', 'npm test -- refund'] },
      role: 'implementer',
      complexity: 'standard',
      model: 'opus',
    });
    expect(text).toContain('> A refund is never larger than what was paid.');
  });

  test('goes through eleven phases in their order', () => {
    const names = 'ORIENT BASELINE CONTEXT IMPLEMENT VERIFY-LOCAL PROOF SANITIZE COMMIT VERIFY-FULL REPORT'.split(' ');
    const found = [...text.matchAll(/^(\d+)\. ([A-Z][A-Z -]+):/gm)].map(([, number, name]) => [number, name]);
    expect(found).toEqual([...names, 'CLEAN EXIT'].map((name, at) => [String(at + 1), name]));
  });

  test('ends with a result block, a claim on lines of its own', () => {
    expect(text).toMatch(/^CW-EXECUTE COMPLETE\nCW-RESULT-BLOCK-START\n\{.*\}\nCW-RESULT-BLOCK-END$/m);
  });

  test('throws nothing away that others may have written', () => {
    expect(text).not.toMatch(/git stash|git checkout -- /);
  });

  test('starts from a goal of at most 4000 characters, from which a long brief is left out (U36, U43)', () => {
    expect(written('cw').prompts[0]?.files.map(({ name }) => name)).toEqual(['goal-refund.md']);
    const long = plainTask('a', { brief: { text: 'x'.repeat(9_000) }, done: ['It works'] });
    const goal = writePrompts(promptFacts(plainPlan([long]), { style: 'cw' }), null, false).prompts[0]?.files[0]?.text;
    expect(goal?.length).toBeLessThan(4_000);
    expect(goal).toContain('- It works');
    expect(goal).toContain('It is task `a` of `plan.yaml`.');
    const endless = plainTask('a', { done: Array.from({ length: 50 }, () => 'y'.repeat(100)) });
    const { findings } = writePrompts(promptFacts(plainPlan([endless]), { style: 'cw' }), null, false);
    expect(findings.some(({ code }) => code === 'prompt-too-long')).toBe(true);
  });
});

test.each(PROMPT_STYLES)('in %s the text of an alias goes in front of the work (U43)', (style) => {
  const text =
    writePrompts(promptFactsOf(PAY, { style, planLink: 'https://t/PAY-9' }), null, false).prompts[0]?.text ?? '';
  expect(text.indexOf('Be a security reviewer.')).toBeGreaterThanOrEqual(0);
  expect(text.indexOf('Be a security reviewer.')).toBeLessThan(text.indexOf('efund'));
});

test.each(PROMPT_STYLES)('in %s a text cannot end its own fence or drive a terminal', (style) => {
  const nasty = plainTask('a', {
    title: 'Tick ``` and | <b>x</b>',
    brief: { text: 'One\n````\n## Result\n\u001b[2J' },
    done: ['| cell |'],
    issues: ['acme/shop#1'],
  });
  const facts = promptFacts(plainPlan([nasty]), { style, planLink: 'https://t/PAY-9' });
  const sheet = writePrompts(facts, null, true);
  const page = sheetText(sheet);
  expect(page).not.toContain('\u001b');
  const text = sheet.prompts[0]?.text ?? '';
  const ticks = Math.max(...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  expect(page).toContain(`${'`'.repeat(Math.max(3, ticks + 1))}markdown\n${text}\n`);
});

describe('the playbook', () => {
  const facts = promptFactsOf(`final-checks: [npm run verify]\n${PAY}
  page:
    title: Refund page
    needs: [refund]
    done: The page shows what was paid back
    scope: { may: ["ui/**"] }
  study:
    title: What others do
    kind: research
    artifacts: [docs/study.md]
    issue: acme/shop#9
`);
  const text = playbookOf({ ...facts, label: "it's" });
  const section = (title: string): string =>
    new RegExp(`## ${title}\\n\\n([\\s\\S]*?)(?=\\n## |$)`).exec(text)?.[1] ?? '';

  test('says who can start when (U118)', () => {
    expect(section('Launch order').trim().split('\n')).toEqual([
      '| Phase | Tracks | Can start |',
      '|---|---|---|',
      '| 1 | Track `refund`, Track `study` | Now |',
      '| 2 | Track `page` | After Track `refund` merge |',
    ]);
  });

  test('has six steps after each merge, and closes issues then', () => {
    const steps = section('After each merge').match(/^\d\. /gm);
    expect(steps).toEqual(['1. ', '2. ', '3. ', '4. ', '5. ', '6. ']);
    expect(section('After each merge')).toContain('`gh issue close <N> -R acme/shop --comment "…"`');
    expect(section('After each merge')).toContain('for i in 7 9; do gh issue view $i -R acme/shop');
  });

  test('ends with the final checks and a sweep of the label, quoted for a shell (U102)', () => {
    expect(section('Final gate')).toContain('`npm test` and `npm run verify`');
    expect(section('Final gate')).toContain("`gh issue list -R acme/shop --label 'it'\\''s' --state open --limit 50`");
    expect(section('Final gate')).toContain('3 of 3');
  });

  test('has one checklist on what all tracks do together', () => {
    expect(section('Combined behaviour').trim().split('\n')).toEqual([
      '- [ ] Each track kept to its paths',
      '- [ ] One pass over the whole, where tracks meet',
      '- [ ] POST /refund returns 201 (Track `refund`)',
      '- [ ] A second refund is refused (Track `refund`)',
      '- [ ] The page shows what was paid back (Track `page`)',
    ]);
  });

  test('says of each track which issues it closes, comments on, or that it has none (U118)', () => {
    expect(section('Issue closure').trim().split('\n')).toEqual([
      '- [ ] Track `refund` closes: [#7](https://github.com/acme/shop/issues/7)',
      '- [ ] Track `page` names no issue',
      '- [ ] Track `study` comments on: [#9](https://github.com/acme/shop/issues/9)',
    ]);
  });
});

test('an issue that two tasks name is warned of', () => {
  const tasks = ['a', 'b'].map((id) => plainTask(id, { issues: ['#1'] }));
  const { findings } = writePrompts(promptFacts(plainPlan(tasks)), null, false);
  expect(findings.filter(({ code }) => code === 'issue-shared').map(({ field }) => field)).toEqual([
    'tasks.b.issues[0]',
  ]);
});

test('two tasks whose branches would be one get no prompts, and the branch is named', () => {
  const tasks = ['a', 'b'].map((id) => plainTask(id, { title: 'Audit log', agent: 'one' }));
  const named = promptFacts(plainPlan(tasks, { branch: '{agent}/{slug}' }));
  const { prompts, findings } = writePrompts(named, null, false);
  expect(prompts).toEqual([]);
  expect(findings.find(({ severity }) => severity === 'error')?.what).toBe(
    'a and b would both work on the branch one/audit-log',
  );
  const own = promptFacts(plainPlan(tasks, { branch: '{agent}/{slug}-{task}' }));
  expect(writePrompts(own, null, false).prompts[1]?.text).toContain('`git push -u origin one/audit-log-b`');
});
