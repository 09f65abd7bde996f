// Agents as dots: which shade each has, and which have another one than what was drawn. Owns shades as numbers, three to
// a health in the order of `HEALTHS`; refuses colours and canvases.

import { HEALTHS, type Agents } from "./state/fleet";

/** So long a change is news. */
const FRESH_MS = 1_000;
const SHADES_EACH = 3;
/** No shade: the dot is not drawn yet. */
const BLANK = 255;

export class Dots {
  private order: readonly number[] = [];
  private across = 0;
  private drawn = new Uint8Array(0);

  /** Whether what is drawn is of other agents, or lies elsewhere. */
  isOther(order: readonly number[], across: number): boolean {
    return this.order !== order || this.across !== across;
  }

  /** On an empty ground. */
  begin(order: readonly number[], across: number): void {
    this.order = order;
    this.across = across;
    this.drawn = new Uint8Array(order.length).fill(BLANK);
  }

  /** Calls `draw` for each dot whose shade is not what was drawn last. */
  each(agents: Agents, atMs: number, draw: (index: number, shade: number) => void): void {
    const { order, drawn } = this;
    for (let index = 0; index < order.length; index += 1) {
      const shade = shadeOf(agents, order[index] ?? 0, atMs);
      if (drawn[index] === shade) continue;
      drawn[index] = shade;
      draw(index, shade);
    }
  }
}

function shadeOf(agents: Agents, ref: number, atMs: number): number {
  const health = agents.health[ref] ?? "healthy";
  // Read for each of thousands of agents with each picture, and nearly all are well.
  const first = health === "healthy" ? 0 : HEALTHS.indexOf(health) * SHADES_EACH;
  const isBright = health !== "healthy" || atMs - (agents.changedAt[ref] ?? 0) < FRESH_MS;
  const level = isBright ? 2 : 0 < (agents.running[ref] ?? 0) ? 1 : 0;
  return first + level;
}
