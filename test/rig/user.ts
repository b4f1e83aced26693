import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Stage } from './stage.ts';

/** A password that must never be seen by an agent. */
export const CREDENTIAL = 'hunter2-of-the-user';

/** A repository as people have them: tests, ignored files, a stash, hooks, settings, tags, a remote, unfinished edits. */
export async function livedInStage(): Promise<Stage> {
  const stage = await Stage.create({
    'README.md': 'shop\n',
    'src/shop.js': 'export const open = true;\n',
    'test/shop.test.js': 'import "../src/shop.js";\n',
    '.gitignore': 'node_modules/\n.env\n',
  });
  const { repo } = stage;
  await repo.write({ 'README.md': 'stashed\n' });
  await repo.git('stash', '-q');
  await repo.git('tag', 'v1');
  await repo.git('branch', 'feature');
  await repo.git('config', 'core.commentChar', ';');
  await repo.git('remote', 'add', 'origin', `https://user:${CREDENTIAL}@example.invalid/shop.git`);
  await repo.git('update-ref', 'refs/remotes/origin/main', 'main');
  const hook = join(repo.dir, '.git/hooks/pre-commit');
  await repo.write({
    '.git/hooks/pre-commit': `#!/bin/sh\necho ran >> ${repo.beside('hook-ran')}\n`,
    '.env': 'TOKEN=secret\n',
    'README.md': 'edited\n',
    'staged.txt': 'staged\n',
    'untracked.txt': 'untracked\n',
  });
  await chmod(hook, 0o755);
  await repo.git('add', 'staged.txt');
  return stage;
}

/** Everything of the user's that must stay as it was; the target alone may move. */
export async function untouched(
  stage: Stage,
  target = 'refs/heads/release',
): Promise<Readonly<Record<string, string>>> {
  const { [target]: _moves, ...rest } = await stage.repo.snapshot();
  return rest;
}
