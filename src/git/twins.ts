import type { Oid } from '../core/ports/git.ts';
import type { Objects } from './objects.ts';

/** One spelling for all names that some file system takes for the same. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase();

type Step = { readonly tree: Oid; readonly path: string };

/** Paths below `tree` that differ from `path` in case or Unicode form alone: on some machines they are one file. */
export async function twinsOf(objects: Objects, tree: Oid, path: string): Promise<readonly string[]> {
  const parts = path.split('/');
  let steps: readonly Step[] = [{ tree, path: '' }];
  for (const part of parts) {
    const next = await Promise.all(steps.map((step) => namesakes(objects, step, part)));
    steps = next.flat();
  }
  return steps.map((step) => step.path).filter((each) => each !== path);
}

async function namesakes(objects: Objects, step: Step, part: string): Promise<readonly Step[]> {
  const wanted = folded(part);
  const entries = await objects.tree(step.tree);
  return entries
    .filter(({ name }) => folded(name) === wanted)
    .map(({ name, oid }) => ({ tree: oid, path: step.path === '' ? name : `${step.path}/${name}` }));
}
