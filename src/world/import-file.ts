import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImportedPlan, PlanDesk } from '../cli/world-port.ts';
import { issuePlace } from '../core/issue-text.ts';
import { err, ok, type Result } from '../core/result.ts';
import { importPlan } from '../formats/import-plan.ts';
import type { Source } from '../formats/source.ts';
import type { Refusal } from '../report/explanation.ts';
import { importSource } from './import-source.ts';
import { writeWhole } from './run-files.ts';
import type { Surroundings } from './world.ts';

type Wish = Parameters<PlanDesk['import']>[0];

/** A plan made from another system's files. Writes it only where it was asked to, and only if nothing is wrong. */
export async function importFile(around: Surroundings, wish: Wish): Promise<Result<ImportedPlan, Refusal>> {
  const { cwd } = around;
  const source = await sourceOf(around, wish);
  if (!source.ok) return source;
  const target = wish.out === null ? null : resolve(cwd, wish.out);
  if (target !== null && !wish.force && (await isThere(target))) return err(alreadyThere(wish));
  const beside = (await around.settings()).around;
  const { plan, draft, ...imported } = importPlan(source.value, { from: wish.from, around: beside });
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

/** Files, or what a tracker has at a place of its own. */
async function sourceOf(around: Surroundings, { path, label }: Wish): Promise<Result<Source, Refusal>> {
  const isTracker = /^(github|linear):/.test(path);
  if (!isTracker) return label === null ? importSource(around.cwd, path) : err(noLabels(path));
  const place = issuePlace(path, label);
  if (place === null || (place.issue === null && label === null)) return err(noPlace(path));
  const { issueSource, trackerOf } = await import('./tracker-of.ts');
  const tracker = await trackerOf(around, place);
  if (!tracker.ok) return tracker;
  const list = await tracker.value.list(place);
  return list.ok ? ok(issueSource(place, list.value)) : list;
}

const noLabels = (path: string): Refusal => ({
  what: `${path} has no labels`,
  why: '--label chooses among the issues of a tracker',
  next: 'Leave it out, or name a tracker as in github:acme/shop --label NAME',
});

const noPlace = (path: string): Refusal => ({
  what: `${path} names no issues`,
  why: 'Either a parent issue or a label says which are meant',
  next: 'Name them as in github:acme/shop#12, github:acme/shop --label NAME, linear:PAY-9 or linear:PAY --label NAME',
});

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
