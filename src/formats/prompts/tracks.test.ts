import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { promptFacts, promptFactsOf } from '../../../test/rig/prompt-facts.ts';
import { plainPlan, plainTask } from '../../../test/simulation/plans.ts';
import type { Task } from '../../core/plan.ts';
import type { PromptFacts } from './facts.ts';
import { summaryTable } from './tables.ts';
import { writePrompts } from './write.ts';

const AUDIT = `
plan: audit
checks: [npm test]
final-checks: [npm run verify]
tasks:
  a:
    title: A — API
    brief: docs/h/api.md
    steps: [A1, A2]
    scope: { may: ["api/routes/**", api/mw/audit.ts], may-not: ["db/**", "ui/**"] }
    issues: ["#11", "#12"]
  b:
    title: B — Study
    brief: docs/h/study.md
    steps: [B1]
    kind: research
    artifacts: [docs/study.md]
    issue: "14"
  c:
    title: C — Admin UI
    brief: docs/h/ui.md
    steps: [C1, C2]
    needs: [a]
    scope: { may: ["ui/admin/audit/**"], may-not: ["api/**", "db/**"] }
    issue: "#21"
`;

const promptOf = (facts: PromptFacts, task: string): string => {
  const { prompts, findings } = writePrompts(facts, task, false);
  return prompts[0]?.text ?? JSON.stringify(findings);
};

const codesOf = (facts: PromptFacts, severity: string): readonly string[] =>
  writePrompts(facts, null, false)
    .findings.filter((each) => each.severity === severity)
    .map(({ code, task }) => `${code} ${task}`);

const BOTH = '**MANDATORY — do not end the session until you have done BOTH:**';

