// Namespaces with their entries; pressing one shows only its own.

import { Show, type JSX } from "solid-js";
import { count } from "../../lib/format";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { columnsOf } from "../parts/columns";
import { Rows } from "../parts/Rows";
import { param, setParams } from "../router";
import type { List, Namespace } from "./store";

export function Namespaces(props: { namespaces: List<Namespace> }): JSX.Element {
  const list = () => props.namespaces.list();
  const toggle = (name: string) => setParams({ namespace: param("namespace") === name ? null : name, open: null });
  const column = columnsOf((key: string) => list().get(key));
  const columns = [
    column("Namespace", "minmax(6rem, 1fr)", (_, key) => <button class="opener" dir="auto" aria-pressed={param("namespace") === key} title={key} onClick={() => toggle(key)}>{key}</button>, (one) => one.namespace),
    column("Entries", "4.5rem", (one) => <>{count(one().entries)}</>, (one) => one.entries, true),
  ];
  return (
    <Panel title="Namespaces" note={<Show when={param("namespace") !== ""}><button class="link" onClick={() => setParams({ namespace: null })}>All</button></Show>}>
      <Show when={props.namespaces.error()}>{(error) => <Failure error={error()} />}</Show>
      <Show when={props.namespaces.isKnown()}>
        <Rows label="Namespaces" rows={list().keys} columns={columns} sort="namespace" parameter="nsort" empty={<p class="soft none">None yet.</p>} />
        <Show when={list().cursor !== null}>
          <p class="more"><button class="button small" onClick={() => props.namespaces.more()}>Show more</button></p>
        </Show>
      </Show>
    </Panel>
  );
}
