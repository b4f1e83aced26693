import type { PlacedDiagnostic } from './diagnostic-text.ts';

/** Findings as workflow commands of GitHub Actions, one a line, so that they stand beside the plan in a pull request. */
export const annotations = (diagnostics: readonly PlacedDiagnostic[]): string =>
  diagnostics.map((each) => `${annotation(each)}\n`).join('');

function annotation({ severity, code, file, line, col, what, why, next }: PlacedDiagnostic): string {
  const place = line === null ? [] : [`line=${line}`, `col=${col ?? 1}`];
  const properties = [`file=${property(file)}`, ...place, `title=${property(code)}`].join(',');
  const message = [what, why, next].filter((part) => part !== null && part !== '').join('\n');
  return `::${COMMANDS[severity]} ${properties}::${data(message)}`;
}

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Unescaped, a line end in a plan could begin a workflow command of its own. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
