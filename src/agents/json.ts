/** A property of something that came from outside; undefined when it is no object or has none. */
export const fieldOf = (value: unknown, ...names: readonly string[]): unknown => {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !(name in found)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
};

/** A text, or the empty one. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A property that is a list, or none. */
export const listOf = (value: unknown, ...names: readonly string[]): readonly unknown[] => {
  const list = fieldOf(value, ...names);
  return Array.isArray(list) ? list : [];
};

/** The properties of an object by name; none of anything else. */
export const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

/** The first of several names under which a number stands; null: under none of them. */
export const numberOf = (value: unknown, names: readonly string[]): number | null => {
  const found = names
    .map((name) => fieldOf(value, name))
    .find((one) => typeof one === 'number' && Number.isFinite(one));
  return typeof found === 'number' ? found : null;
};
