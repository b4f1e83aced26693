import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage } from '../rig/stage.ts';

/** What a person reads about one run, as it was printed, with times, ids and paths made the same. */
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.create();
  await stage.run({
    plan: 'audit',
    attempts: 1,
    tasks: {
      model: { title: 'Audit log table', does: 'echo "writing the table"; echo table > model.sql' },
      api: { title: 'Audit log route', needs: ['model'], does: 'echo "no such column"; exit 3' },
      ui: { title: 'Audit log page', needs: ['api'], does: 'echo page > ui.html' },
    },
  });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

async function shown(...args: readonly string[]): Promise<string> {
  const { stdout } = await stage.cli(args);
  return stdout
    .replaceAll(stage.repo.beside('').replace(/\/$/, ''), 'HOME')
    .replaceAll(/shop-[0-9a-f]{12}/g, 'KEY')
    .replaceAll(/\d{4}-\d\d-\d\d-[0-9a-z]+/g, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?/g, 'TIME')
    .replaceAll(/\b[0-9a-f]{40}\b|\b[0-9a-f]{12}\b|\b[0-9a-f]{7}\b/g, 'COMMIT')
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'ID')
    .replaceAll(/\b\d+(\.\d+)? ?(ms|s|m)\b( ago)?/g, 'SPAN')
    .replaceAll(/SPAN +/g, 'SPAN ')
    .replaceAll(/[ \t]+$/gm, '');
}

test('status says one line per task', async () => {
  expect(await shown('status')).toMatchInlineSnapshot(`
    "audit  run RUN  ended
    since TIME, SPAN; lands on release; no engine
    1/3 landed · 1 failed · 1 skipped
    + model landed             COMMIT  Audit log table
    x api   failed             exited: It ended with code 3: no such column  Audit log route
    - ui    skipped            Audit log page
    "
  `);
});

test('explain says what happened, why, and what to type next (U78)', async () => {
  expect(await shown('explain', 'api')).toMatchInlineSnapshot(`
    "api failed after 1 attempt: The agent of api gave up
      why:  It ended with code 3: no such column
      next: Read it with: branchline logs api; then: branchline retry api
    "
  `);
});

test('explain of a task that was skipped names the one that failed (U79)', async () => {
  expect(await shown('explain', 'ui')).toMatchInlineSnapshot(`
    "ui was skipped
      why:  api, which it needs, failed
      next: Mend what it needs, then: branchline retry ui
    "
  `);
});

test('logs are what the agent printed', async () => {
  expect(await shown('logs', 'api')).toMatchInlineSnapshot(`
    "no such column
    "
  `);
});

test('diff is a patch', async () => {
  expect(await shown('diff', 'model')).toMatchInlineSnapshot(`
    "diff --git a/model.sql b/model.sql
    new file mode 100644
    index COMMIT..COMMIT
    --- /dev/null
    +++ b/model.sql
    @@ -0,0 +1 @@
    +table
    "
  `);
});

test('list names the runs', async () => {
  expect(await shown('list')).toMatchInlineSnapshot(`
    "RUN               PLAN   STATE  LANDED  STARTED               TOOK  TARGET
    RUN  audit  ended  1/3     TIME  SPAN release
    "
  `);
});

test('report is a document (U117)', async () => {
  expect(await shown('report')).toMatchInlineSnapshot(`
    "# audit

    Run \`RUN\`, ended, started TIME, took SPAN. From \`COMMIT\`, lands on \`release\`.

    3 tasks: 1 landed, 1 failed, 1 skipped. 2 attempts, 1 of them without a result; 0 checks run, 0 of them not passed; 0 questions.

    | task | title | state | landed as | files | attempts | time of agents |
    | --- | --- | --- | --- | --- | --- | --- |
    | model | Audit log table | landed | \`COMMIT\` | 1 | 1 | SPAN |
    | api | Audit log route | failed |  |  | 1 | SPAN |
    | ui | Audit log page | skipped |  |  | 0 | SPAN |

    ## Attempts that gave nothing

    - api, attempt 1 by script, exited: The agent of api gave up: It ended with code 3: no such column (log: \`HOME/state/KEY/runs/RUN/api/1/agent.log\`)
    "
  `);
});
