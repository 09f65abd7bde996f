// Where nothing is yet: says so, and what to do next with the exact command, ready to copy.

import { createSignal, Show, type JSX } from "solid-js";

export function Empty(props: { title: string; children?: JSX.Element; command?: string }): JSX.Element {
  return (
    <div class="empty">
      <h3>{props.title}</h3>
      <Show when={props.children}>
        <p>{props.children}</p>
      </Show>
      <Show when={props.command}>{(command) => <Command text={command()} />}</Show>
    </div>
  );
}

export function Command(props: { text: string }): JSX.Element {
  const [isCopied, setCopied] = createSignal(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(props.text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div class="command">
      <pre tabindex="0">{props.text}</pre>
      <button class="button small" onClick={copy} aria-label={`Copy: ${props.text}`}>{isCopied() ? "Copied" : "Copy"}</button>
    </div>
  );
}