describe('a track that builds on another one', () => {
  const text = promptOf(promptFactsOf(AUDIT), 'c');

  test('is told first of all to wait for its merge (U38)', () => {
    expect(text.startsWith('**DO NOT START until Track A have merged their work to main.** ')).toBe(true);
  });

  test('reads its handover, then what the repository says to agents (U41)', () => {
    const at = ['`docs/h/ui.md`', '`CLAUDE.md`', '`AGENTS.md`', '(C1, C2)', 'You touch ONLY'].map((each) =>
      text.indexOf(each),
    );
    expect(at.every((each) => each > 0)).toBe(true);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  test('has both scope lists, all checks of the end, and the closing block last, after the push (U37)', () => {
    expect(text).toContain('You touch ONLY `ui/admin/audit/**`. Do NOT edit `api/**`, `db/**`.');
    expect(text).toContain('Run `npm test` and `npm run verify`');
    const order = ['git push', BOTH, '(1)', 'gh issue comment <N>', '21', '(2)', 'gh issue view $i'];
    const at = order.map((each) => text.indexOf(each));
    expect(at.every((each) => each > 0)).toBe(true);
    expect(text.slice(text.indexOf(BOTH))).not.toContain('git push');
  });

  test('is one paragraph of fewer than 200 words (U36)', () => {
    expect(text).not.toContain('\n');
    expect(text.split(/\s+/).length).toBeLessThan(200);
  });

  test('pushes a branch of its own and never the target; it closes no issue', () => {
    expect(text).toContain('`git push -u origin branchline/audit-by-hand/c`');
    expect(text).toContain('never to `main`');
    expect(text).not.toContain('gh issue close');
    expect(text).toContain('Do not close anything yourself');
  });
});

test('a track that waits for nobody may begin, and runs no check of the end', () => {
  const text = promptOf(promptFactsOf(AUDIT), 'a');
  expect(text).not.toContain('DO NOT START');
  expect(text).not.toContain('npm run verify');
  expect(text).toContain('for i in 11 12; do');
});

test('analysis only reads, and its findings have a place', () => {
  const text = promptOf(promptFactsOf(AUDIT), 'b');
  expect(text).toContain('READ-ONLY');
  expect(text).toContain('You touch ONLY the artifacts `docs/study.md`');
  expect(text).toContain('Do NOT edit ');
  expect(text).not.toContain('npm test');
  expect(text).toContain('gh issue comment <N>');
});

test('the summary has the row of the third track, with agents by their numbers (U118)', () => {
  const rows = summaryTable(promptFactsOf(AUDIT)).split('\n');
  expect(rows[0]).toBe('| Agent | Track | Type | Soldiers | Issues | Dependencies | Can Start |');
  expect(rows.slice(2)).toEqual([
    '| 1 | A — API | code | A1, A2 | #11, #12 | None | Now |',
    '| 2 | B — Study | analysis | B1 | #14 | None | Now |',
    '| 3 | C — Admin UI | code | C1, C2 | #21 | After 1 | After merge |',
  ]);
});

test.each(['C — Admin UI', 'Track C: Admin UI', 'Track C — Admin UI'])(
  'the title %s is one track, called by its letter',
  (title) => {
    const facts = promptFacts(plainPlan([plainTask('c', { title })]));
    expect(summaryTable(facts)).toContain('| 1 | C — Admin UI | code |');
    expect(promptOf(facts, 'c')).toMatch(/You are Track C(?: —|:) Admin UI\./);
  },
);

describe('a brief that stands in the plan', () => {
  const withBrief = (brief: string) =>
    promptFacts(plainPlan([plainTask('api', { brief: { text: brief }, steps: ['Write it'] })]));

  test('is said whole while it fits', () => {
    expect(promptOf(withBrief('Record every write.'), 'api')).toContain('Record every write.');
  });

  test('is named by its place in the plan when it is too long or has several paragraphs', () => {
    for (const brief of ['word '.repeat(150), 'First.\n\n- one\n- two']) {
      const text = promptOf(withBrief(brief), 'api');
      expect(text).toContain('the handover, which is task `api` of `plan.yaml`');
      expect(text).not.toContain('word word');
      expect(text).not.toContain('\n');
    }
  });

  test('is warned of when whoever reads the prompt would not find the plan', () => {
    const facts = { ...withBrief('word '.repeat(150)), planCommitted: false };
    expect(codesOf(facts, 'warning')).toContain('prompt-plan-file api');
    expect(codesOf(withBrief('word '.repeat(150)), 'warning')).not.toContain('prompt-plan-file api');
  });
});

test('a prompt that cannot be kept short is an error that counts its words (U36)', () => {
  const may = Array.from({ length: 220 }, (_, at) => `src/f${at}.ts`);
  const facts = promptFacts(plainPlan([plainTask('api', { scope: { may, mayNot: [] } }), plainTask('ui')]));
  const { prompts, findings } = writePrompts(facts, null, false);
  expect(prompts).toEqual([]);
  const [error] = findings.filter(({ severity }) => severity === 'error');
  expect(error?.code).toBe('prompt-too-long');
  expect(Number(/has (\d+) words/.exec(error?.what ?? '')?.[1])).toBeGreaterThan(220);
});

test('a track that does not say what it may write gets no prompt, and nobody else does', () => {
  const facts = promptFacts(plainPlan([plainTask('api', { scope: null }), plainTask('ui')]));
  expect(writePrompts(facts, null, false).prompts).toEqual([]);
  expect(codesOf(facts, 'error')).toEqual(['prompt-scope api']);
});

test('what the plan does not say is reported, and nothing is made up for it', () => {
  const facts = promptFacts(plainPlan([plainTask('api')]));
  const missing = writePrompts(facts, null, false).findings.map(({ what }) => what);
  expect(missing).toEqual(['api has no handover', 'api has no soldiers', 'api has no issues']);
  const text = promptOf(facts, 'api');
  expect(text).not.toContain('gh issue');
  expect(text).toContain(BOTH);
});

test('two tracks that share a lock are launched one after the other, since nobody else keeps them apart', () => {
  const tasks = ['api', 'ui'].map((id) => plainTask(id, { resources: ['staging'] }));
  const facts = promptFacts(plainPlan(tasks));
  expect(promptOf(facts, 'api')).not.toContain('DO NOT START');
  expect(promptOf(facts, 'ui')).toContain('**DO NOT START until Track `api` have merged');
});

test('who is waited for through another track is not named again', () => {
  const tasks = [plainTask('a'), plainTask('b', { needs: ['a'] }), plainTask('c', { needs: ['a', 'b'] })];
  expect(promptOf(promptFacts(plainPlan(tasks)), 'c')).toContain('until Track `b` have merged');
});

const words = (max: number) =>
  fc.array(fc.constantFrom('write', 'the', 'row', '`x`', '**', '\n\n', '- ', '```', '#11', '|', '{run}'), {
    maxLength: max,
  });

const anyTask = (id: string, at: number): fc.Arbitrary<Task> =>
  fc
    .record({
      brief: words(150),
      steps: fc.array(words(20), { maxLength: 12 }),
      done: fc.array(words(20), { maxLength: 12 }),
      may: fc.nat({ max: 20 }),
      mayNot: fc.nat({ max: 20 }),
      issues: fc.nat({ max: 20 }),
      needs: fc.array(fc.nat({ max: Math.max(0, at - 1) }), { maxLength: at }),
      isReader: fc.boolean(),
    })
    .map(({ brief, steps, done, may, mayNot, issues, needs, isReader }) =>
      plainTask(id, {
        brief: { text: `Do ${brief.join(' ')}` },
        steps: steps.map((each) => `Do ${each.join(' ').replaceAll('\n', ' ')}`),
        done: done.map((each) => `See ${each.join(' ').replaceAll('\n', ' ')}`),
        kind: isReader ? 'research' : 'code',
        artifacts: isReader ? [`docs/${id}.md`] : [],
        scope: {
          may: Array.from({ length: may + 1 }, (_, n) => `${id}/f${n}/**`),
          mayNot: Array.from({ length: mayNot }, (_, n) => `other/f${n}/**`),
        },
        issues: Array.from({ length: issues }, (_, n) => `#${at * 100 + n}`),
        needs: [...new Set(needs)].filter((each) => each < at).map((each) => `t${each}`),
      }),
    );

const anyPlan = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, at) => anyTask(`t${at}`, at))).map((tasks) => plainPlan(tasks)),
  );

test('every prompt of every plan is one short paragraph with all of its parts, or an error says that it is not', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const { prompts, findings } = writePrompts(promptFacts(plan), null, true);
      const tooLong = findings.filter(({ severity }) => severity === 'error');
      if (tooLong.length > 0) {
        expect(prompts).toEqual([]);
        expect(tooLong.every(({ code }) => code === 'prompt-too-long')).toBe(true);
        return;
      }
      expect(prompts.map(({ task }) => task)).toEqual(plan.tasks.map(({ id }) => id));
      for (const { text } of prompts) {
        expect(text.split(/\s+/).length).toBeLessThan(200);
        expect(text).not.toContain('\n');
        const at = ['You touch ONLY', 'Do NOT edit', 'git push -u origin', BOTH, '(2)'].map((each) =>
          text.lastIndexOf(each),
        );
        expect(at.every((each) => each >= 0)).toBe(true);
        expect([...at].sort((a, b) => a - b)).toEqual(at);
      }
    }),
    { numRuns: 80 },
  );
});
