// A list that comes again and again as new objects, for components that keep a row's element. Owns equal keys staying the same
// list; refuses to know what a row is.

export interface ByKey<T> {
  keys: readonly string[];
  get(key: string): T | undefined;
}

/** With the keys of `before` where they are the same in the same order. */
export function byKey<T>(rows: readonly T[], keyOf: (row: T) => string, before?: ByKey<T>): ByKey<T> {
  const map = new Map(rows.map((row) => [keyOf(row), row]));
  const keys = [...map.keys()];
  const isSame = before !== undefined && before.keys.length === keys.length && keys.every((key, at) => key === before.keys[at]);
  return { keys: isSame ? before.keys : keys, get: (key) => map.get(key) };
}

/** An address of this dashboard; null for any other, such as one that begins with two slashes. */
export const ownAddress = (link: string): string | null => (/^\/(?![/\\])/.test(link) ? link : null);
