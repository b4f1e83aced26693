import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from '../../src/fake-agent/script.ts';
import { builtFakeAgent } from './build.ts';
import type { PlanDraft } from './plan.ts';
import type { Stage } from './stage.ts';

/** Steps of each task: one list for every attempt, or `attempts` with a list for each. */
export type Scripts = Readonly<Record<string, readonly Step[] | { readonly attempts: readonly (readonly Step[])[] }>>;

/** A plan whose tasks are carried out by scripted agents that speak the Agent Client Protocol. */
export async function fakePlan(stage: Stage, scripts: Scripts, draft: Partial<PlanDraft> = {}): Promise<PlanDraft> {
  const path = join(stage.repo.beside('plans'), 'scripts.json');
  await writeFile(path, JSON.stringify({ tasks: scripts }));
  const agent = { driver: 'acp', command: [process.execPath, await builtFakeAgent(), '--acp', path] };
  const { tasks, ...rest } = draft;
  return {
    agents: { default: 'fake', use: { fake: agent } },
    ...rest,
    tasks: Object.fromEntries(Object.keys(scripts).map((id) => [id, { ...tasks?.[id] }])),
  };
}
