import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readSettings } from '../plans/settings.ts';
import { loadPlan } from './plan-file.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function repository(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'branchline-plan-'));
  folders.push(root);
  await mkdir(join(root, 'shop/.git'), { recursive: true });
  await mkdir(join(root, 'shop/src/deep'), { recursive: true });
  return root;
}

test('in a sub-folder the plan at the root of the repository is meant', async () => {
  const root = await repository();
  await writeFile(join(root, 'shop/plan.yaml'), 'plan: shop\n');
  const loaded = await loadPlan({ cwd: join(root, 'shop/src/deep'), path: null, settings, installed: [] });
  expect(loaded).toMatchObject({ ok: true, value: { file: '../../plan.yaml' } });
});

test('a plan above the repository is not taken', async () => {
  const root = await repository();
  await writeFile(join(root, 'plan.yaml'), 'plan: other\n');
  const loaded = await loadPlan({ cwd: join(root, 'shop/src'), path: null, settings, installed: [] });
  expect(loaded).toMatchObject({ ok: false, error: { what: 'There is no plan here' } });
});

const settings = readSettings([]);
