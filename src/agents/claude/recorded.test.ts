import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endInWords, inWords, replay } from '../../../test/rig/replay.ts';
import { DriverBench } from '../../../test/suites/agent-driver.ts';
import type { AgentSpec } from '../../core/ports/agent.ts';

const recordings = join(import.meta.dirname, '../fixtures/claude');

let bench: DriverBench;
beforeEach(async () => {
  bench = await DriverBench.open('claude');
});
afterEach(() => bench.close());

/** A recording played to its end: what the driver told, in a few words each. */
const played = async (name: string, spec: Partial<AgentSpec> = {}, answers: readonly string[] = []) => {
  const left = [...answers];
  const scope = {
    outOfScope: (paths: readonly string[]) => paths.filter((path) => !path.startsWith('src/')),
    scopeInWords: 'src/**',
  };
  const { end, events } = await replay(bench, join(recordings, `${name}.jsonl`), {
    spec: { ...scope, ...spec },
    react: (event, session) => {
      if (event.type === 'question') void session.answer(event.id, left.shift() ?? 'no');
    },
  });
  const last = endInWords(await end());
  // How much of a stream has come when a question of ours is answered is not the same every time.
  const isApart = (line: string): boolean => line.startsWith('spent ');
  const lines = inWords(events.filter(({ type }) => type !== 'output'));
  const told = [...lines.filter((line) => !isApart(line)), last, ...lines.filter(isApart)];
  return told.join('\n').replaceAll(bench.dir, '');
};

