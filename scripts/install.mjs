// Installs the exact dependencies of the lock file, unless that was done already for this lock file and this Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

// Under `npm test` this setting of .npmrc comes down as a variable, which an npm below takes for a flag and refuses.
delete process.env.npm_config_allow_scripts;

export function install() {
  const stamp = join(root, 'node_modules', '.branchline-installed');
  const key = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.version + process.platform + process.arch)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  // Where Node has no SQLite of its own, better-sqlite3 may have to be compiled; that takes two or three minutes once.
  process.stderr.write('Installing the development tools (once) …\n');
  step('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!canOpenSqlite()) {
    process.stderr.write(
      'Nothing here can open SQLite: this Node has none of its own, and better-sqlite3 could not be built.\n' +
        'Install a C++ compiler, make and python3, or use Node 24; then run this again.\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, key);
}

/** npm says nothing when an optional package does not build; without any SQLite nearly every test would fail later. */
function canOpenSqlite() {
  const tried = ['node:sqlite', 'better-sqlite3'].map((name) => {
    const program = `const it = require('${name}'); typeof it === 'function' && new it(':memory:').close()`;
    return spawnSync(process.execPath, ['-e', program], { cwd: root }).status === 0;
  });
  return tried.some(Boolean);
}

export function build() {
  tsdown('tsdown.config.ts');
}

/** The types of the library; ten times as slow, so only those who need them make them. */
export function buildTypes() {
  tsdown('tsdown.types.config.ts');
}

function tsdown(config) {
  step(process.execPath, [
    join('node_modules', 'tsdown', 'dist', 'run.mjs'),
    '--config',
    config,
    '--logLevel',
    'error',
  ]);
}

/** Runs a command to its end, its output on ours; a failure ends this program with the same code. */
export function step(command, args, options = {}) {
  const ran = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (ran.error) throw ran.error;
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}

export { root };
