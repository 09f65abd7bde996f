// Text with `code` in backticks, as the server's messages have it.

import { For, type JSX } from "solid-js";

export function Prose(props: { text: string }): JSX.Element {
  return <For each={props.text.split("`")}>{(part, index) => (index() % 2 === 1 ? <code>{part}</code> : part)}</For>;
}
