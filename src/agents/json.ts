/** A property, by the way to it, of something that came from outside; undefined when it is no object or has none. */
export const fieldOf = (value: unknown, ...names: readonly string[]): unknown => {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
};

/** A text, or the empty one. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A number, or none. */
export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A property that is a list, or an empty one. */
export const listOf = (value: unknown, ...names: readonly string[]): readonly unknown[] => {
  const list = fieldOf(value, ...names);
  return Array.isArray(list) ? list : [];
};

/** The properties of an object by name; none of anything else. */
export const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
