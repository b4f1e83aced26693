import { existsSync } from 'node:fs';
import { defineConfig } from 'tsdown';

const programs = { cli: 'src/main.ts', 'fake-agent': 'src/fake-agent/main.ts' };
const library = { index: 'src/index.ts' };

const present = (entries: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(source)));

const shared = {
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outDir: 'dist',
  // `clean` would let one of the two builds below delete what the other has just written.
  clean: false,
  // Everything is bundled, so that installing the package installs nothing else; the database driver alone is native.
  deps: { alwaysBundle: (id: string): boolean => !/^(node:|better-sqlite3)/.test(id), onlyBundle: false },
} as const;

/** Types are made for the library alone; what is imported lazily becomes a chunk of its own. */
export default defineConfig(
  [
    { ...shared, entry: present(programs), dts: false },
    { ...shared, entry: present(library), dts: true },
  ].filter(({ entry }) => Object.keys(entry).length > 0),
);
