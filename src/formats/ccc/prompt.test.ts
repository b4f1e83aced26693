import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Draft, DraftTask } from '../draft.ts';
import { importPlan } from '../import-plan.ts';
import type { Source } from '../source.ts';
import { ccc } from './read.ts';

const around = { installed: ['claude'] };
const PROMPT = readFileSync(join(import.meta.dirname, 'fixtures/prompts.md'), 'utf8');
const one = (text: string): Source => ({ path: 'prompts.md', isFolder: false, files: [{ path: 'prompts.md', text }] });
const draftOf = (text: string): Draft => {
  const { draft, diagnostics } = ccc.read(one(text));
  if (draft === null) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  return draft;
};
const plain = ({ name, values }: DraftTask): Record<string, unknown> => ({
  name,
  ...Object.fromEntries(Object.entries(values).map(([field, sourced]) => [field, sourced?.value])),
});
const missingOf = (text: string) => draftOf(text).missing.map(({ task, field }) => `${task}: ${field}`);
const faultsOf = (text: string) =>
  importPlan(one(text), { around }).diagnostics.map(({ severity, line, what }) => `${severity} ${line}: ${what}`);

const LEDGER = {
  ...{ name: '1A', title: 'Ledger', group: 'Batch 1', mode: 'tdd', agent: 'claude', labels: ['type:chore'] },
  steps: ['Write the migration', 'Write the model,\nwith its tests'],
  done: ['The table is there and is tested.'],
  issues: ['linear:PAY-10'],
  brief: {
    text: 'Issues:\n- PAY-10: Ledger table (https://t/PAY-10)\n\n- first of two sessions, no dependency on 1B\n- amounts are whole cents\n- nothing reads the table yet',
  },
};

