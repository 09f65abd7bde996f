// Parts of a whole as the background of one element. Owns shares and gaps; refuses to know what a colour means.

export interface Stripe {
  /** As CSS has it. */
  colour: string;
  /** In any unit; only its share counts. */
  size: number;
}

const GAP = "2px";

/** Half a percent: a bar that moves by a pixel is drawn for nobody, and what is there at all is seen. */
const STEP = 0.5;

/** A gradient of hard edges, with a gap after each part but the last. */
export function stripes(parts: readonly Stripe[]): string {
  const shown = parts.filter((part) => 0 < part.size);
  const all = shown.reduce((sum, part) => sum + part.size, 0);
  let [before, edge] = [0, 0];
  const stops = shown.map(({ colour, size }, index) => {
    const from = `${edge}%`;
    if (index === shown.length - 1) return `${colour} ${from} 100%`;
    before += size;
    edge = Math.max(edge + STEP, STEP * Math.round((100 * before) / all / STEP));
    return `${colour} ${from} calc(${edge}% - ${GAP}), transparent calc(${edge}% - ${GAP}) ${edge}%`;
  });
  return stops.length === 0 ? "none" : `linear-gradient(to right, ${stops.join(", ")})`;
}
