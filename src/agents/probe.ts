import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentSurroundings, Capabilities, Probe, ProbeSpec } from '../core/ports/agent.ts';
import type { ProcessHost } from '../process/processes.ts';
import { visible } from '../process/visible.ts';

/** A program of which nobody knows where it keeps things: it gets a HOME of its own, and none of the person's variables. */
export const OWN_HOME: AgentSurroundings = { home: 'slot', passed: [], set: {} };

type Known = { readonly capabilities: Capabilities; readonly tested: Probe['tested'] };

/** How long a program may take to say which version it is: some of them are large and start slowly. */
const VERSION_MS = 20_000;

/** Asks a program for its version. One that is there and does not say counts as installed. */
export async function probeProgram(processes: ProcessHost, spec: ProbeSpec, known: Known): Promise<Probe> {
  const folder = await mkdtemp(join(tmpdir(), 'branchline-probe-'));
  try {
    const log = join(folder, 'version');
    const ran = await processes.run(
      {
        argv: [...spec.argv.slice(0, 1), '--version'],
        cwd: spec.cwd,
        env: spec.env,
        stdin: null,
        log,
        logBytes_max: 64 * 1024,
        mark: `probe/${folder}`,
        wall_ms: VERSION_MS,
      },
      new AbortController().signal,
    );
    if (!ran.ok) return { ...known, installed: false, version: null };
    const said = ran.value.code === 0 ? await readFile(log, 'utf8') : '';
    const version = /\d+\.\d+(?:\.\d+)?(?:[.+-]\w+)*/.exec(visible(said))?.[0] ?? null;
    return { ...known, installed: true, version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
