import type { PlacedDiagnostic } from './diagnostic-text.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import { counted } from './duration.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import type { TextOptions } from './status-text.ts';

type Place = { readonly file: string; readonly line: number };

/** What came of another system's files. `format` is null where nobody knows whose they are. */
export type ImportSummary = {
  readonly format: string | null;
  readonly is: 'plan' | 'settings';
  /** Tasks of the plan, and tasks that are over already and not in it. */
  readonly tasks: number;
  readonly over: number;
  readonly missing: readonly { readonly at: Place; readonly task: string | null; readonly field: string }[];
  readonly left: readonly { readonly at: Place; readonly what: string; readonly why: string }[];
  readonly diagnostics: readonly PlacedDiagnostic[];
};

/** What a person reads beside the plan: what is wrong, what is missing, what could not be carried over, and the sum of it. */
export function importText(imported: ImportSummary & { readonly plan: string | null }, options: TextOptions): string {
  const { missing, left, diagnostics } = imported;
  const lines: readonly (readonly Span[])[] = [
    ...diagnostics.flatMap(diagnosticLines),
    ...missing.map(({ at, task, field }) => [
      span(`${at.file}:${at.line}: `, 'bold'),
      span(`${field} is not given${task === null ? '' : ` for ${task}`}`),
    ]),
    ...left.map(({ at, what, why }) => [
      span(`${at.file}:${at.line}: `, 'bold'),
      span(`not carried over: ${what}`),
      span(`  ${why}`, 'dim'),
    ]),
    [span(sum(imported), 'dim')],
  ];
  return lines.map((line) => `${paint(line, options)}\n`).join('');
}

function sum({
  plan,
  is,
  format,
  tasks,
  over,
  missing,
  left,
  diagnostics,
}: ImportSummary & { plan: string | null }): string {
  if (plan === null) return `No plan: ${counted(diagnostics.length, 'thing')} to put right`;
  const parts = [
    is === 'settings'
      ? `Settings (${format}) for a configuration file, and no tasks`
      : `${counted(tasks, 'task')} (${format})`,
    ...(over === 0 ? [] : [`${over} over already`]),
    ...(missing.length === 0 ? [] : [`${missing.length} not given`]),
    ...(left.length === 0 ? [] : [`${left.length} not carried over`]),
  ];
  return parts.join(', ');
}
