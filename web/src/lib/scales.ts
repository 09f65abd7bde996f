// From numbers to places. Owns linear and logarithmic scales and round ticks; refuses pixels of any screen.

export interface Scale {
  /** Where a value lies, in the range. */
  (value: number): number;
  invert(place: number): number;
}

export function linear([from, to]: [number, number], [start, end]: [number, number]): Scale {
  const span = to - from || 1;
  const scale = (value: number) => start + ((value - from) / span) * (end - start);
  return Object.assign(scale, { invert: (place: number) => from + ((place - start) / (end - start || 1)) * span });
}

/** Values must be above zero; those that are not lie at the start. */
export function logarithmic([from, to]: [number, number], range: [number, number]): Scale {
  const inner = linear([Math.log(from), Math.log(to)], range);
  const scale = (value: number) => inner(Math.log(Math.max(value, from)));
  return Object.assign(scale, { invert: (place: number) => Math.exp(inner.invert(place)) });
}

/** About so many round values from the first at or above `from` to the last at or below `to`. */
export function ticks(from: number, to: number, about: number): number[] {
  if (!(from < to) || about < 1) return [from];
  const step = roundStep((to - from) / about);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600];

/** As [`ticks`], in seconds since 1970, at times that a clock of this zone shows as round. */
export function timeTicks(from: number, to: number, about: number, zoneMinutes: number): number[] {
  const least = (to - from) / Math.max(1, about);
  const step = TIME_STEPS.find((one) => least <= one) ?? roundStep(least);
  const shift = zoneMinutes * 60;
  const first = Math.ceil((from - shift) / step);
  const last = Math.floor((to - shift) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step + shift);
}

/** 1, 2 or 5 times a power of ten, the nearest that is not smaller. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const rest = least / power;
  return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
}
