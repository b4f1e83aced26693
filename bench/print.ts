import { type Figure, isMet, short } from './measure.ts';

export type Table = {
  readonly machine: string;
  readonly date: string;
  readonly took_s: number;
  readonly figures: readonly (Figure & { readonly row: string })[];
};

/** The table as a person reads it, which is also how it stands in the documentation. */
export function markdown({ machine, date, took_s, figures }: Table): string {
  const heads = ['what', 'measured', 'baseline', 'ratio', 'goal', 'met'];
  const rows = figures.map((figure) => [
    figure.what,
    figure.measured,
    figure.baseline ?? '–',
    figure.baseline === null ? '–' : `${short(figure.value)} ×`,
    figure.goal,
    isMet(figure) ? 'yes' : '**no**',
  ]);
  const widths = heads.map((head, at) =>
    Math.max(...[head, ...rows.map((row) => row[at] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const notes = figures.filter(({ note }) => note !== '').map(({ what, note }) => `- ${what}: ${note}`);
  return [
    `${machine}; ${date}; ${took_s} s.`,
    '',
    line(heads),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}
