import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesOf } from '../rig/leftovers.ts';
import { eventsOf, reasonsOf, Stage } from '../rig/stage.ts';
import { CREDENTIAL, livedInStage, untouched } from '../rig/user.ts';

/** Each test is an attack on one of the rules by which slots are kept apart from the user's repository. */
async function attack(does: string, more: Record<string, unknown> = {}) {
  const stage = await livedInStage();
  const before = await untouched(stage);
  const ran = await stage.run({ attempts: 1, tasks: { job: { does } }, ...more });
  const intact = async () => expect(await untouched(stage)).toEqual(before);
  return { stage, ran, intact };
}

test('rule 1: a planted filter, monitor, hook or diff program never runs for us', async () => {
  const { stage, ran, intact } = await attack(`
    canary="$TMPDIR/../planted"
    git config core.fsmonitor "touch $canary-monitor; false"
    git config filter.evil.clean "touch $canary-clean; cat"; git config filter.evil.smudge "touch $canary-smudge; cat"
    git config filter.evil.process "touch $canary-process"; git config filter.evil.required true
    git config diff.external "touch $canary-diff"; git config core.pager "touch $canary-pager"; git config core.hooksPath "$PWD/.git/evil"
    git config core.attributesFile "$PWD/.git/evil-attributes"; git config alias.status '!touch '"$canary-alias"; git config include.path "$PWD/.git/evil.config"
    mkdir -p .git/evil .git/info; echo '* filter=evil diff=evil' > .git/info/attributes
    for hook in pre-commit post-checkout reference-transaction post-index-change; do printf '#!/bin/sh\\ntouch %s-hook\\n' "$canary" > .git/evil/$hook; chmod +x .git/evil/$hook; done
    echo work > job.txt`);
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  const planted = (await readdir(stage.state, { recursive: true })).filter((path) => path.includes('planted'));
  expect(planted).toEqual([]);
  await intact();
});

test('rule 1: a .gitattributes that the agent commits does not start a filter of ours', async () => {
  const { stage, ran, intact } = await attack(
    `echo '*.txt filter=evil' > .gitattributes; git config filter.evil.clean "touch $TMPDIR/../planted; cat"; echo work > job.txt`,
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.show('release', 'job.txt')).toBe('work');
  await intact();
});

test.each(['--skip-worktree', '--assume-unchanged'])('rule 1: %s hides nothing from us', async (flag) => {
  const { stage, ran, intact } = await attack(`git update-index ${flag} src/shop.js; echo 'changed' > src/shop.js`);
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.show('release', 'src/shop.js')).toBe('changed');
  await intact();
});

test('rule 1: an exclude file of the slot hides nothing from us', async () => {
  const { stage, ran, intact } = await attack(
    `mkdir -p .git/info; echo '*' > .git/info/exclude; git config core.excludesFile "$PWD/.git/info/exclude"; echo work > job.txt`,
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.show('release', 'job.txt')).toBe('work');
  await intact();
});

test('rule 1: a .git that points at the user’s repository changes nothing there', async () => {
  const stage = await livedInStage();
  await using _ = stage;
  const before = await untouched(stage);
  const ran = await stage.run({
    attempts: 1,
    tasks: { job: { does: `echo work > job.txt; mv .git ../elsewhere-git; echo "gitdir: ${stage.dir}/.git" > .git` } },
  });
  expect(await untouched(stage)).toEqual(before);
  expect([0, 1, 3]).toContain(ran.code);
  if (ran.code === 0) expect(await stage.show('release', 'job.txt')).toBe('work');
});

test('rule 1: a worktree without a .git is still harvested', async () => {
  const { stage, ran, intact } = await attack('echo work > job.txt; rm -rf .git');
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.show('release', 'job.txt')).toBe('work');
  await intact();
});

test('rule 1: a loose object that lies about its content does not get in', async () => {
  const { stage, ran, intact } = await attack(`
    echo honest > job.txt; git add job.txt; git commit -qm work
    oid=$(git rev-parse HEAD:job.txt); other=$(echo evil | git hash-object -w --stdin)
    path() { echo ".git/objects/$(echo $1 | cut -c1-2)/$(echo $1 | cut -c3-)"; }
    chmod u+w $(path $oid); cat $(path $other) > $(path $oid)`);
  await using _ = stage;
  await stage.repo.git('fsck', '--strict', '--no-dangling');
  if (ran.code === 0) expect(await stage.show('release', 'job.txt')).toBe('honest');
  await intact();
});

test('rule 2: commits beside the work tree are kept under rescue refs', async () => {
  const { stage, ran, intact } = await attack(
    'base=$(git rev-parse HEAD); git checkout -qb side; echo side > side.txt; git add side.txt; git commit -qm side; git checkout -q $base; echo work > job.txt',
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.files('release')).toContain('job.txt');
  expect(await stage.files('release')).not.toContain('side.txt');
  expect(await hubHolds(stage, 'side.txt')).toBe(true);
  await intact();
});

test('rule 2: a history that does not come from the base lands as what its tree is', async () => {
  const { stage, ran, intact } = await attack(
    'git checkout -q --orphan fresh; echo work > job.txt; git add -A; git commit -qm fresh',
  );
  await using _ = stage;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.show('release', 'job.txt')).toBe('work');
  expect(await stage.show('release', 'README.md')).toBe('shop');
  await intact();
});

test('rule 2: a submodule pointer that changes needs a person', async () => {
  const { stage, ran, intact } = await attack(
    'git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub; git commit -qm sub; mkdir sub',
  );
  await using _ = stage;
  expect(ran.code).not.toBe(0);
  expect(await stage.files('release')).not.toContain('sub');
  await intact();
});

