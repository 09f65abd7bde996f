// How far the server's clock is from this one. Owns the estimate from pings; refuses to trust a slow one:
// the shortest round trips bound the error most (Cristian, "Probabilistic clock synchronization", 1989).

interface Reading {
  offsetMs: number;
  roundTripMs: number;
}

const READINGS_MAX = 16;

export class ClockOffset {
  private readings: Reading[] = [];

  /** `sentMs` and `receivedMs` on this clock, `serverMs` in between on the other. */
  add(sentMs: number, receivedMs: number, serverMs: number): void {
    const roundTripMs = receivedMs - sentMs;
    // A clock that was set back while the ping was away.
    if (roundTripMs < 0) return this.forget();
    this.readings.push({ offsetMs: serverMs - (sentMs + receivedMs) / 2, roundTripMs });
    if (READINGS_MAX < this.readings.length) this.readings.shift();
  }

  /** What to add to this clock to get the server's; 0 before the first answer. */
  get offsetMs(): number {
    return this.best()?.offsetMs ?? 0;
  }

  /** The offset is right to within this; null before the first answer. */
  get errorMs(): number | null {
    const best = this.best();
    return best ? best.roundTripMs / 2 : null;
  }

  forget(): void {
    this.readings = [];
  }

  private best(): Reading | undefined {
    return this.readings.reduce<Reading | undefined>((best, one) => (best && best.roundTripMs <= one.roundTripMs ? best : one), undefined);
  }
}
