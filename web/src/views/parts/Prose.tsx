// Text with `code` in backticks, as the server's messages have it.

import { For, Show, type JSX } from "solid-js";

export function Prose(props: { text: string }): JSX.Element {
  // Text alone is put in the place of the text before: no node is made.
  return (
    <Show when={props.text.includes("`")} fallback={props.text}>
      <For each={props.text.split("`")}>{(part, index) => (index() % 2 === 1 ? <code>{part}</code> : part)}</For>
    </Show>
  );
}
