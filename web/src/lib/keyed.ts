// A list whose rows come again and again as new objects. Owns which key has which row, so that a table keeps
// its rows while their contents change; refuses to know what a row is.

export class Keyed<T> {
  private rows = new Map<string, T>();
  /** In the order in which they came. */
  keys: string[] = [];
  /** Where the next page begins; null at the end. */
  cursor: string | null = null;

  constructor(private readonly keyOf: (row: T) => string) {}

  get(key: string): T | undefined {
    return this.rows.get(key);
  }

  /** Everything anew. */
  replace(rows: readonly T[], cursor: string | null): void {
    this.rows = new Map();
    this.append(rows, cursor);
  }

  /** The next page; what came before stays where it is. */
  append(rows: readonly T[], cursor: string | null): void {
    for (const row of rows) this.rows.set(this.keyOf(row), row);
    this.keys = [...this.rows.keys()];
    this.cursor = cursor;
  }
}
