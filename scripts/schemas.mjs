// Writes schema/*.json and docs/plan.md anew from their sources in src/plans. The same tests, without -u, fail in CI
// when a file differs from its source.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', 'src/plans/published.test.ts', 'src/plans/wire-schemas.test.ts', '-u'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
