import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/rig/seed.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/long/**', 'node_modules/**', '.agents/**', '.test-homes/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Stories start real processes; more files at once than cores only makes each of them slower.
    maxWorkers: 2,
    pool: 'forks',
  },
});
