import { describe, expect, test } from 'vitest';
import { promptFacts, promptFactsOf } from '../../../test/rig/prompt-facts.ts';
import { plainPlan, plainTask } from '../../../test/simulation/plans.ts';
import { DEFAULT_MODES } from '../../core/agent-defaults.ts';
import type { Plan, Task } from '../../core/plan.ts';
import type { PromptFacts } from './facts.ts';
import { issueLink, linked } from './issue-link.ts';
import { batchesOf } from './order.ts';
import { dispatchTable, launchTable } from './tables.ts';
import { writePrompts } from './write.ts';

const PAYMENTS = `
plan: payments
checks: [npm test]
tasks:
  1A:
    title: Ledger
    brief: Money is never a float.
    steps: [Write the migration, "Add the model that PAY-11 builds on"]
    done: [Rows are kept]
    mode: tdd
    labels: [3pt]
    cost: 5
    scope: { may: ["db/**"] }
    issue: "[PAY-10: Ledger table](https://t/PAY-10)"
  2A:
    title: Refunds
    brief: docs/refunds.md
    steps: [Add the route]
    done: [A refund returns 201]
    mode: pair
    labels: [5pt]
    needs: [1A]
    scope: { may: ["api/**"] }
    issue: "[PAY-11: Refund API](https://t/PAY-11)"
`;

const LINK = '[PAY-9: Master plan](https://t/PAY-9)';
const facts = promptFactsOf(PAYMENTS, { style: 'ccc', planLink: LINK });
const sheet = writePrompts(facts, null, false);

test('the dispatch prompt of the ledger has each required field in its place (U35, U37)', () => {
  expect(sheet.prompts[0]?.title).toBe('Batch 1A: Ledger');
  expect(sheet.prompts[0]?.text).toBe(`Implement [PAY-10: Ledger table](https://t/PAY-10)
(Phase 1A: Ledger) from master plan [PAY-9: Master plan](https://t/PAY-9).
payments: \`/home/dana/src/payments\`
Launch from: \`/home/dana/src/payments\` (required: instructions and settings are read from there)

**Exec mode:** tdd | **Launch as:** Bypass permissions

Labels: type:chore, exec:tdd · Estimate: 3 · Parent: [PAY-9: Master plan](https://t/PAY-9) · Assignee: claude

Reply with 'Session started' before beginning work.
Estimate cost before execution. If >$10 and cost profile is not unlimited, checkpoint.

Context:
- Read first, in this order: \`CLAUDE.md\`, \`AGENTS.md\`
- One of 2 sessions of this plan, in batch 1. It depends on no other session; nothing runs beside it
- Write only \`db/**\`; leave everything else alone
- Branch \`branchline/payments-by-hand/1A\`, from \`main\`; never commit to \`main\`
- It may cost $5 in all

Execution mode: tdd | Launch as: Bypass permissions | Worktree: yes

Tasks:
1. Write the migration
2. Add the model that [PAY-11](https://t/PAY-11) builds on

Money is never a float.

Deliverable: Rows are kept. Update [PAY-10](https://t/PAY-10) with results.

Update Linear issue status to Done/In Review.`);
});

test('nothing is missing there, so nothing is reported', () => {
  expect(sheet.findings).toEqual([]);
});

test('a pair is launched in plan mode, and names what it waits for', () => {
  const text = sheet.prompts[1]?.text ?? '';
  expect(text).toContain('**Exec mode:** pair | **Launch as:** Plan mode');
  expect(text).toContain('Start only when 1A (Ledger) is merged');
  expect(text).toContain('Read first, in this order: `docs/refunds.md`, `CLAUDE.md`, `AGENTS.md`');
});

test('the context has three to five points', () => {
  for (const { text } of sheet.prompts) {
    const points = text.slice(text.indexOf('Context:'), text.indexOf('Execution mode:')).match(/^- /gm) ?? [];
    expect(points.length).toBeGreaterThanOrEqual(3);
    expect(points.length).toBeLessThanOrEqual(5);
  }
});

test('the dispatch table counts sessions and costs, and does not know what nobody said (U29)', () => {
  expect(dispatchTable(facts).split('\n')).toEqual([
    '| Session | Issue | Focus | Mode | Est. Cost | Agent | Worktree |',
    '|---|---|---|---|---|---|---|',
    '| S-A | [PAY-10](https://t/PAY-10) | 1A: Ledger | tdd | ~$5 | claude | yes |',
    '| S-B | [PAY-11](https://t/PAY-11) | 2A: Refunds | pair | unknown | claude | yes |',
    '',
    'Sessions: 2 in 2 batches. Cost: ~$5, and 1 unknown.',
  ]);
});

test('a bare id is found in the issues of a task and in its texts, with its place', () => {
  const bare = promptFactsOf(
    PAYMENTS.replace('"[PAY-10: Ledger table](https://t/PAY-10)"', 'linear:PAY-10').replace(
      'Money is never',
      'UTF-8 aside, PAY-77 says that money is never',
    ),
    { style: 'ccc', planLink: LINK },
  );
  const found = writePrompts(bare, null, false).findings.filter(({ code }) => code === 'bare-issue');
  expect(found.map(({ what, field, severity }) => [what, field, severity])).toEqual([
    ['PAY-10 is a bare id', 'tasks.1A.issues[0]', 'warning'],
    ['PAY-77 is a bare id', 'tasks.1A.brief', 'warning'],
  ]);
});

test('what a plan leaves out is reported for each task', () => {
  const found = writePrompts(promptFacts(plainPlan([plainTask('api')]), { style: 'ccc' }), null, false).findings;
  expect(found.map(({ what }) => what)).toEqual([
    'api has no issue',
    'api has no deliverable',
    'api has no numbered tasks',
    'api has no estimate in points (as in 3pt)',
    'api has no exec mode (the safer one that fits was taken)',
  ]);
});

