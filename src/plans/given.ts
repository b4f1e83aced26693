type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that nobody gave, so that what lies below shows through. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