test('writes a file (2.1.329, hello) (U51)', async () => {
  expect(await played('hello-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Planning.
    plan - write hello.txt
    plan - write hello.txt, - finish
    text Writing the file.
    edit in_progress: Write hello.txt [hello.txt]
    edit completed: Write hello.txt [hello.txt]
    text Checking.
    execute in_progress: Bash cat hello.txt && git status --short []
    execute completed: Bash cat hello.txt && git status --short []
    text All done: hello.txt written.
    result
    report (0): All done: hello.txt written.
    spent 6800+2000+0>320 $0.0258 claude-sonnet-4-5"
  `);
});

test('writes a file (2.1.197, hello)', async () => {
  expect(await played('hello-2.1.197')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.197
    text Planning.
    plan - write hello.txt
    plan - write hello.txt, - finish
    text Writing the file.
    edit in_progress: Write hello.txt [hello.txt]
    edit completed: Write hello.txt [hello.txt]
    text Checking.
    execute in_progress: Bash cat hello.txt && git status --short []
    execute completed: Bash cat hello.txt && git status --short []
    text All done: hello.txt written.
    result
    report (0): All done: hello.txt written.
    spent 6800+2000+0>320 $0.0258 claude-sonnet-4-5"
  `);
});

test('tells what each message cost (2.1.329, spent)', async () => {
  expect(await played('spent-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Planning.
    plan - write hello.txt
    plan - write hello.txt, - finish
    text Writing the file.
    edit in_progress: Write src/hello.txt [src/hello.txt]
    edit completed: Write src/hello.txt [src/hello.txt]
    text All done: hello.txt written.
    result
    report (0): All done: hello.txt written.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 2000+500+0>120 $0.008 claude-sonnet-4-5
    spent 2400+1500+0>40 $0.0082 claude-sonnet-4-5"
  `);
});

test('tells what each message cost (2.1.197, spent)', async () => {
  expect(await played('spent-2.1.197')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.197
    text Planning.
    plan - write hello.txt
    plan - write hello.txt, - finish
    text Writing the file.
    edit in_progress: Write src/hello.txt [src/hello.txt]
    edit completed: Write src/hello.txt [src/hello.txt]
    text All done: hello.txt written.
    result
    report (0): All done: hello.txt written.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 2000+500+0>120 $0.008 claude-sonnet-4-5
    spent 2400+1500+0>40 $0.0082 claude-sonnet-4-5"
  `);
});

test('goes on with a session (2.1.329, resume)', async () => {
  expect(await played('resume-2.1.329', { resume: { session: 's', text: 'Go on.' } })).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Long one done.
    edit in_progress: Write src/after.txt [src/after.txt]
    edit completed: Write src/after.txt [src/after.txt]
    text All finished.
    result
    report (0): All finished.
    spent 2400+0+0>160 $0.0096 claude-sonnet-4-5"
  `);
});

test('does not know the session (2.1.329, unknown-session)', async () => {
  expect(await played('unknown-session-2.1.329', { resume: { session: 's', text: 'Go on.' } })).toMatchInlineSnapshot(`
    "started
    error other fatal: No conversation found with session ID: 00000000-0000-4000-8000-000000000001
    result
    session-lost (1): No conversation found with session ID: 00000000-0000-4000-8000-000000000001"
  `);
});

test('asks a person (2.1.329, question)', async () => {
  expect(await played('question-2.1.329', {}, ['blue'])).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text I need to know.
    question q1 choice "Which colour?" blue|red
    text Thanks.
    edit in_progress: Write src/colour.txt [src/colour.txt]
    edit completed: Write src/colour.txt [src/colour.txt]
    text Used the answer.
    result
    report (0): Used the answer.
    spent 3600+0+0>240 $0.0144 claude-sonnet-4-5"
  `);
});

test('asks two things at once (2.1.329, questions)', async () => {
  expect(await played('questions-2.1.329', {}, ['blue', 'blue'])).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text I need to know.
    question q1 choice "Colour?\\nblue: like the sky" blue|red
    question q2 choice "Sizes?\\n(more than one, with commas between)\\nS: small\\nL: large" S|L
    text Over.
    result
    report (0): Over.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('asks two things at once (2.1.197, questions)', async () => {
  expect(await played('questions-2.1.197', {}, ['blue', 'blue'])).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.197
    text I need to know.
    question q1 choice "Colour?\\nblue: like the sky" blue|red
    question q2 choice "Sizes?\\n(more than one, with commas between)\\nS: small\\nL: large" S|L
    text Over.
    result
    report (0): Over.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('is refused what its scope does not allow (2.1.329, scope)', async () => {
  expect(await played('scope-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Inside.
    edit in_progress: Write src/ok.txt [src/ok.txt]
    edit completed: Write src/ok.txt [src/ok.txt]
    text Out.
    edit in_progress: Write docs/other.txt [docs/other.txt]
    refused Write docs/other.txt [docs/other.txt]
    edit failed: Write docs/other.txt [docs/other.txt]
    text Outside.
    edit in_progress: Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    refused Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    edit failed: Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    text Shell.
    execute in_progress: Bash echo hi > src/x.txt; FOO=$(date); echo $FOO > docs-shell.txt []
    allowed Bash echo hi > src/x.txt; FOO=$(date); echo $FOO > docs-shell.txt []
    execute completed: Bash echo hi > src/x.txt; FOO=$(date); echo $FOO > docs-shell.txt []
    text Scope test over.
    result
    report (0): Scope test over.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('is refused what its scope does not allow (2.1.197, scope)', async () => {
  expect(await played('scope-2.1.197')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.197
    text Inside.
    edit in_progress: Write src/ok.txt [src/ok.txt]
    edit completed: Write src/ok.txt [src/ok.txt]
    text Out.
    edit in_progress: Write docs/other.txt [docs/other.txt]
    refused Write docs/other.txt [docs/other.txt]
    edit failed: Write docs/other.txt [docs/other.txt]
    text Outside.
    edit in_progress: Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    refused Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    edit failed: Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    text Shell.
    execute in_progress: Bash echo hi > src/x.txt; FOO=$(date); echo $FOO > docs-shell.txt []
    allowed Bash echo hi > src/x.txt; FOO=$(date); echo $FOO > docs-shell.txt []
    execute completed: Bash echo hi > src/x.txt; FOO=$(date); echo $FOO > docs-shell.txt []
    text Scope test over.
    result
    report (0): Scope test over.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('asks for each thing at checkpoints (2.1.329, permissions)', async () => {
  expect(await played('permissions-2.1.329', { launch: 'ask' })).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Inside.
    edit in_progress: Write src/ok.txt [src/ok.txt]
    allowed Write src/ok.txt [src/ok.txt]
    edit completed: Write src/ok.txt [src/ok.txt]
    text Out of task scope, inside the worktree.
    edit in_progress: Write docs/other.txt [docs/other.txt]
    question q1 scope "May the agent write \\"docs/other.txt\\"? The scope of its task is src/**." allow|refuse
    refused Write docs/other.txt [docs/other.txt]
    edit failed: Write docs/other.txt [docs/other.txt]
    text Outside the worktree.
    edit in_progress: Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    question q2 approve "May the agent write \\"/elsewhere/leak.txt\\"? The scope of its task is src/**." yes|no
    refused Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    edit failed: Write /elsewhere/leak.txt [/elsewhere/leak.txt]
    text Outside by shell.
    execute in_progress: Bash mkdir -p docs && echo shell > docs/shell.txt; echo leak > /elsewhere/leak-shell.txt; echo rc=$?; echo leak > /var/tmp/leak-var.txt; echo rc2=$? []
    question q3 approve "May the agent do this?\\nBash: mkdir -p docs && echo shell > docs/shell.txt; echo leak > /elsewhere/leak-shell.txt; echo rc=$?; echo leak > /var/tmp/leak-var.txt; echo rc2=$?\\n(A variable in this command can't be checked before it runs)" yes|no
    refused Bash mkdir -p docs && echo shell > docs/shell.txt; echo leak > /elsewhere/leak-shell.txt; echo rc=$?; echo leak > /var/tmp/leak-var.txt; echo rc2=$? []
    execute failed: Bash mkdir -p docs && echo shell > docs/shell.txt; echo leak > /elsewhere/leak-shell.txt; echo rc=$?; echo leak > /var/tmp/leak-var.txt; echo rc2=$? []
    text Scope test over.
    result
    report (0): Scope test over.
    spent 6000+0+0>400 $0.024 claude-sonnet-4-5"
  `);
});

test('shows a plan first (2.1.329, plan-first)', async () => {
  expect(await played('plan-first-2.1.329', { launch: 'plan-first' }, ['yes'])).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Writing plan.
    edit in_progress: Write /worktree/../home/.claude/plans/plan.md [/worktree/../home/.claude/plans/plan.md]
    edit completed: Write /worktree/../home/.claude/plans/plan.md [/worktree/../home/.claude/plans/plan.md]
    text Early write.
    edit in_progress: Write src/early.txt [src/early.txt]
    refused Write src/early.txt [src/early.txt]
    edit failed: Write src/early.txt [src/early.txt]
    text Plan ready.
    question q1 approve "# The plan\\n1. do it\\n\\nMay it carry out this plan?" yes|no
    text Now.
    edit in_progress: Write src/a.txt [src/a.txt]
    edit completed: Write src/a.txt [src/a.txt]
    text All done.
    result
    report (0): All done.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('shows a plan first (2.1.197, plan-first)', async () => {
  expect(await played('plan-first-2.1.197', { launch: 'plan-first' }, ['yes'])).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.197
    text Writing plan.
    edit in_progress: Write /worktree/../home/.claude/plans/plan.md [/worktree/../home/.claude/plans/plan.md]
    edit completed: Write /worktree/../home/.claude/plans/plan.md [/worktree/../home/.claude/plans/plan.md]
    text Early write.
    edit in_progress: Write src/early.txt [src/early.txt]
    refused Write src/early.txt [src/early.txt]
    edit failed: Write src/early.txt [src/early.txt]
    text Plan ready.
    question q1 approve "# The plan\\n1. do it\\n\\nMay it carry out this plan?" yes|no
    text Now.
    edit in_progress: Write src/a.txt [src/a.txt]
    edit completed: Write src/a.txt [src/a.txt]
    text All done.
    result
    report (0): All done.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('sends out subagents (2.1.329, subagent)', async () => {
  expect(await played('subagent-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text sub
    agent in_progress: Task look []
    agent in_progress: Task look []
    agent in_progress: Task look []
    agent in_progress: Task look []
    agent in_progress: Task look []
    agent in_progress: Task Writing src/m.txt []
    agent in_progress: Task Writing src/m.txt []
    agent completed: Task look []
    agent in_progress: Task Writing src/m.txt []
    edit in_progress: Write src/m.txt [src/m.txt]
    edit failed: Write src/m.txt [src/m.txt]
    agent completed: Task look []
    text After sub: over.
    edit in_progress: Write src/m.txt [src/m.txt]
    edit failed: Write src/m.txt [src/m.txt]
    text Final over.
    result
    report (0): Final over.
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5
    spent 1200+0+0>1 $0.0048 claude-sonnet-4-5
    spent 0+0+0>0 $0.0048 claude-sonnet-4-5
    spent 0+0+0>0 $0.0048 claude-sonnet-4-5
    spent 0+0+0>0 $0.0048 claude-sonnet-4-5
    spent 0+0+0>0 $0.0096 claude-sonnet-4-5
    spent 1200+0+0>1 $0.0096 claude-sonnet-4-5
    spent 1200+0+0>80 $0.0096 claude-sonnet-4-5
    spent 9600+0+0>798 $0.0048 claude-sonnet-4-5"
  `);
});

test('meets a rate limit once (2.1.329, 429-once)', async () => {
  expect(await played('429-once-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    retry burst in 1074: rate limit (429), attempt 1 of 10
    text recovered after 429
    result
    report (0): recovered after 429
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('meets an overload once (2.1.329, 529-once)', async () => {
  expect(await played('529-once-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    retry overload in 533: overloaded (529), attempt 1 of 10
    text recovered after 529
    result
    report (0): recovered after 529
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('meets a cut stream once (2.1.329, cut-once)', async () => {
  expect(await played('cut-once-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    retry network in 570: unknown, attempt 1 of 10
    text recovered after drop
    result
    report (0): recovered after drop
    spent 1200+0+0>80 $0.0048 claude-sonnet-4-5"
  `);
});

test('meets a rate limit for ever (2.1.329, 429-for-ever)', async () => {
  expect(await played('429-for-ever-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    retry burst in 1125: rate limit (429), attempt 1 of 2
    retry burst in 1207: rate limit (429), attempt 2 of 2
    error burst fatal: API Error: Request rejected (429) · limit forever
    result
    limited burst until null (1): API Error: Request rejected (429) · limit forever"
  `);
});

test('has used up its window (2.1.329, window)', async () => {
  expect(await played('window-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    limit window reached until 1795560000000: The five hour limit is reached.
    error window fatal: You've hit your 5-hour limit · resets 10:40pm (UTC)
    result
    limited window until 1795560000000 (1): You've hit your 5-hour limit · resets 10:40pm (UTC)"
  `);
});

test('is not let in (2.1.329, 401)', async () => {
  expect(await played('401-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    error login fatal: The vendor refuses the login: authentication failed (401).
    login (SIGTERM): The vendor refuses the login: authentication failed (401)."
  `);
});

test('is not let in (2.1.197, 401)', async () => {
  expect(await played('401-2.1.197')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.197
    error login fatal: The vendor refuses the login: authentication failed (401).
    login (SIGTERM): The vendor refuses the login: authentication failed (401)."
  `);
});

test('is not allowed in (2.1.329, 403)', async () => {
  expect(await played('403-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    error login fatal: Failed to authenticate. API Error: 403 no access
    result
    login (1): Failed to authenticate. API Error: 403 no access"
  `);
});

test('has no credits (2.1.329, 402)', async () => {
  expect(await played('402-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    error credits fatal: Credit balance is too low
    result
    limited credits until null (1): Credit balance is too low"
  `);
});

test('asks for a model that is not there (2.1.329, 404)', async () => {
  expect(await played('404-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    error model fatal: There's an issue with the selected model (claude-sonnet-4-5). It may not exist or you may not have access to it. Run --model to pick a different model.
    result
    unknown-model (1): There's an issue with the selected model (claude-sonnet-4-5). It may not exist or you may not have access to it. Run --model to pick a different model."
  `);
});

test('has a full context (2.1.329, 400-too-long)', async () => {
  expect(await played('400-too-long-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    error context fatal: Prompt is too long · the request is ~250000 tokens (limit 200000) but this conversation is only ~2794 tokens — the rest is system prompt, tool definitions, and attachment content. A single-exchange conversation cannot be compacted; reduce attached files/tools or start with less context.
    result
    context-full (1): Prompt is too long · the request is ~250000 tokens (limit 200000) but this conversation is only ~2794 tokens — the rest is system prompt, tool definitions, and attachment content. A single-exchange conversation cannot be compacted; reduce attached files/tools or start with less context."
  `);
});

test('reaches nobody (2.1.329, network)', async () => {
  expect(await played('network-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    retry network in 625: unknown, attempt 1 of 1
    error network fatal: API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)
    result
    limited network until null (1): API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)"
  `);
});

test('has used up its turns (2.1.329, turns)', async () => {
  expect(await played('turns-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Planning.
    plan - write hello.txt
    plan - write hello.txt, - finish
    text Writing the file.
    edit in_progress: Write hello.txt [hello.txt]
    edit completed: Write hello.txt [hello.txt]
    error other fatal: Reached maximum number of turns (2)
    result
    agent-error (1): Reached maximum number of turns (2)
    spent 3200+500+0>200 $0.01275 claude-sonnet-4-5"
  `);
});

test('has used up its own budget (2.1.329, budget)', async () => {
  expect(await played('budget-2.1.329')).toMatchInlineSnapshot(`
    "started
    session 00000000-0000-4000-8000-000000000001 claude-sonnet-4-5 2.1.329
    text Planning.
    plan - write hello.txt
    plan - write hello.txt, - finish
    text Writing the file.
    edit in_progress: Write hello.txt [hello.txt]
    error budget fatal: Reached maximum budget ($0.006)
    result
    agent-error (1): Reached maximum budget ($0.006)
    spent 3200+500+0>200 $0.01275 claude-sonnet-4-5"
  `);
});
