import { join } from 'node:path';

/** How each of our programs is made from its sources in `root`, for the package and for tests alike. */
export const bundling = (root: string) =>
  ({
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    dts: false,
    clean: false,
    alias: {
      // The server's package brings a validator of JSON Schemas, which is a third of the whole, has licences of its own, and is
      // for questions that a server asks its client. Ours asks none.
      '@modelcontextprotocol/server/_shims': join(root, 'src/agent-tools/no-validator.ts'),
    },
    // Everything is bundled, so that installing the package installs nothing else; the database driver alone is native.
    deps: { alwaysBundle: (id: string): boolean => !/^(node:|better-sqlite3)/.test(id), onlyBundle: false },
  }) as const;
