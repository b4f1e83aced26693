import { defineConfig } from 'tsdown';
import { bundling } from './bundling.ts';

/**
 * The programs and the library; `tsdown.types.config.ts` makes the library's types. What was built before stays: a program
 * that is running loads its chunks as it needs them.
 */
export default defineConfig({
  ...bundling(process.cwd()),
  entry: {
    cli: 'src/main.ts',
    'fake-agent': 'src/fake-agent/main.ts',
    'agent-tools': 'src/agent-tools/main.ts',
    index: 'src/index.ts',
  },
  outDir: 'dist',
});
