import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlan } from '../../plans/read.ts';
import type { Draft, DraftTask } from '../draft.ts';
import { importPlan } from '../import-plan.ts';
import type { Source } from '../source.ts';
import { ccc } from './read.ts';

const around = { installed: ['claude'] };
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const one = (text: string, path = 'plan.md'): Source => ({ path, isFolder: false, files: [{ path, text }] });
const folder = (files: Readonly<Record<string, string>>): Source => ({
  path: 'plan',
  isFolder: true,
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
});
const draftOf = (source: Source): Draft => {
  const { draft, diagnostics } = ccc.read(source);
  if (draft === null) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  return draft;
};
const plain = ({ name, state, values }: DraftTask): Record<string, unknown> => ({
  ...{ name, state },
  ...Object.fromEntries(Object.entries(values).map(([field, sourced]) => [field, sourced?.value])),
});
const tasksIn = (source: Source) => draftOf(source).tasks.map(plain);
const faultsOf = (source: Source) =>
  importPlan(source, { around }).diagnostics.map(
    ({ severity, file, line, what }) => `${severity} ${file}:${line}: ${what}`,
  );
const missingOf = (source: Source) => draftOf(source).missing.map(({ task, field }) => `${task}: ${field}`);
const leftOf = (source: Source) => draftOf(source).left.map(({ what, at }) => `${at.line}: ${what}`);

const PLAN = fixture('master-plan.md');
/** The plan with something else in it. */
const planWith = (from: string, to: string): Source => one(PLAN.replace(from, to));

