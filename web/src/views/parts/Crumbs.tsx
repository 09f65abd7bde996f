// The way back from one thing to all of its kind, and what this one is called by machines.

import type { JSX } from "solid-js";
import { keepingRange } from "../router";

export function Crumbs(props: { page: string; title: string; at: string }): JSX.Element {
  return (
    <nav class="crumbs small" aria-label="Where this is">
      <a href={keepingRange(`/${props.page}`)}>{props.title}</a>
      <span class="soft mono">{props.at}</span>
    </nav>
  );
}
