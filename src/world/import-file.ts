import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImportedPlan, PlanDesk } from '../cli/world-port.ts';
import { err, ok, type Result } from '../core/result.ts';
import { importPlan } from '../formats/import-plan.ts';
import type { Refusal } from '../report/explanation.ts';
import { importSource } from './import-source.ts';
import { writeWhole } from './run-files.ts';
import type { Surroundings } from './world.ts';

type Wish = Parameters<PlanDesk['import']>[0];

/** A plan made from another system's files. Writes it only where it was asked to, and only if nothing is wrong. */
export async function importFile({ cwd, settings }: Surroundings, wish: Wish): Promise<Result<ImportedPlan, Refusal>> {
  const source = await importSource(cwd, wish.path);
  if (!source.ok) return source;
  const target = wish.out === null ? null : resolve(cwd, wish.out);
  if (target !== null && !wish.force && (await isThere(target))) return err(alreadyThere(wish));
  const { around } = await settings();
  const { plan, draft, ...imported } = importPlan(source.value, { from: wish.from, around });
  if (plan !== null && target !== null) await writeWhole(target, plan);
  const tasks = draft?.tasks ?? [];
  return ok({
    ...imported,
    plan,
    file: plan === null ? null : wish.out,
    tasks: tasks.filter(({ state }) => state === 'open').length,
    over: tasks.filter(({ state }) => state !== 'open').length,
    missing: draft?.missing ?? [],
    left: draft?.left ?? [],
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const alreadyThere = ({ path, out }: Wish): Refusal => ({
  what: `${out} is there already`,
  why: 'It was not overwritten',
  next: `Name another file, or replace it with: branchline import ${path} -o ${out} --force`,
});
