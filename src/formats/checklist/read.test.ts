import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlan } from '../../plans/read.ts';
import { importPlan } from '../import-plan.ts';

const LIST = readFileSync(join(import.meta.dirname, 'fixtures', 'TODO.md'), 'utf8');

const around = { installed: ['claude'] };
const given = (text: string) =>
  importPlan({ path: 'TODO.md', isFolder: false, files: [{ path: 'TODO.md', text }] }, { around });

test('a checklist becomes a plan that runs as it is, with the place of every value', () => {
  const { format, plan, diagnostics } = given(LIST);
  expect(diagnostics).toEqual([]);
  expect(format).toBe('checklist');
  expect(plan).toMatchInlineSnapshot(`
    "# A plan for Branchline, made from TODO.md (checklist). Behind each value stands where it came from.
    # Over already (done): Choose a table name, from TODO.md:7

    plan: audit-log # from TODO.md:1
    tasks:
      # from TODO.md:8
      add-the-audit-table-in-db:
        title: Add the audit table in db/* # from TODO.md:8
        # from TODO.md:8
        brief: { text: Add the audit table in db/* }
        # from TODO.md:9
        steps: [ write the migration, write the model ]
        group: Storage # from TODO.md:5
      # from TODO.md:11
      keep-rows-for-90-days:
        title: Keep rows for 90 days # from TODO.md:11
        # from TODO.md:11
        brief: { text: Keep rows for 90 days }
        group: Storage # from TODO.md:5
      # from TODO.md:15
      list-the-rows-at-get-audit:
        title: List the rows at GET /audit # from TODO.md:15
        # from TODO.md:15
        brief: { text: List the rows at GET /audit }
        group: API # from TODO.md:13
    "
  `);
  const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
  expect(read?.tasks.map(({ id, title, group, steps }) => ({ id, title, group, steps }))).toMatchInlineSnapshot(`
    [
      {
        "group": "Storage",
        "id": "add-the-audit-table-in-db",
        "steps": [
          "write the migration",
          "write the model",
        ],
        "title": "Add the audit table in db/*",
      },
      {
        "group": "Storage",
        "id": "keep-rows-for-90-days",
        "steps": [],
        "title": "Keep rows for 90 days",
      },
      {
        "group": "API",
        "id": "list-the-rows-at-get-audit",
        "steps": [],
        "title": "List the rows at GET /audit",
      },
    ]
  `);
});

test('a list in which everything is ticked leaves nothing to plan', () => {
  expect(given('- [x] One\n- [x] Two\n').diagnostics.map(({ line, what, why }) => ({ line, what, why }))).toEqual([
    { line: 1, what: 'There is nothing left to do', why: 'All 2 tasks are over already' },
  ]);
});
