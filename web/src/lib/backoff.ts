// How long to wait before another try. Owns the doubling and its jitter; refuses a clock and a timer.

const FIRST_MS = 250;
const LAST_MS = 10_000;

/** Between half and all of the step, so that a hundred pages do not come back in one moment. */
export function backoffMs(failures: number, random: number): number {
  const step = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return step / 2 + (step / 2) * random;
}
