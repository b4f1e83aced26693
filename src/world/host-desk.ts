import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Finding, HostDesk } from '../cli/world-port.ts';
import { err, ok } from '../core/result.ts';
import { thisOwner } from '../store/owner.ts';
import { openStore } from '../store/store.ts';
import { systemClock } from '../system/clock.ts';
import { pathsFor } from '../system/paths.ts';
import { agentsFound } from './agents-found.ts';
import { makeDemo } from './demo.ts';
import { agentFindings, examine } from './doctor.ts';
import { performGarbage, planGarbage } from './garbage.ts';
import { installedAgents } from './installed.ts';
import { notifyPlan } from './notify.ts';
import { writeWhole } from './run-files.ts';
import { readView } from './run-view.ts';
import type { Surroundings } from './world.ts';

/** This machine: settings, what is kept where, and the programs that a person looks with. */
export function hostDesk(around: Surroundings): HostDesk {
  const { cwd, environment, options, processes } = around;
  return {
    gcPlan: async () => planGarbage(await around.opened(), await around.settings()),
    gcPerform: async (garbage) => performGarbage(await around.opened(), { settings: await around.settings(), garbage }),
    doctor: () => doctor(around),
    agents: () => agentsFound(around),
    installed: () => installedAgents({ cwd, variables: environment.variables }),
    settings: async (key) => {
      const { explained } = await around.settings();
      return explained.filter((setting) => key === null || setting.key === key);
    },
    demo: (dir) =>
      makeDemo({ dir, cwd, fakeAgent: options.fakeAgent, processes: processes(), variables: environment.variables }),
    shell: (dir) => onThisTerminal([environment.shell ?? 'sh'], dir),
    edit: async (path) => {
      const { editor: configured } = (await around.settings()).settings;
      const editor = configured ?? environment.editor;
      if (editor === null) return false;
      // An editor setting may hold options, as `code --wait` does; the path is never part of what a shell reads.
      const argv = typeof editor === 'string' ? ['sh', '-c', `${editor} "$1"`, 'sh', path] : [...editor, path];
      return (await onThisTerminal(argv, dirname(path))) === 0;
    },
    write: async (path, text) => {
      try {
        await writeWhole(resolve(cwd, path), text);
        return ok(undefined);
      } catch (refused) {
        const why = refused instanceof Error ? refused.message : String(refused);
        return err({ what: `${path} could not be written`, why, next: 'Name a place that can be written' });
      }
    },
    notify: async (run, text) => {
      const { plan } = await readView((await around.opened()).store, run, false);
      await notifyPlan(plan, { run, text, cwd, env: environment.variables });
    },
  };
}

/** Hands the terminal over until the program ends; its exit code. */
function onThisTerminal(argv: readonly string[], cwd: string): Promise<number> {
  const [program = 'sh', ...args] = argv;
  const child = spawn(program, args, { cwd, stdio: 'inherit' });
  return new Promise((done) => {
    child.once('error', () => done(127));
    child.once('exit', (code) => done(code ?? 1));
  });
}

function doctor(around: Surroundings): Promise<readonly Finding[]> {
  const { environment, cwd } = around;
  return examine({
    nodeVersion: process.version,
    platform: process.platform,
    stateDir: pathsFor(environment, process.platform, cwd).state,
    sqlite: sqliteFinding,
    repository: () => repositoryFinding(around),
    agents: async () => agentFindings(await agentsFound(around)),
  });
}

async function sqliteFinding(): Promise<Finding> {
  const folder = await mkdtemp(join(tmpdir(), 'branchline-doctor-'));
  try {
    const opened = await openStore({ file: join(folder, 'probe.sqlite'), clock: systemClock, owner: thisOwner() });
    if (!opened.ok) return { name: 'sqlite', ok: false, detail: opened.error.message, next: null };
    await opened.value.store.close();
    return { name: 'sqlite', ok: true, detail: 'there and new enough', next: null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function repositoryFinding({ opened, cwd }: Surroundings): Promise<Finding> {
  const name = 'repository';
  try {
    const { repository, folder } = await opened();
    return { name, ok: true, detail: `${repository.root}, kept in ${folder}`, next: null };
  } catch (refused) {
    const detail = refused instanceof Error ? refused.message : String(refused);
    return { name, ok: false, detail: `${cwd}: ${detail}`, next: 'Go to a git repository, or name one with -C' };
  }
}
