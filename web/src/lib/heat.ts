// A table of counts as shades. Owns the scale: from nothing through one to the most, by the logarithm, because one slow
// call among thousands must be seen; refuses colours.

/** 0 for nothing, else from a third to one: what happened once can be told from what did not. */
export function shade(count: number, most: number): number {
  if (!(0 < count)) return 0;
  return most <= 1 ? 1 : 0.33 + 0.67 * (Math.log(count) / Math.log(Math.max(most, 2)));
}

export function most(counts: readonly (readonly (number | null)[])[]): number {
  let best = 0;
  for (const row of counts) for (const one of row) best = Math.max(best, one ?? 0);
  return best;
}

/** Cumulative buckets (`le`) as counts of each bucket alone; the last one is what is above all bounds. */
export function apart(cumulative: readonly (readonly (number | null)[])[]): number[][] {
  return cumulative.map((row, index) => row.map((value, at) => Math.max(0, (value ?? 0) - (cumulative[index - 1]?.[at] ?? 0))));
}

/** Rows from the lowest to the highest that have anything in them. */
export function occupied(counts: readonly (readonly number[])[]): { from: number; to: number } {
  const has = counts.map((row) => row.some((one) => 0 < one));
  const from = has.indexOf(true);
  return from < 0 ? { from: 0, to: 0 } : { from, to: has.lastIndexOf(true) + 1 };
}
