import { defineConfig } from 'tsdown';

/** Types take ten times as long as the programs, and only whoever uses the library needs them. */
export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: 'esm',
  platform: 'node',
  outDir: 'dist',
  clean: false,
  dts: { emitDtsOnly: true },
  deps: { onlyBundle: false },
});
