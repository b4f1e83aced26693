import { err, ok, type Result } from './result.ts';

/** What has to come before what: tasks in plan order, and for each the ones that must have landed before it starts. */
export type Graph<Id> = { readonly ids: readonly Id[]; readonly before: (id: Id) => readonly Id[] };

/** An order in which everything comes after what it needs, ties by plan order; or the cycles that make it impossible. */
export function topologicalOrder<Id>(graph: Graph<Id>): Result<readonly Id[], readonly (readonly Id[])[]> {
  const behind = behindOf(graph);
  const missing = new Map(graph.ids.map((id) => [id, knownBefore(graph, id).length]));
  const order = graph.ids.filter((id) => missing.get(id) === 0);
  // The list grows while it is walked: it is the queue.
  for (const id of order) {
    for (const next of behind.get(id) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  return order.length === graph.ids.length ? ok(order) : err(cycles(graph));
}

/** For each knot of tasks that need each other the shortest cycle, `[a, b, c, a]`: a needs b needs c needs a. */
export function cycles<Id>(graph: Graph<Id>): readonly (readonly Id[])[] {
  return components(graph)
    .filter((ids) => ids.length > 1 || ids.some((id) => graph.before(id).includes(id)))
    .map((ids) => shortestCycle(graph, ids));
}

/** Tasks that wait for each other belong together (strongly connected components, by Tarjan, without recursion). */
export function components<Id>(graph: Graph<Id>): readonly (readonly Id[])[] {
  const low = new Map<Id, number>();
  const open = new Set<Id>();
  const stack: Id[] = [];
  const found: Id[][] = [];
  for (const root of graph.ids) {
    if (low.has(root)) continue;
    const path: { readonly id: Id; readonly index: number; readonly rest: Id[] }[] = [];
    const enter = (id: Id): void => {
      path.push({ id, index: low.size, rest: [...knownBefore(graph, id)] });
      low.set(id, low.size);
      stack.push(id);
      open.add(id);
    };
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const next = at.rest.pop();
      if (next !== undefined && !low.has(next)) enter(next);
      else if (next !== undefined && open.has(next)) lower(low, at.id, next);
      else if (next === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) lower(low, parent.id, at.id);
        if (low.get(at.id) === at.index) found.push(closeComponent({ stack, open, root: at.id }));
      }
    }
  }
  return found;
}

function lower<Id>(low: Map<Id, number>, id: Id, other: Id): void {
  low.set(id, Math.min(low.get(id) ?? 0, low.get(other) ?? 0));
}

function closeComponent<Id>(of: { readonly stack: Id[]; readonly open: Set<Id>; readonly root: Id }): Id[] {
  const component = of.stack.splice(of.stack.lastIndexOf(of.root));
  for (const id of component) of.open.delete(id);
  return component;
}

function shortestCycle<Id>(graph: Graph<Id>, ids: readonly Id[]): readonly Id[] {
  const inside = new Set(ids);
  let best: readonly Id[] | null = null;
  for (const start of graph.ids) {
    if (!inside.has(start)) continue;
    const cycle = cycleThrough(start, (id) => graph.before(id).filter((next) => inside.has(next)));
    if (cycle !== null && (best === null || cycle.length < best.length)) best = cycle;
    // Two ids are as short as a cycle gets, and in a large knot looking on would cost its square.
    if (best !== null && best.length <= 3) break;
  }
  return best ?? [];
}

function cycleThrough<Id>(start: Id, next: (id: Id) => readonly Id[]): readonly Id[] | null {
  const from = new Map<Id, Id | null>([[start, null]]);
  for (const id of from.keys()) {
    for (const other of next(id)) {
      if (other === start) return [...chainTo(from, id), start];
      if (!from.has(other)) from.set(other, id);
    }
  }
  return null;
}

/** The chain from `from` up to `to` along `before`, both included; null: there is none. */
export function chain<Id>(graph: Graph<Id>, to: Id, first: Id): readonly Id[] | null {
  const from = new Map<Id, Id | null>([[to, null]]);
  for (const id of from.keys()) {
    if (id === first) return [...chainTo(from, id)].reverse();
    for (const other of graph.before(id)) if (!from.has(other)) from.set(other, id);
  }
  return null;
}

function chainTo<Id>(from: ReadonlyMap<Id, Id | null>, id: Id): readonly Id[] {
  const path: Id[] = [];
  for (let at: Id | null = id; at !== null; at = from.get(at) ?? null) path.push(at);
  return path.reverse();
}

/**
 * Tasks that could start together: by how many come before them, then split so that none excludes another. Tasks of a
 * cycle are in no wave.
 */
