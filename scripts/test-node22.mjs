// Runs the suites of store, leases and queue on another Node: `node scripts/test-node22.mjs /path/to/node22/bin/node`.
// That Node must bring node:sqlite; nothing is installed for it, so that its own SQLite is what is tested.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';

const [node] = process.argv.slice(2);
if (node === undefined) {
  process.stderr.write('usage: node scripts/test-node22.mjs NODE\n');
  process.exit(2);
}

const root = fileURLToPath(new URL('..', import.meta.url));
// Outside the repository, so that better-sqlite3 cannot be found from there.
const outDir = await mkdtemp(join(tmpdir(), 'branchline-node22-'));
try {
  await build({
    cwd: root,
    config: false,
    entry: { suites: join(root, 'test/suites/stand-alone.ts'), program: join(root, 'test/suites/store-process.ts') },
    outDir,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    dts: false,
    logLevel: 'error',
  });
  process.exitCode = await run(node, [join(outDir, 'suites.mjs'), join(outDir, 'program.mjs'), 'node:sqlite']);
} finally {
  await rm(outDir, { recursive: true, force: true });
}

/** @returns {Promise<number>} the exit code; 1 for a signal or a program that is not there */
function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      process.stderr.write(`${program} cannot be started: ${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
