/** Whether a version lies between two others, both included; by its numbers, so that `2.1.197-beta` counts as `2.1.197`. */
export function isWithin(version: string, { from, to }: { readonly from: string; readonly to: string }): boolean {
  return compare(version, from) >= 0 && compare(version, to) <= 0;
}

function compare(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbersOf = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
