/** One line of the table: a figure of ours, what it is held against, and whether the goal is met. */
export type Figure = {
  readonly what: string;
  /** As measured, with its unit. */
  readonly measured: string;
  /** The same for the baseline of the same run; null: the goal is absolute. */
  readonly baseline: string | null;
  /** What the goal is about: a ratio, or a figure in the unit of the goal. */
  readonly value: number;
  readonly goal: string;
  readonly limit: number;
  /** What was run, where the figure alone would not say. */
  readonly note: string;
};

export const isMet = ({ value, limit }: Figure): boolean => value <= limit;

type Compared = {
  readonly what: string;
  readonly ours: number;
  readonly baseline: number;
  readonly limit: number;
  readonly unit?: string;
  readonly note?: string;
};

/** A figure whose goal is a share of its baseline. */
export function ratio({ what, ours, baseline, limit, unit = 'ms', note = '' }: Compared): Figure {
  const value = ours / baseline;
  const goal = `≤ ${limit} ×`;
  return { what, measured: `${short(ours)} ${unit}`, baseline: `${short(baseline)} ${unit}`, value, goal, limit, note };
}

type Bounded = {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly note?: string;
};

/** A figure whose goal is a number of its own. */
export function bound({ what, value, limit, unit, note = '' }: Bounded): Figure {
  const spaced = unit === '' ? '' : ` ${unit}`;
  return {
    what,
    measured: `${short(value)}${spaced}`,
    baseline: null,
    value,
    goal: `≤ ${limit}${spaced}`,
    limit,
    note,
  };
}

export const short = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : value >= 0.1 ? value.toPrecision(3) : value.toPrecision(2);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? high)) / 2;
}

/** Milliseconds that `act` takes. */
export async function timed(act: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

/** Each side returns its own milliseconds, so that what it has to prepare does not count. */
export type Sides = {
  readonly ours: (round: number) => Promise<number>;
  readonly baseline: (round: number) => Promise<number>;
};

/** Medians of both sides, taken turn by turn, so that whatever else the machine does weighs on both alike. */
export async function interleaved(
  rounds: number,
  { ours, baseline }: Sides,
): Promise<{ readonly ours: number; readonly baseline: number }> {
  const seen = { ours: [] as number[], baseline: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) seen.ours.push(await ours(round));
    seen.baseline.push(await baseline(round));
    if (round % 2 === 1) seen.ours.push(await ours(round));
  }
  return { ours: median(seen.ours), baseline: median(seen.baseline) };
}
