// The last so many points of a few numbers over time. Owns their memory, which is bounded; refuses to thin them.

export class Ring {
  private readonly times: Float64Array;
  private readonly columns: Float64Array[];
  private start = 0;
  length = 0;

  constructor(
    readonly capacity: number,
    columnCount: number,
  ) {
    this.times = new Float64Array(capacity);
    this.columns = Array.from({ length: columnCount }, () => new Float64Array(capacity));
  }

  /** Times rise; a point that is older than the last is left out. A missing value is NaN. */
  push(time: number, values: readonly (number | null)[]): void {
    if (0 < this.length && time < this.time(this.length - 1)) return;
    const at = (this.start + this.length) % this.capacity;
    this.times[at] = time;
    this.columns.forEach((column, index) => (column[at] = values[index] ?? Number.NaN));
    if (this.length < this.capacity) this.length += 1;
    else this.start = (this.start + 1) % this.capacity;
  }

  time(index: number): number {
    return this.times[(this.start + index) % this.capacity] ?? Number.NaN;
  }

  value(column: number, index: number): number {
    return this.columns[column]?.[(this.start + index) % this.capacity] ?? Number.NaN;
  }

  /** Times, then each column, oldest first. */
  toColumns(): number[][] {
    const indexes = Array.from({ length: this.length }, (_, index) => index);
    return [indexes.map((index) => this.time(index)), ...this.columns.map((_, column) => indexes.map((index) => this.value(column, index)))];
  }

  clear(): void {
    this.start = this.length = 0;
  }
}
