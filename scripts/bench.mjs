// `npm run bench [-- --json] [-- NAME…]`: measures the speed goals, each against its baseline in the same run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, root } from './install.mjs';

install();
build();
const { build: bundle } = await import('tsdown');
const outDir = mkdtempSync(join(tmpdir(), 'branchline-bench-program-'));
await bundle({
  config: false,
  cwd: root,
  entry: {
    bench: join(root, 'bench', 'main.ts'),
    'agent-start': join(root, 'bench', 'probes', 'agent-start.ts'),
    'talking-agent': join(root, 'bench', 'probes', 'talking-agent.ts'),
    'bare-start': join(root, 'bench', 'probes', 'bare-start.ts'),
  },
  outDir,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  clean: false,
  dts: false,
  logLevel: 'error',
  deps: { alwaysBundle: (id) => !/^(node:|better-sqlite3)/.test(id), onlyBundle: false },
});
// The database driver is native and found from where the program lies.
symlinkSync(join(root, 'node_modules'), join(outDir, 'node_modules'));
const program = join(outDir, 'bench.mjs');
const ran = spawnSync(process.execPath, [program, join(root, 'dist', 'cli.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
rmSync(outDir, { recursive: true, force: true });
process.exit(ran.status ?? 1);
