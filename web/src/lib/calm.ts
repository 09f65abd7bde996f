// How often a list may move. Owns the rule: a few new lines show at once, a flood of them at a pace that eyes can follow,
// because making lines that are gone with the next picture is all that it would cost; refuses lists.

export class Calm {
  private shownMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly few: number,
    private readonly everyMs: number,
  ) {}

  /** Whether so many new lines are shown now; who is told no asks again. */
  mayShow(newLines: number, nowMs: number): boolean {
    if (this.few < newLines && nowMs - this.shownMs < this.everyMs) return false;
    this.shownMs = nowMs;
    return true;
  }
}
