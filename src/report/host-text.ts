import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import type { TextOptions } from './status-text.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

export type GarbageRow = {
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  readonly bytes: number | null;
};
export type FindingRow = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly next: string | null;
};
export type SettingRow = {
  readonly key: string;
  readonly value: string;
  readonly from: string;
  readonly sources: readonly { readonly from: string; readonly value: string }[];
};

/** What `gc` would remove, each with the reason, and the sum of what is known of their sizes. */
export function gcText(garbage: readonly GarbageRow[], options: TextOptions): string {
  const lines = garbage.map(({ kind, name, why, bytes }): Span[] => [
    span(`${pad(kind, 9)} ${pad(bytes === null ? '' : size(bytes), 9)} ${name}`),
    span(`  ${why}`, 'dim'),
  ]);
  const known = garbage.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return text(garbage.length === 0 ? lines : [...lines, [span(`${size(known)} in ${garbage.length}`)]], options);
}

export function doctorText(findings: readonly FindingRow[], options: TextOptions): string {
  const columns = Math.max(0, ...findings.map(({ name }) => widthOf(visible(name))));
  const lines = findings.flatMap(({ name, ok, detail, next }): Span[][] => [
    [span(ok ? 'ok   ' : 'lacks', ok ? 'green' : 'red'), span(` ${pad(visible(name), columns)}  ${detail}`)],
    ...(ok || next === null ? [] : [[span(`      ${' '.repeat(columns)}  next: ${next}`)]]),
  ]);
  return text(lines, options);
}

/** One line per setting; with `sources` also every place that named it, the winner first. */
export function settingsText(
  settings: readonly SettingRow[],
  options: TextOptions & { readonly sources: boolean },
): string {
  const lines = settings.flatMap(({ key, value, from, sources }): Span[][] => [
    [span(key, 'bold'), span(value === '' ? ' is not set' : ` = ${value}`), span(`  (${from})`, 'dim')],
    ...(options.sources ? sources.map((each) => [span(`    ${each.from}: ${each.value}`, 'dim')]) : []),
  ]);
  return text(lines, options);
}

/** Powers of 1024: `512 B`, `3.4 MiB`. */
function size(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? 'B';
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${unit}`;
}

const text = (lines: readonly Span[][], options: TextOptions): string =>
  lines.map((line) => `${paint(line, options)}\n`).join('');