test('rule 3: the user’s own gc and prune in mid-run take nothing away', async () => {
  const stage = await livedInStage();
  await using _ = stage;
  const gate = await stage.gate('job');
  const running = await stage.begin({
    tasks: { first: { does: 'echo 1 > first' }, job: { needs: ['first'], does: `${gate.wait}; echo work > job.txt` } },
  });
  await running.sawType('agent-started', 'job');
  await stage.repo.git('reflog', 'expire', '--expire=now', '--all');
  await stage.repo.git('-c', 'gc.pruneExpire=now', 'gc', '-q', '--prune=now');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  await stage.repo.git('fsck', '--strict', '--no-dangling');
});

test('rule 3: branches of the user that are named like ours are theirs', async () => {
  const stage = await livedInStage();
  await using _ = stage;
  await stage.repo.git('branch', 'branchline/pin/x', 'main');
  await stage.repo.git('update-ref', 'refs/branchline/rescue/mine', 'main');
  const before = await untouched(stage);
  const ran = await stage.run({ tasks: { job: { does: 'echo work > job.txt' } } });
  expect(ran.code, ran.told).toBe(0);
  expect(await untouched(stage)).toEqual(before);
});

test('rule 5: a target that is checked out in mid-run is not moved, and a person is asked', async () => {
  const stage = await Stage.create();
  await using _ = stage;
  const gate = await stage.gate('job');
  const running = await stage.begin({ tasks: { job: { does: `echo work > job.txt; ${gate.wait}` } } });
  await running.sawType('agent-started', 'job');
  await stage.repo.git('checkout', '-q', 'release');
  const before = await stage.repo.snapshot();
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(3);
  expect(await stage.repo.snapshot()).toEqual(before);
  await stage.repo.git('checkout', '-q', 'main');
  await stage.cli(['retry', 'job']);
  await gate.open();
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.files('release')).toContain('job.txt');
});

test('rule 7: a slot looks like a clone of the user’s repository, without the credentials', async () => {
  const seen = '$TMPDIR/../../../seen';
  const stage = await livedInStage();
  await using _ = stage;
  const note = stage.note('seen');
  const ran = await stage.run({
    attempts: 1,
    tasks: {
      job: {
        does: `{ git config --list; git remote -v; git branch -a; git tag; git log -1 --format='%an <%ae>'; env; cat .git/config; } > ${note.path}; git push -q origin HEAD:main 2>/dev/null && echo "was $((40 + 2)) let through" >> ${note.path}; git commit -q --allow-empty -m mine; git log -1 --format='author %an <%ae>' >> ${note.path}; echo work > job.txt`,
      },
    },
  });
  expect(ran.code, `${seen}${ran.stderr}`).toBe(0);
  const text = await note.read();
  expect(text).not.toContain(CREDENTIAL);
  expect(text).not.toContain('was 42 let through');
  expect(text).toContain('remotes/origin/main');
  expect(text).toContain('v1');
  expect(text).toContain('author Ada Author <ada@example.com>');
  const everything = await readdir(stage.state, { recursive: true, withFileTypes: true });
  for (const entry of everything.filter((each) => each.isFile() && each.name === 'config')) {
    expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toContain(CREDENTIAL);
  }
});

test('rule 8: neither agents nor checks nor set-up see the environment of the user', async () => {
  const stage = await livedInStage();
  await using _ = stage;
  const note = stage.note('seen');
  const path = await stage.plan({
    setup: [`env >> ${note.path}`],
    checks: [`env >> ${note.path}`],
    tasks: { job: { does: `env >> ${note.path}; echo work > job.txt` } },
  });
  const ran = await stage.cli(['run', path, '--yes', '--json'], {
    env: { AWS_SECRET_ACCESS_KEY: 'sesame', GIT_DIR_HINT: 'sesame', SSH_AUTH_SOCK: '/sesame' },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(await note.read()).not.toContain('sesame');
  expect((await note.read()).match(/^BRANCHLINE_TASK=job$/gm)?.length).toBeGreaterThanOrEqual(3);
});

test('rule 8: a check that never ends is ended by the clock, and so is what it left behind', async () => {
  const stage = await livedInStage();
  await using _ = stage;
  const ran = await stage.run({
    attempts: 1,
    timeout: { wall: '2s' },
    checks: [`(trap '' TERM; setsid sleep 99999 &) ; exec sleep 99999`],
    tasks: { job: { does: 'echo work > job.txt' } },
  });
  expect(ran.code).toBe(1);
  expect(reasonsOf(ran, 'job')).toEqual(['check-failed']);
  expect(processesOf(stage.repo.beside(''))).toEqual([]);
});

test('rule 8: what a check leaves in the background is gone when it ends', async () => {
  const stage = await livedInStage();
  await using _ = stage;
  const ran = await stage.run({
    checks: ['sleep 99999 & setsid sleep 99999 & true'],
    tasks: { job: { does: 'echo work > job.txt' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(eventsOf(ran, 'check-finished').map(({ code }) => code)).toEqual([0]);
});

/** Whether any commit that the state folder keeps a ref to has this path in its tree. */
async function hubHolds(stage: Stage, path: string): Promise<boolean> {
  const found = await readdir(stage.state, { recursive: true, withFileTypes: true });
  const hubs = found.filter((each) => each.isFile() && each.name === 'HEAD').map(({ parentPath }) => parentPath);
  for (const hub of hubs) {
    const refs = await stage.repo
      .gitIn(stage.state, '--git-dir', hub, 'for-each-ref', '--format=%(refname)', 'refs/branchline/rescue')
      .catch(() => '');
    for (const ref of refs.split('\n').filter(Boolean)) {
      const tree = await stage.repo.gitIn(stage.state, '--git-dir', hub, 'ls-tree', '-r', '--name-only', ref);
      if (tree.split('\n').includes(path)) return true;
    }
  }
  return false;
}
