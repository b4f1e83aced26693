/** For each position of a plan those that must have landed before it, or, turned, those that wait for it; each once. */
export type Links = readonly (readonly number[])[];

/** Links between ids by their position. Ids that are not there are another's concern: here they do not count. */
export function linksOf<Id>(ids: readonly Id[], before: (id: Id) => readonly Id[]): Links {
  const positions = new Map(ids.map((id, position) => [id, position]));
  return ids.map((id) => {
    const linked = before(id).flatMap((each) => positions.get(each) ?? []);
    return linked.length < 2 ? linked : [...new Set(linked)];
  });
}

export function turned(links: Links): Links {
  const back: number[][] = links.map(() => []);
  for (const [position, linked] of links.entries()) for (const other of linked) back[other]?.push(position);
  return back;
}

/** Every position after all that come before it, ties by position; what stands on a cycle is left out. */
export function inOrder(before: Links): readonly number[] {
  const order = sorted(before);
  if (order.length === before.length) return order;
  const knotted = new Set(knots(before).flat());
  return sorted(before.map((linked, at) => (knotted.has(at) ? [at] : linked.filter((other) => !knotted.has(other)))));
}

function sorted(before: Links): readonly number[] {
  const behind = turned(before);
  const open = Int32Array.from(before, ({ length }) => length);
  const order = [...before.keys()].filter((position) => open[position] === 0);
  // The list grows while it is walked: it is the queue.
  for (const position of order) {
    for (const next of behind[position] ?? []) {
      const left = (open[next] ?? 0) - 1;
      open[next] = left;
      if (left === 0) order.push(next);
    }
  }
  return order;
}

type Weights = {
  readonly weight: (position: number) => number;
  /** Raises single positions. */
  readonly atLeast?: (position: number) => number;
};

/** The longest way to the end of each position along `before`, its own weight included; of a cycle, the weight alone. */
export function longest(before: Links, { weight, atLeast = () => 0 }: Weights): Float64Array {
  const lengths = Float64Array.from(before, (_, position) => weight(position));
  for (const position of inOrder(before)) {
    let most = 0;
    for (const other of before[position] ?? []) most = Math.max(most, lengths[other] ?? 0);
    lengths[position] = Math.max(weight(position) + most, atLeast(position));
  }
  return lengths;
}

/** The chain that takes longest, first position first; however many places there are, a run takes no less. */
export function longestChain(
  before: Links,
  weight: (position: number) => number,
): { readonly length: number; readonly chain: readonly number[] } {
  const behind = turned(before);
  const lengths = longest(behind, { weight });
  const heaviest = (among: Iterable<number>): number => {
    let best = -1;
    for (const each of among) if (best < 0 || (lengths[each] ?? 0) > (lengths[best] ?? 0)) best = each;
    return best;
  };
  const order = inOrder(behind);
  const free = new Set(order);
  const chain: number[] = [];
  let at = heaviest([...order].sort((a, b) => a - b));
  const length = lengths[at] ?? 0;
  for (; at >= 0; at = heaviest((behind[at] ?? []).filter((each) => free.has(each)))) chain.push(at);
  return { length, chain };
}

/** How many stand before each position in a row, at most. What stands on a cycle counts as 0. */
export function levels(before: Links): Int32Array {
  const depth = new Int32Array(before.length);
  for (const position of inOrder(before)) {
    for (const other of before[position] ?? []) {
      depth[position] = Math.max(depth[position] ?? 0, (depth[other] ?? 0) + 1);
    }
  }
  return depth;
}

/**
 * Which positions could run at the same time if all took equally long: split so that none excludes another. What stands
 * on a cycle is in no wave.
 */
export function waves(before: Links, excludes: (position: number) => Iterable<number>): readonly (readonly number[])[] {
  const depth = levels(before);
  const byLevel: number[][] = [];
  for (const position of [...inOrder(before)].sort((a, b) => a - b)) {
    const level = depth[position] ?? 0;
    const members = byLevel[level] ?? [];
    byLevel[level] = members;
    members.push(position);
  }
  return byLevel.flatMap((members) => withoutExclusions(members, excludes));
}

