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
