// The number of firing alerts beside their page's name. Owns its colour and its words.

import { Show, type JSX } from "solid-js";
import { count } from "../../lib/format";
import { pulse } from "../alerting";

export function AlertCount(): JSX.Element {
  return (
    <Show when={0 < (pulse()?.causes ?? 0)}>
      {/* Words of its own: a colour and a number alone say neither what nor how bad. */}
      <span class="nav-count">{count(pulse()?.causes)}<span class="hidden"> fire, the worst is</span></span> <span class="nav-worst" data-severity={pulse()?.worst}>{pulse()?.worst}</span>
    </Show>
  );
}
