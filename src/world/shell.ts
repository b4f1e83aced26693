import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Flags, Shell } from '../cli/world-port.ts';
import { listenForSignals } from './signals.ts';
import { terminal } from './terminal.ts';
import type { WorldOptions } from './world.ts';

const streams = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, variables: process.env };

/** A reader that has seen enough (`branchline status | head`) is no reason to fail, and none to end a run. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (broken: NodeJS.ErrnoException) => {
    if (broken.code !== 'EPIPE') throw broken;
  });
}

/** The built program lies in `dist/` beside its scripted agent. */
const here = dirname(fileURLToPath(import.meta.url));

/** The terminal at once; the rest of the world only when a command acts. */
export function openShell(options: Partial<WorldOptions> = {}): Shell {
  const before = terminal(streams, { colour: process.argv.includes('--no-color') ? false : null, input: true });
  return {
    io: before,
    version: version(),
    open: async (flags: Flags) => {
      const { openWorld } = await import('./world.ts');
      return openWorld({
        flags,
        io: terminal(streams, flags),
        signals: listenForSignals(),
        program: [process.argv[1] ?? join(here, 'cli.mjs')],
        fakeAgent: join(here, 'fake-agent.mjs'),
        ...options,
      });
    },
  };
}

function version(): string {
  const text = readFileSync(join(here, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