describe('a master plan', () => {
  test('has a task for each phase, with its batch, its mode and its issues (U2)', () => {
    expect(tasksIn(one(PLAN))).toEqual([
      {
        ...{ name: '1A', state: 'open', title: 'Ledger', group: 'Batch 1', mode: 'tdd' },
        issues: ['linear:PAY-10'],
        brief: { text: 'Issues:\n- PAY-10: Ledger table (https://t/PAY-10)' },
      },
      {
        ...{ name: '1B', state: 'done', title: 'Bank', group: 'Batch 1', mode: 'spike', agent: 'claude' },
        issues: ['linear:PAY-12'],
        brief: { text: 'Issues:\n- PAY-12: Choose a bank (https://t/PAY-12)' },
      },
      {
        ...{ name: '2A', state: 'open', title: 'Refunds', group: 'Batch 2', mode: 'pair' },
        ...{ needs: ['1A', '1B'], issues: ['linear:PAY-11'] },
        brief: { text: 'Issues:\n- PAY-11: Refund API (https://t/PAY-11)' },
      },
    ]);
  });

  test('becomes a plan that runs, without what is done, and with the place of every value', () => {
    const { plan, format, diagnostics } = importPlan(one(PLAN), { around });
    expect([format, diagnostics]).toEqual(['ccc', []]);
    expect(plan).toContain('# Over already (done): 1B, from plan.md:19');
    expect(plan).toContain('mode: tdd # from plan.md:10');
    const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
    expect(read?.tasks.map(({ id, needs, group, mode }) => ({ id, needs, group, mode }))).toEqual([
      { id: '1A', needs: [], group: 'Batch 1', mode: 'tdd' },
      { id: '2A', needs: ['1A'], group: 'Batch 2', mode: 'pair' },
    ]);
  });

  test('leaves what a plan cannot hold, each with its line', () => {
    expect(leftOf(one(PLAN))).toEqual([
      '3: Parent issue: PAY-9: Master plan',
      '4: Date: 2026-03-01',
      '34: the table of key files (1)',
      '30: "PRs merged without conflicts"',
      '10: the estimate 3pt of PAY-10',
      '11: the estimate 5pt of PAY-11',
      '12: the estimate 1pt of PAY-12',
    ]);
  });

  test.each(['None', '--', '—', '-', 'none', '', 'None (parallel with 1A)'])('"%s" waits for nothing', (cell) => {
    expect(tasksIn(planWith('| 2 | 1A, 1B |', `| 2 | ${cell} |`))[2]).toMatchObject({ needs: ['1A'] });
    const alone = one(PLAN.replace('| 2 | 1A, 1B |', `| 2 | ${cell} |`).replace('| 5pt | PAY-10 |', '| 5pt | -- |'));
    expect(tasksIn(alone)[2]).not.toHaveProperty('needs');
  });

  test.each([
    ['1A', ['1A']],
    ['1a', ['1A']],
    ['Phase 1A', ['1A']],
    ['1A, 1B', ['1A', '1B']],
    ['1A and 1B', ['1A', '1B']],
    ['1A–1B', ['1A', '1B']],
    ['1A-B', ['1A', '1B']],
    ['Batch 1', ['1A', '1B']],
    ['[PAY-12](https://t/PAY-12)', ['1B', '1A']],
    ['1A (the schema)', ['1A']],
  ])('waits for "%s"', (cell, needs) => {
    expect(tasksIn(planWith('| 2 | 1A, 1B |', `| 2 | ${cell} |`))[2]).toMatchObject({ needs });
  });

  test('what is in brackets behind a phase stands beside the need', () => {
    expect(draftOf(planWith('| 2 | 1A, 1B |', '| 2 | 1A (the schema) |')).tasks[2]?.values.needs?.note).toBe(
      '"the schema"',
    );
  });

  test('a need that is not there is an error with its line', () => {
    expect(faultsOf(planWith('| 2 | 1A, 1B |', '| 2 | 3C |'))).toEqual(['error plan.md:20: "2A" needs "3C"']);
  });

  test.each([
    ['an unknown status', '| Todo | tdd |', '| Doing | tdd |', 'error plan.md:10: "Doing" is no status'],
    ['an unknown mode', '| Todo | tdd |', '| Todo | turbo |', 'error plan.md:10: "turbo" is no execution mode'],
    ['a phase without a letter', '| 1A | [', '| 1 | [', 'error plan.md:18: "1" is no phase'],
    [
      'a batch that is another',
      '| Ledger | 1 |',
      '| Ledger | 2 |',
      'error plan.md:18: Phase 1A is said to be in batch 2',
    ],
    ['a phase that stands twice', '| 1B | [', '| 1A | [', 'error plan.md:19: There are two tasks "1A"'],
    [
      'an issue that stands twice',
      '[PAY-11](https://t/PAY-11) | Refund',
      '[PAY-10](https://t/PAY-10) | Refund',
      'error plan.md:11: PAY-10 stands twice in the registry',
    ],
    [
      'a row without an issue',
      '[PAY-10](https://t/PAY-10) | Ledger table',
      'Ledger | Ledger table',
      'error plan.md:10: A row of the registry has no issue',
    ],
  ])('%s is an error', (_, from, to, fault) => {
    expect(faultsOf(planWith(from, to))).toContain(fault);
    expect(importPlan(planWith(from, to), { around }).plan).toBeNull();
  });

  test.each([
    ['Todo', 'open'],
    ['Backlog', 'open'],
    ['In Progress', 'open'],
    ['in review', 'open'],
    ['Done', 'done'],
    ['Done (merged)', 'done'],
    ['Canceled', 'dropped'],
    ['Cancelled', 'dropped'],
    ['Duplicate', 'dropped'],
  ])('the status "%s" is %s', (status, state) => {
    expect(tasksIn(planWith('| Todo | tdd |', `| ${status} | tdd |`))[0]).toMatchObject({ state });
  });

  test('work that somebody began is said to begin anew', () => {
    expect(leftOf(planWith('| Todo | tdd |', '| In Review | tdd |'))).toContain('10: "In Review" of 1A');
  });

  test.each(['quick', 'tdd', 'swarm', 'spike', 'pair', 'checkpoint', 'exec:pair', '`exec:quick`'])(
    'knows the mode %s',
    (mode) => {
      expect(tasksIn(planWith('| Todo | tdd |', `| Todo | ${mode} |`))[0]).toMatchObject({
        mode: mode.replace(/`|exec:/g, ''),
      });
    },
  );

  test.each(['spike (analysis-only)', 'analysis-only'])('"%s" is research that writes nothing', (mode) => {
    const source = planWith('| Todo | tdd |', `| Todo | ${mode} |`);
    expect(tasksIn(source)[0]).toMatchObject({ mode: 'analysis-only', kind: 'research' });
    expect(importPlan(source, { around }).diagnostics).toEqual([]);
  });

  test('bare ids are warned of, once a line', () => {
    const source = planWith('| 1A | [PAY-10](https://t/PAY-10) |', '| 1A | PAY-10, PAY-13 |');
    expect(faultsOf(source)).toEqual(['warning plan.md:18: "PAY-10" is no link']);
    expect(tasksIn(source)[0]).toMatchObject({ issues: ['linear:PAY-10', 'linear:PAY-13'] });
  });

  test('a phase of several issues has them all, and their modes if they agree', () => {
    const both = '| 1A | [PAY-10](https://t/PAY-10), [PAY-11](https://t/PAY-11) |';
    const source = one(PLAN.replace('| 1A | [PAY-10](https://t/PAY-10) |', both).replace(/\| 2A .*\n/, ''));
    expect(tasksIn(source)[0]).toMatchObject({ issues: ['linear:PAY-10', 'linear:PAY-11'] });
    expect(tasksIn(source)[0]).not.toHaveProperty('mode');
    expect(tasksIn(source)[0]).not.toHaveProperty('needs');
    expect(missingOf(source)).toEqual(['1A: Mode']);
    expect(leftOf(source)).toContain('10: the modes tdd, pair of the issues of 1A');
  });

  test('an open issue in no phase is reported', () => {
    expect(leftOf(one(PLAN.replace(/\| 2A .*\n/, '')))).toContain('11: the issue PAY-11');
  });

  test('what a master plan has to have and has not is reported', () => {
    const bare = '| Phase | Issues | Focus | Batch | Dependencies |\n|---|---|---|---|---|\n| 1A | -- | | 1 | None |\n';
    expect(missingOf(one(bare))).toEqual([
      'null: Parent issue',
      'null: Date',
      '1A: Issues',
      '1A: Focus',
      'null: Issue Registry',
    ]);
    const registry =
      '| ID | Title | Status | Exec | Est | Depends On |\n|---|---|---|---|---|---|\n| [A-1](u) | | | | | |\n';
    expect(missingOf(one(registry))).toEqual([
      'null: Parent issue',
      'null: Date',
      'A-1: Title',
      'A-1: Status',
      'A-1: Exec',
      'null: Phase Map',
    ]);
  });

  test('a registry by itself has a task for each issue', () => {
    const source = one(PLAN.replace(/## Phase Map[\s\S]*?## Session/, '## Session'));
    expect(tasksIn(source).map(({ name, needs, mode, state }) => ({ name, needs, mode, state }))).toEqual([
      { name: 'PAY-10', needs: undefined, mode: 'tdd', state: 'open' },
      { name: 'PAY-11', needs: ['PAY-10'], mode: 'pair', state: 'open' },
      { name: 'PAY-12', needs: undefined, mode: 'spike', state: 'done' },
    ]);
  });

  test('the order of phases may be told with modes and states instead of batches', () => {
    const table =
      '| Phase | Issue | Mode | Depends On | Status |\n|---|---|---|---|---|\n| 1A | [A-1](u) | quick | -- | Done |\n| 1B | [A-2](u) | pair | 1A | Todo |\n';
    expect(tasksIn(one(table)).map(({ name, mode, state, needs }) => ({ name, mode, state, needs }))).toEqual([
      { name: '1A', mode: 'quick', state: 'done', needs: undefined },
      { name: '1B', mode: 'pair', state: 'open', needs: ['1A'] },
    ]);
  });
});

describe('sessions', () => {
  const registry = (row: string): Source => one(PLAN.replace(/\| quiet-brown-owl .*\n/, `${row}\n`));

  test('a row that is two cells short is read by its last cell', () => {
    const source = registry('| a | [PAY-10](https://t/PAY-10) | 1A | Factory | Active |');
    expect(tasksIn(source)[0]).toMatchObject({ owner: 'Factory' });
    expect(leftOf(source)).toContain('26: "Active" of 1A');
  });

  test('a whole row has a branch, which is left', () => {
    const source = registry('| a | [PAY-10](https://t/PAY-10) | 1A | Codex | yes | claude/pay-10 | Active |');
    expect(tasksIn(source)[0]).toMatchObject({ agent: 'codex' });
    expect(leftOf(source)).toContain('26: the branch claude/pay-10 of a');
  });

  test('a session that says it is done does not make its issue done', () => {
    const source = registry('| a | [PAY-10](https://t/PAY-10) | 1A | Claude Code | yes | b | Done |');
    expect(tasksIn(source)[0]).toMatchObject({ state: 'open' });
    expect(leftOf(source)).toContain('26: "Done" of 1A');
  });

  test('an unknown status is an error, also in a short row', () => {
    expect(faultsOf(registry('| a | [PAY-10](https://t/PAY-10) | 1A | Factory | yes | b | Sleeping |'))).toEqual([
      'error plan.md:26: "Sleeping" is no status',
    ]);
  });
});

describe('a dispatch table', () => {
  const HEAD = '| Session | Issue | Focus | Mode | Est. Cost | Agent | Worktree |\n|---|---|---|---|---|---|---|\n';
  const ROW = '| S-A | [PAY-10](https://t/PAY-10) | Ledger | tdd | ~$5 | Claude Code | yes |\n';

  test('has a task for each session (U29)', () => {
    const source = one(`${HEAD}${ROW}| S-B | [PAY-11](https://t/PAY-11) | Refunds | pair | ~$3 | Factory | n/a |\n`);
    expect(tasksIn(source)).toEqual([
      {
        ...{ name: 'S-A', state: 'open', title: 'Ledger', mode: 'tdd', agent: 'claude', issues: ['linear:PAY-10'] },
        brief: { text: 'Issues:\n- PAY-10 (https://t/PAY-10)' },
      },
      {
        ...{ name: 'S-B', state: 'open', title: 'Refunds', mode: 'pair', owner: 'Factory', issues: ['linear:PAY-11'] },
        brief: { text: 'Issues:\n- PAY-11 (https://t/PAY-11)' },
      },
    ]);
    expect(leftOf(source)).toEqual(['3: the cost ~$5 of S-A', '4: the cost ~$3 of S-B']);
  });

  test('may end with a branch, or earlier', () => {
    const short =
      '| Session | Issue | Focus | Mode | Est. Cost |\n|---|---|---|---|---|\n| S-A | [PAY-10](u) | Ledger | tdd | ~$5 |\n';
    expect(tasksIn(one(short))[0]).toMatchObject({ name: 'S-A', mode: 'tdd' });
    expect(leftOf(one(`${HEAD}${ROW}`.replace('Worktree', 'Branch').replace('| yes |', '| claude/x |')))).toContain(
      '3: the branch claude/x of S-A',
    );
  });

  test('beside a master plan says who works on which phase', () => {
    const source = one(`${PLAN}\n## Dispatch\n\n${HEAD}${ROW}`);
    expect(tasksIn(source)).toHaveLength(3);
    expect(tasksIn(source)[0]).toMatchObject({ name: '1A', title: 'Ledger', agent: 'claude', mode: 'tdd' });
  });

  test('that has another mode than the plan is an error', () => {
    expect(faultsOf(one(`${PLAN}\n## Dispatch\n\n${HEAD}${ROW.replace('tdd', 'quick')}`))[0]).toMatch(
      /^error plan\.md:42: 1A is worked on as "quick", and its issue as "tdd"$/,
    );
  });

  test('what is missing is reported, and an unknown worktree is an error', () => {
    expect(missingOf(one(`${HEAD}| S-A | | | | | | |\n`))).toEqual([
      'S-A: Issue',
      'S-A: Focus',
      'S-A: Mode',
      'S-A: Agent',
    ]);
    expect(faultsOf(one(`${HEAD}${ROW.replace('yes', 'maybe')}`))).toEqual([
      'error plan.md:3: "maybe" is no word for a worktree',
    ]);
  });
});

describe('files beside a plan', () => {
  const PREFERENCES = fixture('.ccc-preferences.yaml');
  const withPreferences = (text: string): Source => folder({ '.ccc-preferences.yaml': text, 'plan.md': PLAN });

  test('preferences that a plan has settings for are carried over, the others are told', () => {
    const { values, left } = draftOf(withPreferences(PREFERENCES));
    expect(values.attempts).toMatchObject({ value: 4, note: 'retry_max_per_task, and the first attempt' });
    expect(values.agents?.value).toEqual({ max: 4 });
    expect(values.approval).toMatchObject({ value: 'plan', from: { file: '.ccc-preferences.yaml', line: 2 } });
    expect(
      left.filter(({ at }) => at.file === '.ccc-preferences.yaml').map(({ what, at }) => `${at.line}: ${what}`),
    ).toEqual(['12: the preferences "style"', '8: max_global_iterations: 50', '4: the gate pr_review']);
    expect(importPlan(withPreferences(PREFERENCES), { around }).diagnostics).toEqual([]);
  });

  test.each([
    ['execution: { max_task_iterations: 5 }', { attempts: 5 }],
    ['execution: { retry_max_per_task: 3 }', { attempts: 4 }],
    ['execution: { max_task_iterations: 2, retry_max_per_task: 3 }', { attempts: 2 }],
    ['gates: { spec_approval: false, review_acceptance: false }', { approval: 'none' }],
    ['gates: { pr_review: true }', {}],
    ['session: { max_parallel_subagents: 1 }', { agents: { max: 1 } }],
    ['', {}],
  ])('%s', (text, values) => {
    const said = Object.entries(draftOf(withPreferences(text)).values).map(([field, sourced]) => [
      field,
      sourced?.value,
    ]);
    expect(Object.fromEntries(said)).toEqual(values);
  });

  test('the mode of preferences is that of tasks without one', () => {
    const files = { '.ccc-preferences.yaml': PREFERENCES, 'plan.md': PLAN.replace('| Todo | tdd |', '| Todo | |') };
    expect(tasksIn(folder(files)).map(({ mode }) => mode)).toEqual(['quick', 'spike', 'pair']);
  });

  test.each([
    ['gats:\n  pr_review: true', 'error .ccc-preferences.yaml:1: "gats" is no group of preferences'],
    ['execution:\n  max_tries: 3', 'error .ccc-preferences.yaml:2: "max_tries" is no preference of execution'],
    ['execution: { max_task_iterations: 21 }', 'error .ccc-preferences.yaml:1: max_task_iterations cannot be "21"'],
    ['execution: { max_task_iterations: many }', 'error .ccc-preferences.yaml:1: max_task_iterations cannot be "many"'],
    ['execution: { default_mode: fast }', 'error .ccc-preferences.yaml:1: "fast" is no execution mode'],
    ['gates: { pr_review: maybe }', 'error .ccc-preferences.yaml:1: "maybe" is no value of pr_review'],
    ['[1, 2]', 'error .ccc-preferences.yaml:1: The preferences are no map'],
    ['constructor: 1', 'error .ccc-preferences.yaml:1: "constructor" is no group of preferences'],
    ['a: [1', 'error .ccc-preferences.yaml:1: The YAML cannot be read'],
  ])('the preferences %s are refused', (text, fault) => {
    expect(faultsOf(withPreferences(text))).toContain(fault);
  });

  const withState = (state: unknown): Source => folder({ '.ccc-state.json': JSON.stringify(state), 'plan.md': PLAN });

  test('an issue that the state says is closed with all its tasks is left out', () => {
    const over = { linearIssue: 'PAY-10', phase: 'closure', taskIndex: 3, totalTasks: 3 };
    expect(tasksIn(withState(over))[0]).toMatchObject({ name: '1A', state: 'done' });
    for (const unclear of [{ phase: 'execution' }, { taskIndex: 2 }, { totalTasks: 0 }, { taskIndex: null }]) {
      expect(tasksIn(withState({ ...over, ...unclear }))[0]).toMatchObject({ state: 'open' });
    }
    expect(leftOf(withState({ ...over, phase: 'execution', taskIndex: 1 }))).toContain(
      '1: the state of PAY-10: execution, task 2 of 3',
    );
  });

  test('a state with an unknown phase, or that is no JSON, is an error', () => {
    expect(faultsOf(withState({ linearIssue: 'PAY-10', phase: 'party' }))).toEqual([
      'error .ccc-state.json:1: "party" is no phase of a state file',
    ]);
    expect(faultsOf(folder({ '.ccc-state.json': '{', 'plan.md': PLAN }))[0]).toMatch(
      /^error \.ccc-state\.json:1: The JSON cannot be read/,
    );
  });

  test('without a plan they are settings for one', () => {
    expect(faultsOf(one(PREFERENCES, '.ccc-preferences.yaml'))).toEqual([
      'warning .ccc-preferences.yaml:1: It has settings and no tasks',
    ]);
    expect(faultsOf(one('{}', '.ccc-preferences.yaml'))).toEqual([
      'error .ccc-preferences.yaml:1: There is nothing to do in it',
    ]);
  });

  test('a prompt in a folder says more of its phase', () => {
    const source = folder({
      'plan.md': PLAN,
      'prompts/1a.md': fixture('prompts.md'),
      'README.md': '# Other things\n\n| a |\n|---|\n',
    });
    const [task] = tasksIn(source);
    expect(task).toMatchObject({
      name: '1A',
      title: 'Ledger',
      mode: 'tdd',
      steps: ['Write the migration', 'Write the model,\nwith its tests'],
    });
    expect(task?.['brief']).toEqual({
      text: 'Issues:\n- PAY-10: Ledger table (https://t/PAY-10)\n\n- first of two sessions, no dependency on 1B\n- amounts are whole cents\n- nothing reads the table yet',
    });
    const other = folder({ 'plan.md': PLAN, 'prompts/1a.md': fixture('prompts.md').replaceAll('tdd', 'quick') });
    expect(faultsOf(other)).toEqual(['error prompts/1a.md:19: 1A is worked on as "quick", and its issue as "tdd"']);
  });
});

describe('text that means no good', () => {
  test.each(['__proto__', '<script>alert(1)</script>', '$(touch x)', '../../x', '\u202Eabc', '`'])(
    '"%s" as a focus is a title or an error',
    (focus) => {
      const { plan, diagnostics } = importPlan(planWith('| Ledger | 1 |', `| ${focus} | 1 |`), { around });
      if (plan === null) expect(diagnostics.map(({ line }) => line)).toContain(18);
      else expect(readPlan(plan, 'plan.yaml', around).plan?.tasks.map(({ id }) => id)).toEqual(['1A', '2A']);
    },
  );

  test('phases that wait for each other are an error of the plan, or drawn as they are, and nothing hangs', () => {
    const circle = PLAN.replace('| 1 | None |', '| 1 | 2A |');
    expect(tasksIn(one(circle))[0]).toMatchObject({ needs: ['2A'] });
  });

  test('a line of a megabyte is refused at once', () => {
    expect(faultsOf(planWith('| 1 | None |', `| 1 | ${'('.repeat(1_000_000)} |`))).toEqual([
      'error plan.md:18: The line is too long',
    ]);
  });

  test('megabytes of empty lines are no plan, and that is found out at once', () => {
    expect(ccc.detect(one('\n'.repeat(4_000_000)))).toBe(0);
  });

  test('no text makes the reader throw', () => {
    const words = [
      '| Phase | Issues |',
      '|---|---|',
      '| 1A |',
      '[PAY-1](u)',
      'from master plan',
      'Execution mode: tdd',
      'Tasks:',
      '1. x',
      '```',
      '\n',
      '# Batch 1A: x',
      'Depends On',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string())), (parts) => {
        expect(Array.isArray(ccc.read(one(parts.join('\n'))).diagnostics)).toBe(true);
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, value) => {
        const source = folder({
          '.ccc-preferences.yaml': text,
          '.ccc-state.json': JSON.stringify(value),
          'plan.md': PLAN,
        });
        expect(Array.isArray(ccc.read(source).diagnostics)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
