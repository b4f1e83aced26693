import { defineConfig } from 'tsdown';

/** The programs and the library; `tsdown.types.config.ts` makes the library's types. */
export default defineConfig({
  entry: {
    cli: 'src/main.ts',
    'fake-agent': 'src/fake-agent/main.ts',
    'agent-tools': 'src/agent-tools/main.ts',
    index: 'src/index.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outDir: 'dist',
  dts: false,
  // A program that is running loads its chunks as it needs them, so a new build leaves those of the last one alone.
  clean: false,
  // Everything is bundled, so that installing the package installs nothing else; the database driver alone is native.
  deps: { alwaysBundle: (id: string): boolean => !/^(node:|better-sqlite3)/.test(id), onlyBundle: false },
});
