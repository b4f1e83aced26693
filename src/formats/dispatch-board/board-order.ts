/** A task of a board, as far as its order goes. */
export type Placed = {
  readonly id: string;
  readonly group: number;
  readonly needs: readonly string[];
  /** Whether it may be at work beside others of its group. */
  readonly isParallelSafe: boolean;
};

export type Wait = { readonly needs: readonly string[]; readonly why: readonly string[] };

/**
 * What each task waits for. A group begins when the one before it is complete, and a task that is not said to be safe beside
 * others works alone: whoever stands before it in its group goes first, whoever stands behind it waits for it.
 */
export function waitsOf(tasks: readonly Placed[]): ReadonlyMap<string, Wait> {
  const groups = [...new Set(tasks.map(({ group }) => group))].sort((a, b) => a - b);
  const waits = new Map<string, Wait>();
  let before: readonly string[] = [];
  for (const [index, group] of groups.entries()) {
    const own = inOrder(tasks.filter((task) => task.group === group));
    const { waits: within, last } = alone(own);
    for (const [id, wait] of within) {
      const why =
        before.length === 0 ? [] : [`group ${group} begins when group ${groups[index - 1] ?? ''} is complete`];
      // Whoever waits for one of its own group waits for the group before with it.
      const first = wait.needs.length === 0;
      waits.set(id, first ? { needs: before, why } : wait);
    }
    before = last;
  }
  return waits;
}

/** Those that need nothing of the others first, and of these the safe ones. A circle stays as it is: the plan tells of it. */
function inOrder(tasks: readonly Placed[]): readonly Placed[] {
  const own = new Set(tasks.map(({ id }) => id));
  const sorted: Placed[] = [];
  const done = new Set<string>();
  let open = [...tasks];
  while (open.length > 0) {
    const free = open.filter(({ needs }) => needs.every((need) => done.has(need) || !own.has(need)));
    if (free.length === 0) return [...sorted, ...open];
    const safe = free.filter(({ isParallelSafe }) => isParallelSafe);
    const next = safe.length > 0 ? safe : free.slice(0, 1);
    sorted.push(...next);
    for (const { id } of next) done.add(id);
    open = open.filter(({ id }) => !done.has(id));
  }
  return sorted;
}

/** `last`: those for which whoever comes after the group has to wait. */
function alone(tasks: readonly Placed[]): {
  readonly waits: ReadonlyMap<string, Wait>;
  readonly last: readonly string[];
} {
  const waits = new Map<string, Wait>();
  let barrier: readonly string[] = [];
  let since: string[] = [];
  for (const { id, isParallelSafe } of tasks) {
    const needs = isParallelSafe || since.length === 0 ? barrier : since;
    waits.set(id, {
      needs,
      why: needs.length === 0 ? [] : [isParallelSafe ? `${barrier[0] ?? ''} works alone` : ALONE],
    });
    if (isParallelSafe) since.push(id);
    else [barrier, since] = [[id], []];
  }
  return { waits, last: since.length > 0 ? since : barrier };
}

const ALONE = 'it is not said to be parallel_safe, so it works alone';