export function waves<Id>(graph: Graph<Id>, excludes: (id: Id) => Iterable<Id>): readonly (readonly Id[])[] {
  const depth = depths(graph, () => 1);
  const levels: Id[][] = [];
  for (const id of graph.ids) {
    const level = depth.get(id);
    if (level === undefined) continue;
    const ids = levels[level.length - 1] ?? [];
    ids.push(id);
    levels[level.length - 1] = ids;
  }
  return levels.flatMap((ids) => withoutExclusions(ids, excludes));
}

/** Each goes into the first part that holds nobody whom it excludes. */
function withoutExclusions<Id>(ids: readonly Id[], excludes: (id: Id) => Iterable<Id>): readonly Id[][] {
  const partOf = new Map<Id, number>();
  const parts: Id[][] = [];
  for (const id of ids) {
    const taken = new Set<number | undefined>();
    for (const other of excludes(id)) taken.add(partOf.get(other));
    let part = 0;
    while (taken.has(part)) part++;
    partOf.set(id, part);
    const members = parts[part] ?? [];
    members.push(id);
    parts[part] = members;
  }
  return parts;
}

export type CriticalPath<Id> = { readonly minutes: number; readonly tasks: readonly Id[] };

/** The chain of tasks that takes longest; however many places there are, the run takes no less. */
export function criticalPath<Id>(graph: Graph<Id>, minutes: (id: Id) => number): CriticalPath<Id> {
  const lengths = depths(graph, minutes);
  let last: Id | null = null;
  for (const [id, { length }] of lengths) if (last === null || length > (lengths.get(last)?.length ?? 0)) last = id;
  const tasks: Id[] = [];
  for (let at = last; at !== null; at = lengths.get(at)?.after ?? null) tasks.push(at);
  return { minutes: last === null ? 0 : (lengths.get(last)?.length ?? 0), tasks: tasks.reverse() };
}

/** For each task the minutes from its start to the end of the longest chain behind it: who is largest goes first. */
export function remaining<Id>(graph: Graph<Id>, minutes: (id: Id) => number): ReadonlyMap<Id, number> {
  const behind = behindOf(graph);
  const lengths = depths({ ids: graph.ids, before: (id) => behind.get(id) ?? [] }, minutes);
  return new Map(graph.ids.map((id) => [id, lengths.get(id)?.length ?? minutes(id)]));
}

/** The longest way to the end of each task, and the task that it comes from. Tasks of a cycle have none. */
function depths<Id>(
  graph: Graph<Id>,
  weight: (id: Id) => number,
): ReadonlyMap<Id, { readonly length: number; readonly after: Id | null }> {
  const order = topologicalPart(graph);
  const lengths = new Map<Id, { readonly length: number; readonly after: Id | null }>();
  for (const id of order) {
    let longest = 0;
    let after: Id | null = null;
    for (const need of graph.before(id)) {
      const length = lengths.get(need)?.length ?? 0;
      if (length > longest) [longest, after] = [length, need];
    }
    lengths.set(id, { length: longest + weight(id), after });
  }
  return lengths;
}

/** As much of an order as cycles leave. */
function topologicalPart<Id>(graph: Graph<Id>): readonly Id[] {
  const order = topologicalOrder(graph);
  if (order.ok) return order.value;
  const knotted = new Set(
    components(graph)
      .filter(({ length }) => length > 1)
      .flat(),
  );
  const free = (id: Id): boolean => !knotted.has(id) && !graph.before(id).includes(id);
  const ids = graph.ids.filter(free);
  const rest = topologicalOrder({ ids, before: (id) => graph.before(id).filter(free) });
  return rest.ok ? rest.value : [];
}

function behindOf<Id>(graph: Graph<Id>): ReadonlyMap<Id, readonly Id[]> {
  const behind = new Map<Id, Id[]>(graph.ids.map((id) => [id, []]));
  for (const id of graph.ids) for (const need of knownBefore(graph, id)) behind.get(need)?.push(id);
  return behind;
}

const idsOf = new WeakMap<object, ReadonlySet<unknown>>();

/** Needs that name no task are another's concern: here they are not there. */
function knownBefore<Id>(graph: Graph<Id>, id: Id): readonly Id[] {
  let known = idsOf.get(graph.ids);
  if (known === undefined) {
    known = new Set(graph.ids);
    idsOf.set(graph.ids, known);
  }
  return [...new Set(graph.before(id))].filter((need) => known.has(need));
}

/** Minutes of a task without an estimate: the median of those that have one, else 1. */
export function defaultEstimate(tasks: readonly { readonly estimate_min: number | null }[]): number {
  const given = tasks
    .flatMap(({ estimate_min }) => (estimate_min === null ? [] : [estimate_min]))
    .sort((a, b) => a - b);
  const middle = Math.floor(given.length / 2);
  const high = given[middle];
  if (high === undefined) return 1;
  return given.length % 2 === 1 ? high : (high + (given[middle - 1] ?? high)) / 2;
}
