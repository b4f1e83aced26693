import type { Script, Step } from './script.ts';

const work: Step = {
  do: 'append',
  path: '{{FILE}}',
  text: 'Work of {{BRANCHLINE_TASK}}, attempt {{BRANCHLINE_ATTEMPT}}.\n',
};
const commit: Step = { do: 'commit', message: 'Do {{BRANCHLINE_TASK}}' };
const claim: Step = { do: 'report', text: 'Did {{BRANCHLINE_TASK}}.' };
const boast: Step = { do: 'say', text: 'All done. Every test passes and the work is committed.' };
const honest: readonly Step[] = [work, commit, claim];
const hang: Step = { do: 'hang' };

const once = (...steps: readonly Step[]): Script => ({ attempts: [steps] });
/** Fails at the first attempt as said, then does its work. */
const thenWell = (...steps: readonly Step[]): Script => ({ attempts: [steps, honest] });
const vendorError = (message: string, code?: number): Step =>
  code === undefined ? { do: 'error', message } : { do: 'error', message, code };
const shell = (script: string): Step => ({ do: 'shell', script });
const git = (...argv: readonly string[]): Step => ({ do: 'git', argv, mayFail: true });
const sleeper = "trap '' TERM; sleep 99999";

/** Every way of going wrong that users have met, and a few of going right, by name. */
export const catalogue: Readonly<Record<string, Script>> = {
  ok: once(
    {
      do: 'plan',
      items: [
        { text: 'Write it', done: false },
        { text: 'Commit it', done: false },
      ],
    },
    work,
    {
      do: 'plan',
      items: [
        { text: 'Write it', done: true },
        { text: 'Commit it', done: false },
      ],
    },
    commit,
    {
      do: 'plan',
      items: [
        { text: 'Write it', done: true },
        { text: 'Commit it', done: true },
      ],
    },
    { do: 'say', text: 'Did {{BRANCHLINE_TASK}}.' },
    claim,
  ),
  'slow-healthy': once(
    ...Array.from({ length: 10 }, (_, i): readonly Step[] => [
      { do: 'say', text: `Step ${i + 1} of 10` },
      { do: 'sleep', ms: 100 },
    ]).flat(),
    ...honest,
  ),

  // Hangs and processes.
  'stdin-reader': once({ do: 'read-stdin' }, { do: 'say', text: 'Read it all.' }, ...honest),
  silent: once(hang),
  'heartbeat-only': once({ do: 'heartbeat', every_ms: 100 }),
  'result-then-hang': once(...honest, { do: 'say', text: 'Done.' }, { do: 'ignore-signals' }, { do: 'result' }, hang),
  'ignore-sigterm': once({ do: 'ignore-signals' }, { do: 'say', text: 'Not leaving.' }, hang),
  'fork-bomb-lite': once(
    {
      do: 'spawn',
      times: 5,
      script: `for i in 1 2 3; do (for j in 1 2; do (${sleeper}) & done; ${sleeper}) & done; ${sleeper}`,
    },
    ...honest,
  ),
  'double-fork': once(
    { do: 'spawn', apart: true, script: `(cd /; ${sleeper}) </dev/null >/dev/null 2>&1 &` },
    ...honest,
  ),
  'bg-child-left': once(
    { do: 'spawn', script: 'sleep 99999' },
    { do: 'say', text: 'The build goes on in the background.' },
    claim,
  ),
  'port-squatter': once(
    {
      do: 'spawn',
      apart: true,
      script: `exec node -e 'require("net").createServer().listen(Number(process.env.BRANCHLINE_PORT || process.env.PORT || 0), "127.0.0.1", () => require("fs").writeFileSync(process.env.BRANCHLINE_REPORT + ".port", "x"))' >/dev/null 2>&1`,
    },
    { do: 'wait-for', path: '{{BRANCHLINE_REPORT}}.port' },
    ...honest,
  ),
  'crash-segv': once(work, { do: 'say', text: 'About to fall.' }, { do: 'kill', signal: 'SIGSEGV' }),

  // Lies.
  'liar-no-tools': once(boast, claim),
  'liar-no-diff': once(
    work,
    { do: 'delete', path: '{{FILE}}' },
    git('checkout', '-q', '--', '.'),
    commit,
    boast,
    claim,
  ),
  'test-deleter': once(
    shell('git ls-files -z | grep -zE "(^|/)tests?/|[._-]test[._]" | xargs -0 -r rm -f'),
    ...honest,
    boast,
  ),
  'exit0-no-result': once(),

  // Out of bounds.
  'scope-escaper': once(
    work,
    { do: 'write', path: 'outside-of-scope/{{BRANCHLINE_TASK}}.txt', text: 'Too far.\n' },
    commit,
    claim,
  ),
  'symlink-escaper': once(
    work,
    { do: 'symlink', path: 'way-out', target: '..' },
    { do: 'write', path: 'way-out/escaped-{{BRANCHLINE_TASK}}.txt', text: 'Outside.\n' },
    commit,
    claim,
  ),
  'rm-home': once({ do: 'wipe-home' }, ...honest),
  'nested-worktree-maker': once(
    work,
    shell(
      'git init -q nested-repository && cd nested-repository && echo inner > inner.txt && git add -A && git -c user.name=x -c user.email=x@x.invalid commit -qm inner',
    ),
    git('worktree', 'add', '-q', '--detach', 'nested-worktree'),
    claim,
  ),

  // Git abused.
  stasher: once(
    { do: 'write', path: '{{FILE}}', text: 'Stashed away.\n' },
    git('add', '-A'),
    git('-c', 'user.name=x', '-c', 'user.email=x@x.invalid', 'stash'),
    boast,
    claim,
  ),
  'update-ref-main': once(
    ...honest,
    git('update-ref', 'refs/heads/main', 'HEAD'),
    git('update-ref', 'refs/remotes/origin/main', 'HEAD'),
  ),
  'config-planter': once(
    shell(
      [
        'canary="$PWD/../planted-{{BRANCHLINE_TASK}}"',
        'git config core.fsmonitor "touch $canary; false"',
        'git config core.hooksPath "$PWD/.git/planted"',
        'git config filter.planted.clean "touch $canary; cat"',
        'git config filter.planted.smudge "touch $canary; cat"',
        'git config diff.external "touch $canary"',
        'mkdir -p .git/planted .git/info .git/hooks',
        'echo "* filter=planted" > .git/info/attributes',
        'for hook in pre-commit post-commit post-checkout post-merge reference-transaction post-index-change; do printf "#!/bin/sh\\ntouch %s\\n" "$canary" > .git/planted/$hook; cp .git/planted/$hook .git/hooks/$hook; chmod +x .git/planted/$hook .git/hooks/$hook; done',
      ].join('\n'),
    ),
    work,
    claim,
  ),
  'branch-switcher': once(git('checkout', '-q', '-b', 'elsewhere-{{BRANCHLINE_TASK}}'), ...honest),
  'detached-committer': once(git('checkout', '-q', '--detach'), ...honest),
  'merge-left-dirty': once(
    git('checkout', '-q', '-b', 'side'),
    { do: 'write', path: '{{FILE}}', text: 'One side.\n' },
    commit,
    git('checkout', '-q', '-'),
    { do: 'write', path: '{{FILE}}', text: 'Another side.\n' },
    commit,
    git('-c', 'user.name=x', '-c', 'user.email=x@x.invalid', 'merge', 'side'),
    claim,
  ),
  'push-main': once(
    ...honest,
    git('push', '-q', '--force', 'origin', 'HEAD:refs/heads/main'),
    shell('git push -q --force "$(git config remote.origin.url)" HEAD:refs/heads/main || true'),
  ),

  // Questions.
  'asks-then-exits': thenWell({ do: 'ask', text: 'Which database, SQLite or PostgreSQL?' }, { do: 'exit', code: 75 }),
  'asks-then-waits': once({ do: 'ask', text: 'May I go on?' }, { do: 'say', text: 'Waiting for an answer.' }, hang),

  // Limits.
  'quota-5h': thenWell(vendorError('Claude AI usage limit reached|{{RESET_EPOCH}}')),
  'quota-weekly': thenWell(vendorError("You've hit your weekly limit · resets {{RESET}}")),
  '429-burst': thenWell(
    vendorError('API Error: 429 rate_limit_error: Server is temporarily limiting requests (not your usage limit)'),
  ),
  '529': thenWell(vendorError('API Error: 529 Overloaded')),
  'auth-expired': thenWell(vendorError('Login expired · Please run /login', -32000)),
  'ctx-overflow': thenWell(vendorError('prompt is too long: 214676 tokens > 200000 maximum')),
  'compaction-loop': once({ do: 'compact', every_ms: 100 }),

  // Output.
  'half-json': once({ do: 'print', text: '{"jsonrpc":"2.0","method":"session/upd' }, { do: 'exit', code: 1 }),
  '10MB-line': once({ do: 'print', text: 'x'.repeat(1024), times: 10 * 1024 }, { do: 'print', text: '\n' }, ...honest),
  'ansi-osc52': once(
    {
      do: 'say',
      text: '\u001b]52;c;ZWNobyBwd25lZA==\u0007\u001b]0;title\u0007\u001b[2J\u001b[31mred\u202eesrever\u009b',
    },
    work,
    { do: 'commit', message: 'Do \u001b[31m{{BRANCHLINE_TASK}}\u001b]52;c;ZWNobyBwd25lZA==\u0007' },
    claim,
  ),
  'secret-printer': once(
    {
      do: 'say',
      text: 'ANTHROPIC_API_KEY=sk-ant-api03-FAKEFAKEFAKEFAKEFAKE AWS_SECRET_ACCESS_KEY=FAKEwJalrXUtnFEMIK7MDENGbPxRfiCYFAKEKEY',
    },
    { do: 'say', text: 'token ghp_FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE0000' },
    { do: 'shell', script: 'env >&2' },
    ...honest,
  ),
};
