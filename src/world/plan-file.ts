import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import { readPlan } from '../plans/read.ts';
import type { ReadSettings } from '../plans/settings.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import type { Refusal } from '../report/explanation.ts';
import { installedAgents } from './installed.ts';
import type { Surroundings } from './world.ts';

/** A plan file as a person wrote it. `plan` is null when it could not be read at all. */
export type PlanFile = {
  readonly file: string;
  readonly text: string;
  /** sha256 of the bytes, in hex: what a person approves. */
  readonly hash: string;
  readonly plan: Plan | null;
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** Warnings and notes about what it says. */
  readonly advice: readonly PlacedDiagnostic[];
  /** Fields that a later version carries out: known, and refused by `run`. */
  readonly unsupported: readonly PlacedDiagnostic[];
};

/** Where a plan is looked for when nobody names one. */
const USUAL_NAMES = ['plan.yaml', 'plan.yml', 'branchline.yaml', '.branchline/plan.yaml'];

type Request = {
  readonly cwd: string;
  /** null: the one that the settings name, else the usual one. */
  readonly path: string | null;
  readonly settings: ReadSettings;
  /** Known agents that this machine has. */
  readonly installed: readonly string[];
  /** What was typed: the agent of every task that names none. */
  readonly agent?: string | null;
};

/** The plan that is meant, read with everything that stands beside it. */
export async function loadPlan(request: Request): Promise<Result<PlanFile, Refusal>> {
  const { cwd, path, settings, installed, agent } = request;
  const [wrong] = settings.diagnostics;
  if (wrong !== undefined) return err(badSettings(wrong));
  const found = path ?? settings.settings.plan ?? (await usualPlan(cwd));
  if (found === null) return err(noPlan(cwd));
  const bytes = await readFile(resolve(cwd, found)).catch(() => null);
  if (bytes === null) return err(cannotRead(found));
  const text = bytes.toString('utf8');
  const over = agent == null ? {} : { over: { ...settings.around.over, agent } };
  const read = readPlan(text, found, { ...settings.around, ...over, installed });
  return ok({ file: found, text, hash: hashOf(bytes, settings.executable), ...read });
}

type Around = Pick<Surroundings, 'cwd' | 'environment' | 'settings'>;

/** The same for a command, which knows where it was typed. */
export async function planAt(
  { cwd, environment, settings }: Around,
  path: string | null,
  agent: string | null = null,
): Promise<Result<PlanFile, Refusal>> {
  const installed = await installedAgents({ cwd, variables: environment.variables });
  return loadPlan({ cwd, path, settings: await settings(), installed, agent });
}

/** A configuration file of the repository that names programs is approved together with the plan, or not at all. */
function hashOf(plan: Buffer, executable: readonly string[]): string {
  const hash = createHash('sha256').update(plan);
  for (const text of executable) hash.update('\0').update(text);
  return hash.digest('hex');
}

const badSettings = ({ what, why, next, file, line, col }: PlacedDiagnostic): Refusal => ({
  what: `${file}:${line ?? 1}:${col ?? 1}: ${what}`,
  why: why ?? 'The configuration is used only as a whole',
  next: next ?? 'Correct the file',
});

/** In the folder at hand, else in those above it up to the root of the repository: whoever is in `src` means that plan. */
async function usualPlan(cwd: string): Promise<string | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = await firstThatExists(folder, USUAL_NAMES);
    if (found !== null) return relative(cwd, join(folder, found));
    const isRoot = await stat(join(folder, '.git')).then(
      () => true,
      () => false,
    );
    if (isRoot || dirname(folder) === folder) return null;
  }
}

async function firstThatExists(cwd: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    if ((await stat(join(cwd, name)).catch(() => null))?.isFile()) return name;
  }
  return null;
}

const noPlan = (cwd: string): Refusal => ({
  what: 'There is no plan here',
  why: `None of ${USUAL_NAMES.join(', ')} is in ${cwd} or above it in the repository`,
  next: 'Name one, or run `branchline init` to write a first one',
});
const cannotRead = (path: string): Refusal => ({
  what: `The plan ${path} cannot be read`,
  why: 'There is no such file, or it may not be read',
  next: 'Check the path, or run `branchline init` to write a first plan',
});
