// Colours of the theme as a canvas needs them. Owns reading them from the styles; refuses to name any.

import { untrack } from "solid-js";
import { paint } from "../views/shell/theme";

let probe: HTMLElement | null = null;
/** Asking for a style makes the browser compute all of them; colours change with the theme only. */
const known = new Map<string, string>();
let painted = -1;

/** A custom property as a colour that a canvas takes, in the theme of now. */
export function colour(name: string): string {
  const version = untrack(paint);
  if (painted !== version) known.clear();
  painted = version;
  const found = known.get(name) ?? ask(name);
  known.set(name, found);
  return found;
}

function ask(name: string): string {
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.setProperty("color", `var(--${name})`);
  return getComputedStyle(probe).color;
}

export const SERIES_COLOURS = 8;
export const seriesColour = (index: number): string => `series-${index % SERIES_COLOURS}`;

const parts = (rgb: string): number[] => (rgb.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);

/** The same colour, seen through. */
export const faded = (rgb: string, alpha: number): string => `rgba(${parts(rgb).join(", ")}, ${alpha})`;

/** What `faded` looks like on a ground, as a colour that covers: what was there need not be wiped off first. */
export function mixed(rgb: string, ground: string, share: number): string {
  const under = parts(ground);
  return `rgb(${parts(rgb).map((one, index) => Math.round(share * one + (1 - share) * (under[index] ?? 0))).join(", ")})`;
}
