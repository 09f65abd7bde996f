// A state as a word with its colour. Owns nothing but that: `parts.css` maps words to colours.

import type { JSX } from "solid-js";
import { words } from "../../lib/format";

export function Badge(props: { is: string; title?: string }): JSX.Element {
  return (
    <span class="badge" data-is={props.is} title={props.title}>
      {words(props.is)}
    </span>
  );
}
