import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { bundling } from '../../bundling.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The path of a built `branchline-fake-agent`, made once per state of its sources. */
export const builtFakeAgent = (): Promise<string> => built('src/fake-agent/main.ts', ['src/fake-agent']);

/** The path of the built tools for agents. */
export const builtAgentTools = (): Promise<string> =>
  built('src/agent-tools/main.ts', ['src/agent-tools', 'src/desk', 'src/core']);

/**
 * Bundles one entry into a program that plain Node runs, and returns its path. `sources` (folders or files from the
 * repository's root) are what the result depends on: while they are unchanged, an earlier result is used again.
 */
export const built = async (entry: string, sources: readonly string[]): Promise<string> => {
  const name = basename(entry, '.ts');
  const cache = join(root, 'node_modules', '.cache', 'branchline');
  const dir = join(cache, `${name}-${await hashOf([entry, ...sources, 'package-lock.json', 'bundling.ts'])}`);
  const program = join(dir, `${name}.mjs`);
  if (await exists(program)) return program;
  await mkdir(cache, { recursive: true });
  const outDir = await mkdtemp(join(cache, `${name}-`));
  const input = { [name]: join(root, entry) };
  await build({ ...bundling(root), cwd: root, config: false, entry: input, outDir, logLevel: 'error' });
  // Two test files may build at once: whoever comes second uses what the first one made.
  await rename(outDir, dir).catch(() => rm(outDir, { recursive: true, force: true }));
  return program;
};

const hashOf = async (sources: readonly string[]): Promise<string> => {
  const hash = createHash('sha256');
  for (const source of sources) for (const file of await filesOf(join(root, source))) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
};

const filesOf = async (path: string): Promise<readonly string[]> => {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
