/** What a client sent, before anybody looked into it. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a JSON object; none for anything else. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The elements of a JSON array; none for anything else. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The text, or an empty one. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Every text inside a JSON value, in order, each on lines of its own. */
export function allText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(allText).join('\n');
  return Object.values(fields(value)).map(allText).join('\n');
}

/** The value with every text in it changed. */
export function mapText<T>(value: T, change: (text: string) => string): T;
export function mapText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapText(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapText(each, change)]));
}
