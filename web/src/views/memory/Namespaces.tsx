// Namespaces with their entries; pressing one shows only its own.

import { Show, type Accessor, type JSX } from "solid-js";
import { ago, count, parseTime } from "../../lib/format";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Rows, type Column } from "../parts/Rows";
import { param, setParams } from "../router";
import { now } from "../session";
import type { List, Namespace } from "./store";

export function Namespaces(props: { namespaces: List<Namespace> }): JSX.Element {
  const list = () => props.namespaces.list();
  const of = (read: (one: Accessor<Namespace>) => JSX.Element) => (key: string) => <Show when={list().get(key)}>{(one) => read(one)}</Show>;
  const toggle = (name: string) => setParams({ namespace: param("namespace") === name ? null : name, open: null });
  const columns: Column<string>[] = [
    {
      key: "name", title: "Namespace", width: "minmax(6rem, 1fr)", by: (key) => key,
      cell: (key) => <button class="opener" aria-pressed={param("namespace") === key} title={`${key}, written ${ago(parseTime(list().get(key)?.updated_at), now())}`} onClick={() => toggle(key)}><bdi>{key}</bdi></button>,
    },
    { key: "entries", title: "Entries", width: "4.5rem", isNumber: true, by: (key) => list().get(key)?.entries ?? null, cell: of((one) => count(one().entries)) },
  ];
  return (
    <Panel title="Namespaces" note={<Show when={param("namespace") !== ""}><button class="link" onClick={() => setParams({ namespace: null })}>All</button></Show>}>
      <Show when={props.namespaces.error()}>{(error) => <Failure error={error()} />}</Show>
      <Show when={props.namespaces.isKnown()}>
        <Rows label="Namespaces" rows={list().keys} columns={columns} sort="name" parameter="nsort" empty={<p class="soft none">None yet.</p>} />
        <Show when={list().cursor !== null}>
          <p class="more"><button class="button small" onClick={() => props.namespaces.more()}>Show more</button></p>
        </Show>
      </Show>
    </Panel>
  );
}
