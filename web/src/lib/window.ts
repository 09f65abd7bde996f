// Which rows of a long list exist. Owns the arithmetic of windowing; refuses elements.

export interface Window {
  /** First row that exists, and the row after the last. */
  from: number;
  to: number;
  /** Where the first one lies, and how tall all of them are. */
  offset: number;
  height: number;
}

/** Lines of `perLine` items, `lineHeight` each; a few lines beyond the edges exist, so that scrolling shows no gap. */
export function windowOf(
  count: number,
  perLine: number,
  lineHeight: number,
  scrollTop: number,
  viewHeight: number,
  beyond = 3,
): Window {
  const lines = Math.ceil(count / Math.max(1, perLine));
  const first = Math.max(0, Math.min(lines, Math.floor(scrollTop / lineHeight)) - beyond);
  const last = Math.min(lines, Math.ceil((scrollTop + viewHeight) / lineHeight) + beyond);
  const from = Math.min(count, first * perLine);
  return { from, to: Math.min(count, Math.max(first, last) * perLine), offset: first * lineHeight, height: lines * lineHeight };
}
