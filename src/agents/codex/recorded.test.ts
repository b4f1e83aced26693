import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endInWords, inWords, replay } from '../../../test/rig/replay.ts';
import { DriverBench } from '../../../test/suites/agent-driver.ts';
import type { AgentSpec } from '../../core/ports/agent.ts';

const recordings = join(import.meta.dirname, '../fixtures/codex');

let bench: DriverBench;
beforeEach(async () => {
  bench = await DriverBench.open('codex');
});
afterEach(() => bench.close());

/** A recording played to its end: what the driver told, in a few words each. */
const played = async (name: string, spec: Partial<AgentSpec> = {}) => {
  const scope = {
    outOfScope: (paths: readonly string[]) => paths.filter((path) => !path.startsWith('src/')),
    scopeInWords: 'src/**',
  };
  const { end, events } = await replay(bench, join(recordings, `${name}.jsonl`), {
    spec: { ...scope, ...spec },
    react: (event, session) => {
      if (event.type === 'question') void session.answer(event.id, 'blue');
    },
  });
  const last = endInWords(await end());
  return [...inWords(events.filter(({ type }) => type !== 'output')), last].join('\n').replaceAll(bench.dir, '');
};

test('patches inside the scope and is refused outside of it (0.169.0) (U47, U51)', async () => {
  expect(await played('approvals-0.169.0')).toMatchInlineSnapshot(`
    "started
    session 01a1fb6c-05a4-73a3-9c10-0954924a4e50 gpt-5.5 0.169.0
    text Inside.
    edit in_progress: change /worktree/src/ok.txt [/worktree/src/ok.txt]
    allowed change /worktree/src/ok.txt [/worktree/src/ok.txt]
    edit completed: change /worktree/src/ok.txt [/worktree/src/ok.txt]
    spent 1200+0+0>80 ? gpt-5.5
    text Out of task scope, inside the worktree.
    edit in_progress: change /worktree/docs/other.txt [/worktree/docs/other.txt]
    refused change /worktree/docs/other.txt [/worktree/docs/other.txt]
    edit failed: change /worktree/docs/other.txt [/worktree/docs/other.txt]
    spent 1200+0+0>80 ? gpt-5.5
    text Outside the worktree.
    edit in_progress: change /elsewhere/outside/leak.txt [/elsewhere/outside/leak.txt]
    refused change /elsewhere/outside/leak.txt [/elsewhere/outside/leak.txt]
    edit failed: change /elsewhere/outside/leak.txt [/elsewhere/outside/leak.txt]
    spent 1200+0+0>80 ? gpt-5.5
    text Outside by shell.
    execute in_progress: /bin/bash -lc 'mkdir -p docs && echo shell > docs/shell.txt; echo leak > /elsewhere/outside/leak-shell.txt; echo rc=$?; echo leak > /var/tmp/leak-var.txt; echo rc2=$?' []
    execute completed: /bin/bash -lc 'mkdir -p docs && echo shell > docs/shell.txt; echo leak > /elsewhere/outside/leak-shell.txt; echo rc=$?; echo leak > /var/tmp/leak-var.txt; echo rc2=$?' []
    spent 1200+0+0>80 ? gpt-5.5
    text Scope test over.
    spent 1200+0+0>80 ? gpt-5.5
    result
    report (0): Scope test over."
  `);
});

test('asks and hears the answer (0.169.0)', async () => {
  expect(await played('ask-0.169.0')).toMatchInlineSnapshot(`
    "started
    session 01a1fb6c-76c1-7c22-b67c-faa89504d524 gpt-5.5 0.169.0
    text I need to know.
    question q1 free "Which colour?\\n(blue · red, or something else)" 
    spent 1200+0+0>80 ? gpt-5.5
    text Thanks.
    edit in_progress: change /worktree/src/colour.txt [/worktree/src/colour.txt]
    edit completed: change /worktree/src/colour.txt [/worktree/src/colour.txt]
    spent 1200+0+0>80 ? gpt-5.5
    text Used the answer.
    spent 1200+0+0>80 ? gpt-5.5
    result
    report (0): Used the answer."
  `);
});

test('tells its plan (0.169.0)', async () => {
  expect(await played('plan-0.169.0', { outOfScope: () => [] })).toMatchInlineSnapshot(`
    "started
    session 01a1fb6c-6162-74d0-a298-56177297b775 gpt-5.5 0.169.0
    text Planning.
    plan - write hello.txt, - finish
    spent 1200+0+0>80 ? gpt-5.5
    text Writing the file.
    edit in_progress: change /worktree/hello.txt [/worktree/hello.txt]
    edit completed: change /worktree/hello.txt [/worktree/hello.txt]
    spent 2000+500+0>120 ? gpt-5.5
    text Checking.
    execute in_progress: /bin/bash -lc 'cat hello.txt && git status --short' []
    execute completed: /bin/bash -lc 'cat hello.txt && git status --short' []
    spent 1200+0+0>80 ? gpt-5.5
    text All done: hello.txt written.
    spent 2400+1500+0>40 ? gpt-5.5
    result
    report (0): All done: hello.txt written."
  `);
});

test('a limit that ends the turn is a limit, whatever its exit says (0.169.0)', async () => {
  expect(await played('error-0.169.0')).toMatchInlineSnapshot(`
    "started
    session 01a1fb6c-7c01-7c41-9805-b68a663a20b3 gpt-5.5 0.169.0
    retry burst in null: Reconnecting... 1/1: exceeded retry limit, last status: 429 Too Many Requests
    error burst fatal: exceeded retry limit, last status: 429 Too Many Requests
    result
    limited burst until null (0): exceeded retry limit, last status: 429 Too Many Requests"
  `);
});

test('goes on with a thread (0.169.0)', async () => {
  const resume = { session: '00000000-0000-4000-8000-000000000001', text: 'Go on.' };
  expect(await played('resume-0.169.0', { resume })).toMatchInlineSnapshot(`
    "started
    session 01a1fb6c-667b-7b80-a45e-993269553430 gpt-5.5 0.169.0
    text Planning.
    plan - write hello.txt, - finish
    spent 1200+0+0>80 ? gpt-5.5
    text Writing the file.
    edit in_progress: change /worktree/hello.txt [/worktree/hello.txt]
    edit completed: change /worktree/hello.txt [/worktree/hello.txt]
    spent 2000+500+0>120 ? gpt-5.5
    text Checking.
    execute in_progress: /bin/bash -lc 'cat hello.txt && git status --short' []
    execute completed: /bin/bash -lc 'cat hello.txt && git status --short' []
    spent 1200+0+0>80 ? gpt-5.5
    text All done: hello.txt written.
    spent 2400+1500+0>40 ? gpt-5.5
    result
    report (0): All done: hello.txt written."
  `);
});

test('starts where the person has never used it and has no folder of it yet', async () => {
  const env = { ...bench.env, CODEX_HOME: join(bench.dir, 'home', '.codex') };
  expect(await played('plan-0.169.0', { env, outOfScope: () => [] })).toContain('report (0)');
  expect(statSync(env.CODEX_HOME).isDirectory()).toBe(true);
});
