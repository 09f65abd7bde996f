// Stretches of time that stand out on a chart. Owns what one is, and which are at a moment; refuses to draw.

export interface Band {
  /** Seconds since 1970. */
  from: number;
  to: number;
  /** A colour of the theme. */
  colour: string;
  /** What it is, in a sentence. */
  label?: string;
  /** Where to look. */
  href?: string;
  /** It goes on; `to` is only as far as it is drawn. */
  isOpen?: boolean;
}

export interface NamedBand extends Band {
  label: string;
}

/** Those that have words and are in sight, the newest first. */
export function named(bands: readonly Band[], span?: readonly [number, number]): NamedBand[] {
  const isSeen = (band: Band) => span === undefined || (band.from <= span[1] && span[0] <= band.to);
  return bands.filter((band): band is NamedBand => band.label !== undefined && isSeen(band)).sort((a, b) => b.from - a.from);
}

/** The words at a moment. A band is at least a few moments wide, so that a spike can be pointed at. */
export function wordsAt(bands: readonly NamedBand[], at: number, room: number): string[] {
  return bands.filter((band) => band.from - room <= at && at <= band.to + room).map((band) => band.label);
}

/** Without words, those that overlap as one: many on each other would hide the lines. */
export function merged(bands: readonly Band[]): Band[] {
  const found: Band[] = [];
  for (const band of unnamed(bands).sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && band.from <= last.to) last.to = Math.max(last.to, band.to);
    else found.push(band);
  }
  return found;
}

/** For a chart beside one that has the words. */
export const unnamed = (bands: readonly Band[]): Band[] => bands.map(({ from, to, colour }) => ({ from, to, colour }));
