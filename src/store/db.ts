/**
 * The database port. SQL here is text that SQLite and PostgreSQL both run: `$n` placeholders, `on conflict`, `returning`,
 * `for update` (SQLite has one writer anyway and never sees the words).
 */
export type Param = string | number | null;
export type Row = Readonly<Record<string, unknown>>;
export type Query = (sql: string, params?: readonly Param[]) => Promise<readonly Row[]>;

export interface Database {
  /** One statement outside a transaction. For reading: whatever writes belongs into `tx`. */
  readonly q: Query;
  /**
   * Runs `work` in one write transaction; a throw rolls it back and comes out. Resolves once the commit is durable.
   * `work` awaits nothing but its own queries, for every other writer waits while it runs.
   */
  tx<T>(work: (q: Query) => Promise<T>): Promise<T>;
  /** Changes whenever anyone, this process included, committed a change. Cheap enough to poll. */
  version(): Promise<number>;
  close(): Promise<void>;
}

/** A statement as SQLite takes it, and which of the given parameters goes to each of its places. */
export type Translated = { readonly text: string; readonly order: readonly number[]; readonly returnsRows: boolean };

/** Turns `$n` into `?` in the order of appearance, because better-sqlite3 binds arrays by position only. */
export function translate(sql: string): Translated {
  const order: number[] = [];
  const text = sql.replace(/ for update\b/gi, '').replace(/\$(\d+)/g, (_, number: string) => {
    order.push(Number(number) - 1);
    return '?';
  });
  return { text, order, returnsRows: /^\s*(select|with|pragma)\b|\breturning\b/i.test(sql) };
}

/** A column that holds text; anything else means the file is not what we wrote. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`The state file holds ${typeof value} in ${column}, not text.`);
  return value;
}

export const textOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : text(row, column);

/** A column that holds a number (PostgreSQL's driver gives wide integers as text). */
export function number(row: Row, column: string): number {
  const value = Number(row[column]);
  if (row[column] === null || !Number.isFinite(value)) throw new Error(`The state file holds no number in ${column}.`);
  return value;
}

export const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : number(row, column);
