import type { Instant } from '../core/time.ts';
import { duration, utc } from './duration.ts';
import { paint, span } from './paint.ts';
import { branchName } from './phrase.ts';
import type { TextOptions } from './status-text.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

export type RunRow = {
  readonly run: string;
  readonly plan: string;
  readonly target: string;
  readonly state: string;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  readonly landed: number;
  readonly tasks: number;
};

/** One line per run, the newest first. */
export function listText(runs: readonly RunRow[], options: TextOptions & { readonly now: Instant }): string {
  if (runs.length === 0) return '';
  const newestFirst = [...runs].sort((a, b) => b.createdAt - a.createdAt);
  const columns = [{ head: 'RUN', of: ({ run }: RunRow) => run }, ...COLUMNS].map(({ head, of }) => {
    const cells = newestFirst.map((row) => visible(of(row, options.now)));
    const width = Math.min(40, Math.max(head.length, ...cells.map(widthOf)));
    return { head: pad(head, width), cells: cells.map((cell) => pad(cell, width)) };
  });
  const heading = paint([span(columns.map(({ head }) => head).join('  '), 'dim')], options);
  const rows = newestFirst.map((_, index) =>
    paint([span(columns.map(({ cells }) => cells[index] ?? '').join('  '))], options),
  );
  return `${[heading, ...rows].join('\n')}\n`;
}

const COLUMNS: readonly { readonly head: string; readonly of: (row: RunRow, now: Instant) => string }[] = [
  { head: 'PLAN', of: ({ plan }) => plan },
  { head: 'STATE', of: ({ state }) => state },
  { head: 'LANDED', of: ({ landed, tasks }) => `${landed}/${tasks}` },
  { head: 'STARTED', of: ({ createdAt }) => utc(createdAt) },
  { head: 'TOOK', of: ({ createdAt, endedAt }, now) => duration((endedAt ?? now) - createdAt) },
  { head: 'TARGET', of: ({ target }) => branchName(target) },
];
