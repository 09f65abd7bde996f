// How long changes took to the picture. Owns the latest, for the corner of the page, and a count of all by the millisecond,
// for measurements from outside; refuses to know what changed.

/** When changes happened: so many each so many milliseconds after those before them. */
export interface Moments {
  from_ms: number;
  after_ms: readonly number[];
  counts: readonly number[];
}

/** Lines of the latest changes, each some changes of one millisecond. */
const LATEST_MAX = 2_048;

export class Lags {
  /** Changes by their lag in whole milliseconds. */
  readonly all = new Map<number, number>();
  /** The latest, a line each; the oldest is written over. */
  private readonly ms = new Float64Array(LATEST_MAX);
  private readonly counts = new Float64Array(LATEST_MAX);
  private lines = 0;

  get isEmpty(): boolean {
    return this.lines === 0;
  }

  /** Changes of a server's moment, seen at another on the same clock. */
  add(happenedMs: number, seenMs: number, count = 1): void {
    const ms = Math.max(0, Math.round(seenMs - happenedMs));
    this.all.set(ms, (this.all.get(ms) ?? 0) + count);
    const line = this.lines % LATEST_MAX;
    this.ms[line] = ms;
    this.counts[line] = count;
    this.lines += 1;
  }

  addAll(moments: Moments, seenMs: number): void {
    let at = moments.from_ms;
    moments.counts.forEach((count, line) => {
      at += moments.after_ms[line] ?? 0;
      this.add(at, seenMs, count);
    });
  }

  /** Of the latest changes; the least lag that so many of them did not exceed. */
  quantile(q: number): number {
    const counts = this.latest();
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    let seen = 0;
    for (const ms of [...counts.keys()].sort((a, b) => a - b)) {
      seen += counts.get(ms) ?? 0;
      if (q * total <= seen) return ms;
    }
    return Number.NaN;
  }

  /** Thousands of lines have some hundred lags. */
  private latest(): Map<number, number> {
    const counts = new Map<number, number>();
    for (let line = 0; line < Math.min(this.lines, LATEST_MAX); line += 1) {
      const ms = this.ms[line] ?? 0;
      counts.set(ms, (counts.get(ms) ?? 0) + (this.counts[line] ?? 0));
    }
    return counts;
  }
}
