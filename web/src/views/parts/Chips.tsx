// A filter with few choices, in the address. Owns the toggle: pressing the pressed one takes the filter away.

import { For, Show, type JSX } from "solid-js";
import { count, words } from "../../lib/format";
import { param, setParams } from "../router";

export function Chips(props: { name: string; label: string; choices: readonly string[]; counts?: Record<string, number> }): JSX.Element {
  return (
    <div class="filters" role="group" aria-label={props.label}>
      <For each={props.choices}>
        {(choice) => (
          <button class="chip" aria-pressed={param(props.name) === choice} onClick={() => setParams({ [props.name]: param(props.name) === choice ? null : choice })}>
            {words(choice)} <Show when={props.counts}>{(counts) => <span class="soft">{count(counts()[choice] ?? 0)}</span>}</Show>
          </button>
        )}
      </For>
    </div>
  );
}
