import type { CheckReport } from '../core/check.ts';
import type { PlacedDiagnostic } from './diagnostic-text.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import { counted, minutes } from './duration.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import { listed } from './phrase.ts';
import type { TextOptions } from './status-text.ts';

/** A plan after checking; `report` is null where it could not be read at all. */
export type CheckView = {
  readonly file: string;
  readonly report: CheckReport | null;
  readonly diagnostics: readonly PlacedDiagnostic[];
};

/** Pairs that a person reads; the rest is counted, and `--json` has more of them. */
const PAIRS_MAX = 100;

/** Verdict, who may not run beside whom and why, waves, longest path, what is left to a person, what is wrong. */
export function checkText({ file, report, diagnostics }: CheckView, options: TextOptions): string {
  const lines: readonly (readonly Span[])[] = [
    ...(report === null ? [[span(`${file} cannot be read as a plan`, 'red')]] : reportLines(report)),
    ...diagnostics.flatMap(diagnosticLines),
    [span(verdictOf(diagnostics), 'dim')],
  ];
  return lines.map((line) => `${paint(line, options)}\n`).join('');
}

/** What is wrong with a plan, and what is worth knowing; nothing at all when there is nothing. */
export const findingsText = (diagnostics: readonly PlacedDiagnostic[], options: TextOptions): string =>
  diagnostics
    .flatMap(diagnosticLines)
    .map((line) => `${paint(line, options)}\n`)
    .join('');

function reportLines(report: CheckReport): readonly (readonly Span[])[] {
  return [
    [span(report.verdict, 'bold'), span(`: ${report.reason}`)],
    ...pairLines(report),
    ...report.waves.map((wave, index) => [span(`wave ${index + 1}: `, 'dim'), span(listed(wave, 12))]),
    ...pathLine(report),
    ...questionLines(report),
  ];
}

function pairLines({ pairs, pairCount }: CheckReport): readonly (readonly Span[])[] {
  const shown = pairs
    .slice(0, PAIRS_MAX)
    .map(({ a, b, relation, reason, witness }) => [
      span(relation === 'after' ? `${b} after ${a}` : `${a} and ${b}: ${PHRASES[relation]}`),
      span(`  ${reason}: ${witness}`, 'dim'),
    ]);
  const rest = pairCount - shown.length;
  const inJson = pairs.length === pairCount ? 'all of them' : `the first ${pairs.length} of them`;
  return rest > 0 ? [...shown, [span(`and ${counted(rest, 'pair')} more; ${inJson}: --json`, 'dim')]] : shown;
}

const PHRASES = { exclusive: 'never together', branch: 'together, merged when they land' } as const;

function pathLine({ criticalPath }: CheckReport): readonly (readonly Span[])[] {
  if (criticalPath.tasks.length === 0) return [];
  const chain = listed(criticalPath.tasks, 12).replaceAll(', ', ' → ');
  return [[span('longest path: ', 'dim'), span(`${chain}, about ${minutes(criticalPath.minutes)} (an estimate)`)]];
}

const questionLines = ({ questions }: CheckReport): readonly (readonly Span[])[] =>
  questions.map(({ question, answer, why }) => [span(`${question}: ${answer}`), span(`  ${why}`, 'dim')]);

function verdictOf(diagnostics: readonly PlacedDiagnostic[]): string {
  const count = (severity: PlacedDiagnostic['severity']) =>
    diagnostics.filter((each) => each.severity === severity).length;
  return `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('note'), 'note')}`;
}
