import type { Span, Style } from './paint.ts';
import { span } from './paint.ts';

/** One finding about a plan file. `line` and `col` count from 1; null where it concerns the file as a whole. */
export type PlacedDiagnostic = {
  readonly severity: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly file: string;
  readonly line: number | null;
  readonly col: number | null;
  readonly what: string;
  readonly why: string | null;
  readonly next: string | null;
};

/** `file:line:col: error: what`, with why and what next below it. */
export function diagnosticLines({
  file,
  line,
  col,
  severity,
  what,
  why,
  next,
  code,
}: PlacedDiagnostic): readonly Span[][] {
  const place = line === null ? file : `${file}:${line}:${col ?? 1}`;
  return [
    [span(`${place}: `, 'bold'), span(`${severity}: `, STYLES[severity]), span(what), span(` [${code}]`, 'dim')],
    ...(why === null ? [] : [[span(`    why:  ${why}`)]]),
    ...(next === null ? [] : [[span(`    next: ${next}`)]]),
  ];
}

const STYLES: Readonly<Record<PlacedDiagnostic['severity'], Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };
