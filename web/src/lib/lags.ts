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
  private latest: { ms: number; count: number }[] = [];

  get isEmpty(): boolean {
    return this.latest.length === 0;
  }

  /** Changes of a server's moment, seen at another on the same clock. */
  add(happenedMs: number, seenMs: number, count = 1): void {
    const ms = Math.max(0, Math.round(seenMs - happenedMs));
    this.all.set(ms, (this.all.get(ms) ?? 0) + count);
    this.latest.push({ ms, count });
    if (2 * LATEST_MAX < this.latest.length) this.latest = this.latest.slice(-LATEST_MAX);
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
    const sorted = this.latest.slice(-LATEST_MAX).sort((a, b) => a.ms - b.ms);
    const total = sorted.reduce((sum, one) => sum + one.count, 0);
    let seen = 0;
    for (const { ms, count } of sorted) {
      seen += count;
      if (q * total <= seen) return ms;
    }
    return Number.NaN;
  }
}
