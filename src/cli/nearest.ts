/** Names that somebody who typed `word` may have meant, the nearest first: at most two letters away, or begun alike. */
export function nearest(word: string, names: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase().slice(0, LETTERS_MAX);
  const ranked = names.map((name) => ({ name, away: distance(wanted, name.toLowerCase().slice(0, LETTERS_MAX)) }));
  const isNear = ({ name, away }: { name: string; away: number }) =>
    away <= Math.min(2, Math.floor(wanted.length / 2)) || (wanted.length > 1 && name.toLowerCase().startsWith(wanted));
  return ranked
    .filter(isNear)
    .sort((a, b) => a.away - b.away)
    .map(({ name }) => name);
}

/** Longer names are compared by their beginnings, so that nobody waits for a suggestion. */
const LETTERS_MAX = 40;

/** Letters to add, drop or change to get from one word to the other; two neighbours in the wrong order count as one. */
function distance(from: string, to: string): number {
  let before: readonly number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (last[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swap = swapped ? (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, changed, swap));
    }
    before = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
