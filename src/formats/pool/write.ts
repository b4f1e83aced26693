import { stringify } from 'yaml';
import type { Slot } from './slots.ts';
import type { Status } from './statuses.ts';

/** What the progress file says of a task. null: nothing. */
export type ProgressEntry = {
  readonly task: string;
  readonly status: Status;
  readonly branch: string | null;
  readonly iterations: number | null;
  readonly lastError: string | null;
};

/** `auto-progress.yaml`. */
export function progressFile(entries: readonly ProgressEntry[]): string {
  const tasks = new Map(
    entries.map(({ task, status, branch, iterations, lastError }) => [
      task,
      { status, ...said('branch', branch), ...said('iterations', iterations), ...said('last_error', lastError) },
    ]),
  );
  // Plain text for these is read in different ways by readers of YAML 1.1 and 1.2, such as yq.
  return stringify({ tasks }, { lineWidth: 0, version: '1.2', compat: 'yaml-1.1' });
}

const said = (key: string, value: string | number | null): object => (value === null ? {} : { [key]: value });

/** `pool-state.json`. */
export function poolState(slots: readonly Slot[], { createdAt }: { readonly createdAt: string }): string {
  const worktrees = slots.map(({ id, status, task, path, branch, acquiredAt }) => ({
    ...{ id, status, task_id: task, path, branch, acquired_at: acquiredAt },
  }));
  const state = { version: '1.0', pool_size: slots.length, created_at: createdAt, worktrees };
  return `${JSON.stringify(state, null, 2)}\n`;
}