/** Each goes into the first part that holds nobody whom it excludes. */
function withoutExclusions(members: readonly number[], excludes: (position: number) => Iterable<number>): number[][] {
  const partOf = new Map<number, number>();
  const parts: number[][] = [];
  for (const member of members) {
    const taken = new Set<number | undefined>();
    if (members.length > 1) for (const other of excludes(member)) taken.add(partOf.get(other));
    let part = 0;
    while (taken.has(part)) part++;
    partOf.set(member, part);
    const own = parts[part] ?? [];
    parts[part] = own;
    own.push(member);
  }
  return parts;
}

/** The shortest chain from `first` to `last` along what comes before, both included; null: there is none. */
export function chain(before: Links, last: number, first: number): readonly number[] | null {
  const from = new Map<number, number | null>([[last, null]]);
  for (const at of from.keys()) {
    if (at === first) return back(from, at);
    for (const other of before[at] ?? []) if (!from.has(other)) from.set(other, at);
  }
  return null;
}

function back(from: ReadonlyMap<number, number | null>, end: number): number[] {
  const path: number[] = [];
  for (let at: number | null = end; at !== null; at = from.get(at) ?? null) path.push(at);
  return path;
}

/** For each knot of positions that need each other the shortest cycle, `[a, b, c, a]`: a needs b needs c needs a. */
export function cycles(before: Links): readonly (readonly number[])[] {
  return knots(before).map((members) => shortestCycle(before, members));
}

function shortestCycle(before: Links, members: readonly number[]): readonly number[] {
  const inside = new Set(members);
  let best: readonly number[] | null = null;
  for (const start of [...members].sort((a, b) => a - b)) {
    const cycle = cycleThrough(before, start, inside);
    if (cycle !== null && (best === null || cycle.length < best.length)) best = cycle;
    // Two are as short as a cycle gets, and in a large knot looking on would cost its square.
    if (best !== null && (best.length <= 3 || members.length > 1000)) break;
  }
  return best ?? [];
}

function cycleThrough(before: Links, start: number, inside: ReadonlySet<number>): readonly number[] | null {
  const from = new Map<number, number | null>([[start, null]]);
  for (const at of from.keys()) {
    for (const other of before[at] ?? []) {
      if (other === start) return [...back(from, at).reverse(), start];
      if (inside.has(other) && !from.has(other)) from.set(other, at);
    }
  }
  return null;
}

const knots = (before: Links): readonly (readonly number[])[] =>
  components(before).filter(([first = -1, second]) => second !== undefined || before[first]?.includes(first));

/**
 * Positions that wait for each other belong together (strongly connected components, by Tarjan, without recursion).
 * Each comes after all that its members wait for.
 */
export function components(before: Links): readonly (readonly number[])[] {
  const low = new Int32Array(before.length).fill(-1);
  const open = new Uint8Array(before.length);
  const stack: number[] = [];
  const found: number[][] = [];
  let entered = 0;
  for (const root of before.keys()) {
    if (low[root] !== -1) continue;
    const path: { readonly at: number; readonly index: number; next: number }[] = [];
    const enter = (at: number): void => {
      path.push({ at, index: entered, next: 0 });
      low[at] = entered++;
      stack.push(at);
      open[at] = 1;
    };
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = before[step.at]?.[step.next++];
      if (next !== undefined && low[next] === -1) enter(next);
      else if (next !== undefined && open[next] === 1) low[step.at] = Math.min(low[step.at] ?? 0, low[next] ?? 0);
      else if (next === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above !== undefined) low[above.at] = Math.min(low[above.at] ?? 0, low[step.at] ?? 0);
        if (low[step.at] === step.index) found.push(closed(stack, open, step.at));
      }
    }
  }
  return found;
}

function closed(stack: number[], open: Uint8Array, root: number): number[] {
  const members = stack.splice(stack.lastIndexOf(root));
  for (const member of members) open[member] = 0;
  return members;
}
