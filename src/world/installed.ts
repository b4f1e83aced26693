import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { builtInUse, KNOWN_AGENTS } from '../core/known-agents.ts';

type Where = { readonly variables: Readonly<Record<string, string>>; readonly cwd: string };

/** The file that would be started for a program, found as a shell finds it; null: there is none. Starts nothing. */
export async function findProgram(program: string, { variables, cwd }: Where): Promise<string | null> {
  if (program.includes('/')) return (await isProgram(resolve(cwd, program))) ? resolve(cwd, program) : null;
  const folders = (variables['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of folders) {
    const path = join(folder, program);
    if (await isProgram(path)) return path;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // It is not there, or it may not be started: either way it is no program of ours.
    return false;
  }
}

/** The known agents that this machine has, in the order in which one is taken. Starts none of them. */
export async function installedAgents(where: Where): Promise<readonly string[]> {
  const found = await Promise.all(
    KNOWN_AGENTS.map(async (name) => {
      const program = builtInUse(name)?.command[0];
      return program !== undefined && (await findProgram(program, where)) !== null ? [name] : [];
    }),
  );
  return found.flat();
}
