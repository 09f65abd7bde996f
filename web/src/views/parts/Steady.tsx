// What changes with each frame, in a box whose size it does not change: the browser lays out that box alone. Owns the size;
// `parts.css` has the rest.

import { createEffect, createMemo, type JSX } from "solid-js";
import { widthOf } from "../../lib/steady";

/** A number among words: its box changes with the number of its digits. */
export function Steady(props: { text: string }): JSX.Element {
  const width = createMemo(() => widthOf(props.text));
  return <span class="steady" ref={(box) => createEffect(() => box.style.setProperty("width", width()))}>{props.text}</span>;
}

/** All of one line. */
export function SteadyLine(props: { text: string }): JSX.Element {
  return <span class="steady line">{props.text}</span>;
}
