// `npm test`: installs what the tests need, then everything that CI runs, and prints what was counted.
// `node scripts/test.mjs simulate crash` runs some parts alone; `crash --all` kills at every point independently, and
// `agents --all` takes the real clients that CI leaves out as well.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing, namesOf } from './agents.mjs';
import { build, buildTypes, install, root } from './install.mjs';
import { installAgents } from './install-agents.mjs';
import { writeLicenses } from './licenses.mjs';

const bin = (name) => join('node_modules', '.bin', name);
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const withAll = process.argv.includes('--all');
/** Whoever names the part wants the clients, and so does CI; `npm test` on a laptop does not fetch a gigabyte. */
const areAgentsWanted = wanted.includes('agents') || Boolean(process.env.CI);
const scratch = mkdtempSync(join(tmpdir(), 'branchline-test-'));

/** Which test files belong to which part. Every test file belongs to one, or `npm test` fails. */
const suites = {
  tidy: ['test/tidy.test.ts'],
  unit: ['src', 'test/rig'],
  docs: ['test/docs'],
  package: ['test/package'],
  stories: ['test/stories', 'test/concurrency', 'test/agent-tools'],
  simulate: ['test/simulate.test.ts', 'test/makespan.test.ts', 'test/simulation'],
  hostile: ['test/hostile'],
  crash: ['test/crash'],
  agents: ['test/agents'],
};

/** Each returns whether it went well; `passed` and so on where something was counted. */
const parts = {
  format: () => ran(bin('biome'), ['check', '--error-on-warnings']),
  types: () => ran(process.execPath, [join('node_modules', '@typescript', 'native', 'bin', 'tsc'), '-p', '.']),
  unused: () => ran(bin('knip'), ['--no-progress']),
  tidy: () => vitest('tidy'),
  unit: () => vitest('unit'),
  docs: () => vitest('docs'),
  package: () => vitest('package'),
  stories: () => vitest('stories'),
  simulate: () => vitest('simulate'),
  hostile: () => vitest('hostile'),
  crash: () => vitest('crash', withAll ? { CRASH_POINTS: 'all' } : {}),
  node22: () => onNode22(),
  agents: () => withAgents(),
};

await main();

async function main() {
  const names = wanted.length === 0 ? Object.keys(parts) : wanted;
  const unknown = names.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    process.stderr.write(`No part ${unknown.join(', ')}. There are: ${Object.keys(parts).join(' ')}\n`);
    process.exit(2);
  }
  install();
  build();
  if (names.includes('package')) {
    buildTypes();
    writeLicenses();
  }
  if (names.includes('agents') && areAgentsWanted) await installAgents(namesOf(withAll));
  const homeless = testFilesOfNoPart();
  if (homeless.length > 0) process.stderr.write(`In no part of npm test: ${homeless.join(' ')}\n`);
  const results = names.map((name) => timed(name, parts[name]));
  rmSync(scratch, { recursive: true, force: true });
  process.exit(summary(results) && homeless.length === 0 ? 0 : 1);
}

function timed(name, run) {
  process.stdout.write(`\n── ${name}\n`);
  const startedAt = performance.now();
  const result = run();
  return { name, ...result, seconds: (performance.now() - startedAt) / 1000 };
}

/** A table of the parts; true when all of them went well. A part that fails does not keep the others from being seen. */
function summary(results) {
  const total = (count) => results.reduce((sum, result) => sum + (result[count] ?? 0), 0);
  process.stdout.write('\n');
  for (const { name, ok, passed, failed, skipped, seconds, because = '' } of results) {
    const counts = passed === undefined ? '' : `${passed} passed, ${failed} failed, ${skipped} skipped${because}`;
    process.stdout.write(
      `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(9)} ${seconds.toFixed(1).padStart(7)} s  ${counts}\n`,
    );
  }
  process.stdout.write(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`);
  return results.every(({ ok }) => ok);
}

function ran(command, args, variables = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  return { ok: status === 0 };
}

/** Counts come from the runner's own report, so that a part which ran nothing cannot pass unseen. */
function vitest(name, variables = {}) {
  const present = suites[name].filter((path) => existsSync(join(root, path)));
  // Without a path vitest would run everything there is.
  if (present.length === 0) return nothingCounted(`${name} has no tests: there is no ${suites[name].join(' or ')}`);
  const report = join(scratch, `${name}.json`);
  const program = join('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { ok } = ran(process.execPath, [program, 'run', ...present, ...reporters], variables);
  if (!existsSync(report)) return nothingCounted(`${name} ended before it could count`);
  const counted = JSON.parse(readFileSync(report, 'utf8'));
  if (counted.numTotalTests === 0) return nothingCounted(`${name} ran no test`);
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = counted;
  return { ok: ok && failed === 0 && skipped === 0, ended: ok, passed, failed, skipped };
}

/**
 * The real clients. Where nobody asked for them, those that are not installed are left out, and the table says so. In CI
 * they are always asked for: one that is missing there fails whatever needs it.
 */
function withAgents() {
  rmSync(join(root, '.test-homes'), { recursive: true, force: true });
  const result = vitest('agents', withAll ? { BRANCHLINE_TEST_AGENTS: 'all' } : {});
  const left = missing(withAll);
  if (areAgentsWanted || left.length === 0) return result;
  const because = `: not installed: ${left.join(', ')} (npm run test:agents installs them)`;
  return { ...result, ok: result.ended && result.failed === 0, because };
}

function nothingCounted(why) {
  process.stderr.write(`${why}\n`);
  return { ok: false, ended: false, passed: 0, failed: 0, skipped: 0 };
}

function testFilesOfNoPart() {
  const files = ['src', 'test', 'bench']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.test.ts'));
  const paths = Object.values(suites).flat();
  return files.filter((file) => !paths.some((path) => file === path || file.startsWith(`${path}/`)));
}

/** The store's suites and the crash sweep once more on a current Node 22, whose SQLite is its own. */
function onNode22() {
  // npm's `node` package only fetches this one, by a script; without the script nothing has to be allowed.
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(tmpdir(), 'branchline-node22');
  const node = join(prefix, 'node_modules', name, 'bin', 'node');
  const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error', `${name}@22`];
  if (!existsSync(node) && !ran('npm', args).ok) return { ok: false };
  const store = ran(process.execPath, [join('scripts', 'test-node22.mjs'), node]);
  const crash = vitest('crash', { CRASH_NODE: node });
  return { ...crash, ok: store.ok && crash.ok };
}
