// A list of components over rows that come anew with each answer. Owns that an element stays while its row's key does: what is
// open stays open and focus stays where it is.

import { createMemo, For, Show, type Accessor, type JSX } from "solid-js";
import { byKey, type ByKey } from "../lib/keyed-order";

export function Keyed<T>(props: { rows: readonly T[]; by: (row: T) => string; fallback?: JSX.Element; children: (row: Accessor<T>) => JSX.Element }): JSX.Element {
  const known = createMemo<ByKey<T>>((before) => byKey(props.rows, props.by, before), byKey<T>([], props.by));
  return (
    <For each={known().keys} fallback={props.fallback}>
      {(key) => <Show when={known().get(key)}>{(row) => props.children(row as Accessor<T>)}</Show>}
    </For>
  );
}
