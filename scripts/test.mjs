// `npm test`: installs what the tests need, then everything that CI runs, and prints what was counted.
// `node scripts/test.mjs simulate|crash|hostile|stories` runs one part alone.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, root, step } from './install.mjs';

const bin = (name) => join('node_modules', '.bin', name);
const scratch = mkdtempSync(join(tmpdir(), 'branchline-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };

const parts = {
  format: () => step(bin('biome'), ['check', '--error-on-warnings']),
  types: () => step(process.execPath, [join('node_modules', '@typescript', 'native', 'bin', 'tsc'), '-p', '.']),
  unused: () => step(bin('knip'), ['--no-progress']),
  unit: () => vitest('unit', ['src', 'test/tidy.test.ts', 'test/docs']),
  stories: () => vitest('stories', ['test/stories', 'test/concurrency']),
  simulate: () => vitest('simulate', ['test/simulate.test.ts']),
  hostile: () => vitest('hostile', ['test/hostile']),
  crash: () => vitest('crash', ['test/crash'], process.argv.includes('--all') ? { CRASH_POINTS: 'all' } : {}),
  node22: () => node22(),
};

main();

function main() {
  install();
  build();
  const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  const names = wanted.length === 0 ? Object.keys(parts) : wanted;
  for (const name of names) {
    if (!(name in parts)) {
      process.stderr.write(`No part ${name}. There are: ${Object.keys(parts).join(' ')}\n`);
      process.exit(2);
    }
  }
  for (const name of names) timed(name, parts[name]);
  rmSync(scratch, { recursive: true, force: true });
  process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  process.exit(totals.failed === 0 ? 0 : 1);
}

function timed(name, run) {
  process.stdout.write(`\n── ${name}\n`);
  const startedAt = performance.now();
  run();
  process.stdout.write(`── ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

/** Counts come from the runner's own report, so that a part which ran nothing cannot pass unseen. */
function vitest(name, paths, variables = {}) {
  const present = paths.filter((path) => existsSync(join(root, path)));
  const report = join(scratch, `${name}.json`);
  const ran = spawnSync(
    process.execPath,
    [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...present, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...variables } },
  );
  if (!existsSync(report)) process.exit(ran.status || 1);
  const counted = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += counted.numPassedTests;
  totals.failed += counted.numFailedTests;
  totals.skipped += counted.numPendingTests;
  if (counted.numTotalTests === 0) {
    process.stderr.write(`${name} ran no test\n`);
    process.exit(1);
  }
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}

/** The store and the crash sweep once more on a current Node 22, whose SQLite is its own. */
function node22() {
  const prefix = join(tmpdir(), 'branchline-node22');
  const node = join(prefix, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(node)) {
    step('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error', '--allow-scripts=node', 'node@22']);
  }
  step(process.execPath, [join('scripts', 'test-node22.mjs'), node]);
}
