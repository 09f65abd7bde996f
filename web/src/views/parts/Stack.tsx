// Parts of a whole as one bar, with or without a legend. Owns widths and words; `parts.css` gives each kind its colour.

import { createEffect, For, Show, type JSX } from "solid-js";

export interface Part {
  kind: string;
  /** In any unit; only its share counts. */
  size: number;
  /** What it is, with its number. */
  title: string;
}

/** The bar alone; its words are read out together. */
export function Stack(props: { parts: readonly Part[]; label?: string; class?: string }): JSX.Element {
  const all = () => props.parts.reduce((sum, one) => sum + one.size, 0);
  const told = () => props.label ?? props.parts.map((one) => one.title).join(", ");
  return (
    <span class={`meter ${props.class ?? ""}`} role="img" aria-label={told()} title={told()}>
      <For each={props.parts}>
        {(part) => (
          <Show when={0 < part.size}>
            <i data-kind={part.kind} title={part.title} ref={(element) => createEffect(() => element.style.setProperty("flex-grow", String(part.size / (all() || 1))))} />
          </Show>
        )}
      </For>
    </span>
  );
}

/** A square in the colour of a kind. */
export function Key(props: { kind: string }): JSX.Element {
  return <i class="meter-key" data-kind={props.kind} aria-hidden="true" />;
}