const planOfOne = (change: Partial<Task>): Plan => {
  const plan = plainPlan([plainTask('api', change)]);
  return { ...plan, agents: { ...plan.agents, modes: DEFAULT_MODES } };
};

describe('the mode of work of a task', () => {
  const modeOf = (change: Partial<Task>): string => {
    const one = promptFacts(planOfOne(change), { style: 'ccc' });
    return /\*\*Exec mode:\*\* (.*)/.exec(writePrompts(one, null, false).prompts[0]?.text ?? '')?.[1] ?? '';
  };
  const scope = { may: ['src/**'], mayNot: [] };

  test.each([
    ['one file and a clear end', { done: ['It works'] }, 'quick | **Launch as:** Bypass permissions'],
    ['an end that can be tested', { done: ['It works'], scope }, 'tdd | **Launch as:** Bypass permissions'],
    ['nothing of the kind', { scope }, 'pair | **Launch as:** Plan mode'],
    ['only reading', { kind: 'research' }, 'spike (analysis-only) | **Launch as:** Bypass permissions'],
    ['a mode that it names', { mode: 'checkpoint' }, 'checkpoint | **Launch as:** Ask permissions'],
  ] as const)('%s', (_, change, expected) => {
    expect(modeOf(change)).toBe(expected);
  });
});

test('seven tasks that could all run are three batches, and each waits for the whole one before (U28)', () => {
  const seven = promptFacts(plainPlan([1, 2, 3, 4, 5, 6, 7].map((n) => plainTask(`t${n}`))), { style: 'ccc' });
  expect(batchesOf(seven.plan, seven.order).map(({ length }) => length)).toEqual([3, 2, 2]);
  expect(launchTable(seven).split('\n').slice(2)).toEqual([
    '| 1 | Track `t1`, Track `t2`, Track `t3` | Now |',
    '| 2 | Track `t4`, Track `t5` | After Track `t1`, Track `t2` and Track `t3` merge |',
    '| 3 | Track `t6`, Track `t7` | After Track `t4` and Track `t5` merge |',
  ]);
});

test('five that only read are one batch', () => {
  const five = promptFacts(plainPlan([1, 2, 3, 4, 5].map((n) => plainTask(`t${n}`, { kind: 'research' }))));
  expect(batchesOf(five.plan, five.order).map(({ length }) => length)).toEqual([5]);
});

describe('an agent outside', () => {
  const outside = (change: Partial<PromptFacts>) =>
    writePrompts(
      promptFactsOf(PAYMENTS, {
        style: 'outside',
        briefs: new Map([['docs/refunds.md', 'Full or in part.']]),
        ...change,
      }),
      null,
      false,
    );

  test('gets nothing before the plan is attached, and one sentence says so (U33)', () => {
    const { prompts, findings } = outside({});
    expect(prompts).toEqual([]);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual(['prompt-plan-link']);
  });

  test('gets everything inline, the file with the brief included (U42)', () => {
    const { prompts } = outside({ planLink: LINK });
    expect(prompts[1]?.text).toBe(`## Context

Refunds, one of 2 tasks of payments in payments.

Begin only when this is merged into \`main\`: Ledger.

> Full or in part.

1. Add the route

## Acceptance Criteria

- [ ] A refund returns 201
- [ ] \`npm test\` succeeds
- [ ] Nothing outside of the paths below was changed

## Constraints

- Branch: \`branchline/payments-by-hand/2A\`, from \`main\`; a pull request to \`main\`, never a push to it
- Modify only: \`api/**\`
- Do not modify: any other path
- Test command: \`npm test\`

## References

- Plan: [PAY-9: Master plan](https://t/PAY-9)
- Issue: [PAY-11: Refund API](https://t/PAY-11)
- Brief: \`docs/refunds.md\`, given above
- The repository's word to agents: \`CLAUDE.md\`
- The repository's word to agents: \`AGENTS.md\``);
  });

  test('that a task of ccc names gets the form for outside, and needs the plan attached all the same', () => {
    const text = `agents: { use: { cursor: { command: [x] } } }\n${PAYMENTS.replace('title: Refunds', 'title: Refunds\n    agent: cursor')}`;
    expect(writePrompts(promptFactsOf(text, { style: 'ccc' }), null, false).prompts).toEqual([]);
    const sent = writePrompts(promptFactsOf(text, { style: 'ccc', planLink: LINK }), null, false);
    expect(sent.prompts[1]?.text).toContain('## Acceptance Criteria');
    expect(dispatchTable(promptFactsOf(text, { style: 'ccc' }))).toContain('| cursor | n/a |');
  });
});

test.each([
  ['github:acme/shop#41', '[#41](https://github.com/acme/shop/issues/41)'],
  ['acme/shop#41', '[#41](https://github.com/acme/shop/issues/41)'],
  ['https://github.com/acme/shop/issues/41', '[#41](https://github.com/acme/shop/issues/41)'],
  ['https://linear.app/acme/issue/PAY-10/ledger-table', '[PAY-10](https://linear.app/acme/issue/PAY-10/ledger-table)'],
  ['linear:acme/PAY-10', '[PAY-10](https://linear.app/acme/issue/PAY-10)'],
  ['[PAY-10: Ledger](https://t/PAY-10)', '[PAY-10: Ledger](https://t/PAY-10)'],
  ['#41', '#41'],
  ['41', '#41'],
  ['PAY-10', 'PAY-10'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
  ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
])('the reference %s is written %s', (ref, expected) => {
  expect(linked(issueLink(ref))).toBe(expected);
});
