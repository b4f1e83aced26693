import { access, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { PlanDesk, PlanDraft, SimulateOptions } from '../cli/world-port.ts';
import { err, ok, type Result } from '../core/result.ts';
import { TELLING_FILES } from '../plans/commands.ts';
import { draftPlan } from '../plans/init.ts';
import type { Refusal } from '../report/explanation.ts';
import { withBriefTemplate } from './brief-template.ts';
import { checkPlanFile } from './check-plan.ts';
import { installedAgents } from './installed.ts';
import { planAt } from './plan-file.ts';
import { promptsFor } from './plan-prompts.ts';
import { writeWhole } from './run-files.ts';
import { simulatePlan } from './simulate-plan.ts';
import type { Surroundings } from './world.ts';

/** Plans as files: nothing here works on a plan. */
export function planDesk(around: Surroundings): PlanDesk {
  return {
    check: async (path) => {
      const loaded = await planAt(around, path);
      if (!loaded.ok) return loaded;
      const opened = await around.opened();
      const named = (await around.settings()).settings.briefTemplate;
      const file = await withBriefTemplate(loaded.value, { repository: opened.repository, named, base: null });
      return ok(await checkPlanFile(opened, file));
    },
    simulate: async (path, options: SimulateOptions) => {
      const loaded = await planAt(around, path);
      if (!loaded.ok) return loaded;
      const { store, ignoreCase } = await around.state();
      return simulatePlan(loaded.value, { store, ignoreCase, options });
    },
    prompts: (path, options) => promptsFor(around, path, options),
    init: (wish) => draft(around, wish),
    // What reads other systems' files is loaded by whoever imports one.
    import: async (wish) => (await import('./import-file.ts')).importFile(around, wish),
    text: async (wish) => (await import('./plan-from-text.ts')).planFromText(around, wish),
  };
}

type Wish = Parameters<PlanDesk['init']>[0];

async function draft(around: Surroundings, { file, force, write }: Wish): Promise<Result<PlanDraft, Refusal>> {
  const { repository } = await around.opened();
  const name = file ?? 'plan.yaml';
  const path = resolve(around.cwd, name);
  if (write && !force && (await exists(path))) return err(alreadyThere(name));
  const head = repository.head === null ? null : await repository.tip(`refs/heads/${repository.head}`);
  const paths = head === null ? [] : await repository.paths(head);
  const files = await tellingFiles(repository.root);
  const agents = await installedAgents({ cwd: around.cwd, variables: around.environment.variables });
  const text = draftPlan({ files, paths, branch: repository.head, name: basename(repository.root), agents });
  if (write) await writeWhole(path, text);
  return ok({ file: name, text, found: Object.keys(files) });
}

async function tellingFiles(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of TELLING_FILES) {
    const text = await readFile(join(root, name), 'utf8').catch(() => null);
    if (text !== null) found[name] = text;
  }
  return found;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const alreadyThere = (name: string): Refusal => ({
  what: `${name} is there already`,
  why: 'It was not overwritten',
  next: `Name another file, or replace it with: branchline init ${name} --force`,
});
