import { isReadOnly } from './plan.ts';
import type { TaskRecord } from './record.ts';

/** What attempts at work take up: places, accounts and resources. A resting or asking attempt takes up none of them. */
export class Usage {
  writers = 0;
  readers = 0;
  readonly #accounts = new Map<string, number>();
  readonly #resources = new Map<string, number>();

  begin(attempt: TaskRecord): void {
    this.#add(attempt, 1);
  }

  end(attempt: TaskRecord): void {
    this.#add(attempt, -1);
  }

  clear(): void {
    this.writers = 0;
    this.readers = 0;
    this.#accounts.clear();
    this.#resources.clear();
  }

  ofAccount(account: string): number {
    return this.#accounts.get(account) ?? 0;
  }

  isTaken(resource: string): boolean {
    return (this.#resources.get(resource) ?? 0) > 0;
  }

  #add({ task, account }: TaskRecord, by: 1 | -1): void {
    if (isReadOnly(task)) this.readers += by;
    else this.writers += by;
    if (account !== null) count(this.#accounts, account, by);
    for (const resource of task.resources) count(this.#resources, resource, by);
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
