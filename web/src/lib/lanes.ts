// Spans of time in lanes, so that none covers another. Owns the packing; refuses pixels.

export interface Span {
  from: number;
  to: number;
}

/** The lane of each span, in the order given by start: the first lane that is free. */
export function lanes<T extends Span>(spans: readonly T[]): { span: T; lane: number }[] {
  const ends: number[] = [];
  return [...spans]
    .sort((a, b) => a.from - b.from)
    .map((span) => {
      const free = ends.findIndex((end) => end <= span.from);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = span.to;
      return { span, lane };
    });
}

export const laneCount = (placed: readonly { lane: number }[]): number => placed.reduce((most, one) => Math.max(most, one.lane + 1), 0);
