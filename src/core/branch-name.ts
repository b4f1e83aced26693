import type { Plan } from './plan.ts';

/**
 * Branch of an attempt after the plan's template. Each attempt has one of its own, so that nothing it leaves behind can be
 * taken for another's.
 */
export function branchName(
  { branch, name }: Pick<Plan, 'branch' | 'name'>,
  key: { readonly run: string; readonly task: string; readonly attempt: number },
): string {
  const filled = branch
    .replaceAll('{run}', key.run)
    .replaceAll('{task}', key.task)
    .replaceAll('{plan}', () => name);
  return filled.includes('{attempt}')
    ? filled.replaceAll('{attempt}', String(key.attempt))
    : `${filled}-${key.attempt}`;
}