describe('a dispatch prompt', () => {
  test('with everything that it has to hold is a task, and nothing is missing', () => {
    expect(draftOf(PROMPT).tasks.map(plain)).toEqual([LEDGER]);
    expect(draftOf(PROMPT).missing).toEqual([]);
    expect(faultsOf(PROMPT)).toEqual([]);
  });

  test('says the same without its fence, and with its labels in bold', () => {
    const open = PROMPT.replace(/^```\n/gm, '');
    expect(draftOf(open).tasks.map(plain)).toEqual([LEDGER]);
    const bold = open
      .replace(/^(Context|Tasks|Deliverable):/gm, '**$1:**')
      .replace('Execution mode: tdd | Launch as:', '**Exec mode:** tdd | **Launch as:**');
    expect(draftOf(bold).tasks.map(plain)).toEqual([LEDGER]);
    expect(draftOf(bold).missing).toEqual([]);
  });

  test('leaves what Branchline does itself, with its line', () => {
    expect(draftOf(PROMPT).left.map(({ what, at }) => `${at.line}: ${what}`)).toEqual([
      '17: the cost line of 1A',
      '22: the start line of 1A',
      '26: the exit line of 1A',
      '28: the update of the issue of 1A',
      '4: the estimate 3 of 1A',
      '10: "payments: ~/src/payments" of 1A',
      '11: Launch from ~/src/payments of 1A',
    ]);
  });

  test.each([
    ['Launch from', /^Launch from.*\n/m],
    ['Project and its path', /^payments:.*\n/m],
    ['Context', /^Context:\n(?:- .*\n)*/m],
    ['Execution mode', 'Execution mode: tdd | '],
    ['Launch as', 'Launch as: Bypass permissions | '],
    ['Worktree', ' | Worktree: yes'],
    ['Tasks', /^Tasks:\n(?:\d.*\n| .*\n)*/m],
    ['Deliverable', 'Deliverable: The table is there and is tested.'],
    ['Deliverable: "Update … with results"', ' Update [PAY-10](https://t/PAY-10) with results.'],
    ['cost line', /^- Estimate cost.*\n/m],
    ['start line', "Reply with 'Session started' before beginning work."],
    ['exit line', 'Update Linear issue status to Done/In Review.'],
    ['Master plan', ' [PAY-9: Master plan](https://t/PAY-9)'],
  ])('without "%s" says so', (field, part) => {
    expect(missingOf(PROMPT.replace(part, '')).some((missing) => missing.startsWith(`1A: ${field}`))).toBe(true);
  });

  test('without a phase is called by its issue', () => {
    const text = PROMPT.replace('(Phase 1A: Ledger) ', '').replace('# Batch 1A: Ledger\n', '');
    expect(draftOf(text).tasks.map(plain)[0]).toMatchObject({ name: 'PAY-10', title: 'Ledger table' });
    expect(missingOf(text)).toEqual(['PAY-10: Phase']);
  });

  test.each([
    ['quick', 'Bypass permissions', 'quick'],
    ['swarm', 'Bypass permissions', 'swarm'],
    ['spike', 'Bypass permissions', 'spike'],
    ['pair', 'Plan mode', 'pair'],
    ['checkpoint', 'Ask permissions', 'checkpoint'],
    ['spike (analysis-only)', 'Bypass permissions', 'analysis-only'],
    ['spike', 'Plan mode', 'pair'],
  ])('in the mode %s, launched as %s', (mode, launch, means) => {
    const text = PROMPT.replace(', exec:tdd', '').replace(
      'Execution mode: tdd | Launch as: Bypass permissions',
      `Execution mode: ${mode} | Launch as: ${launch}`,
    );
    expect(draftOf(text).tasks.map(plain)[0]).toMatchObject({ mode: means });
    expect(faultsOf(text)).toEqual([]);
  });

  test.each([
    ['Execution mode: tdd', 'Execution mode: fast', 'error 19: "fast" is no execution mode'],
    ['Bypass permissions', 'Root', 'error 19: "Root" is no way to launch'],
    ['Bypass permissions', 'Plan mode', 'error 19: The mode "tdd" is launched as "Plan mode"'],
    ['Worktree: yes', 'Worktree: perhaps', 'error 19: "perhaps" is no word for a worktree'],
    ['exec:tdd', 'exec:fast', 'error 3: "exec:fast" is no execution mode'],
    ['exec:tdd', 'exec:pair', 'error 3: 1A has the label "exec:pair" and the mode "tdd"'],
    ['[PAY-10: Ledger table](https://t/PAY-10)', 'PAY-10', 'warning 8: "PAY-10" is no link'],
  ])('"%s" written as "%s"', (from, to, fault) => {
    expect(faultsOf(PROMPT.replace(from, to))).toContain(fault);
  });

  test('of an older form, on one line and with two issues, is read', () => {
    const text = `Implement CIA-410 and CIA-405 from master plan CIA-379 (Phase 1B: Preferences & Config).
Plugin repo: ~/src/plugin

Context:
- both share a file

Execution mode: tdd

Tasks:
1. Design the schema
2. Update both issues with results

Deliverable: A working command. CIA-410 and CIA-405 closed.
`;
    expect(draftOf(text).tasks.map(plain)).toEqual([
      {
        ...{ name: '1B', title: 'Preferences & Config', group: 'Batch 1', mode: 'tdd' },
        steps: ['Design the schema'],
        done: ['A working command. CIA-410 and CIA-405 closed.'],
        issues: ['linear:CIA-410', 'linear:CIA-405'],
        brief: { text: 'Issues:\n- CIA-410\n- CIA-405\n\n- both share a file' },
      },
    ]);
  });

  test('for somebody outside has criteria, constraints and references', () => {
    const text = `${PROMPT.replace(/```\n$/, '')}
## Acceptance Criteria
- [ ] Rows are read back
- [x] Amounts are whole

## Constraints
- Do not modify: ui/*
- Test command: \`npm test -- ledger\`

## References
- docs/ledger.md
\`\`\`
`;
    const [task] = draftOf(text).tasks.map(plain);
    expect(task?.['done']).toEqual(['The table is there and is tested.', 'Rows are read back', 'Amounts are whole']);
    expect(task?.['checks']).toEqual(['npm test -- ledger']);
    expect(JSON.stringify(task?.['brief'])).toContain(
      'Constraints:\\n- Do not modify: ui/*\\n\\nReferences:\\n- docs/ledger.md',
    );
  });

  test('two in one file are two tasks', () => {
    const second = PROMPT.replaceAll('1A', '1B').replaceAll('PAY-10', 'PAY-11').replaceAll('Ledger', 'Refunds');
    const { tasks, missing } = draftOf(`${PROMPT}\n${second}`);
    expect(tasks.map(({ name, at }) => `${name} ${at.line}`)).toEqual(['1A 8', '1B 38']);
    expect(missing).toEqual([]);
    expect(tasks.map(plain)[0]).toEqual(LEDGER);
  });

  test('a text that speaks of master plans is no prompt', () => {
    expect(ccc.detect(one('Sessions are dispatched from master plan phases.\n'))).toBe(0);
    expect(ccc.detect(one(PROMPT))).toBe(2);
  });
});
