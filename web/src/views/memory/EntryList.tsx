// Entries as lines. Owns the columns.

import { createMemo, For, Show, type JSX } from "solid-js";
import type { Names } from "../names";
import { AgentName } from "../parts/AgentName";
import { columnsOf } from "../parts/columns";
import { Rows } from "../parts/Rows";
import { Ago } from "../parts/Time";
import { param, setParams } from "../router";
import type { Hit, List } from "./store";

export function EntryList(props: { hits: List<Hit>; names: Names }): JSX.Element {
  const list = () => props.hits.list();
  const column = columnsOf((name: string) => list().get(name));
  const all = [
    column("Key", "minmax(10rem, 1.4fr)", (hit, name) => <Key name={name} hit={hit()} />),
    column("Value", "minmax(10rem, 3fr)", (hit) => <span class="soft" dir="auto" title={hit().snippet}>{hit().snippet}</span>),
    column("Version", "4.5rem", (hit) => <>{hit().entry.version}</>, undefined, true),
    column("Written", "5.5rem", (hit) => <Ago at={hit().entry.updated_at} />, undefined, true),
    column("Tags", "minmax(5rem, 1fr)", (hit) => <Tags tags={hit().entry.tags} />),
    column("Author", "minmax(7rem, 1fr)", (hit) => <AgentName id={hit().entry.author} names={props.names} />),
    column("Expires", "5.5rem", (hit) => <Ago at={hit().entry.expires_at} />, undefined, true),
  ];
  // Beside an open entry there is room for what tells the others apart; the rest is in the entry.
  const columns = createMemo(() => (param("open") === "" ? all : all.slice(0, 4)));
  return (
    <>
      <Rows label="Entries" rows={list().keys} columns={columns()} sort="" parameter="order" />
      <Show when={list().cursor !== null}>
        <p class="more">
          <Show when={list().keys.length === 0}>
            <span class="soft">None among the newest that were looked through.</span>{" "}
          </Show>
          <button class="button" onClick={() => props.hits.more()}>{list().keys.length === 0 ? "Look further back" : "Show more entries"}</button>
        </p>
      </Show>
    </>
  );
}

function Key(props: { name: string; hit: Hit }): JSX.Element {
  const isOpen = () => param("open") === props.name;
  return (
    <button class="opener" aria-expanded={isOpen()} title={`${props.hit.entry.namespace} / ${props.hit.entry.key}`} onClick={() => setParams({ open: isOpen() ? null : props.name })}>
      <Show when={param("namespace") === ""}>
        <span class="soft"><bdi>{props.hit.entry.namespace}</bdi> / </span>
      </Show>
      <b><bdi>{props.hit.entry.key}</bdi></b>
    </button>
  );
}

export function Tags(props: { tags: readonly string[] }): JSX.Element {
  return (
    <For each={props.tags} fallback={<span class="soft">–</span>}>
      {(tag) => <><button class="tag" title={`Only entries tagged ${tag}`} onClick={() => setParams({ tag }, "push")}><bdi>{tag}</bdi></button>{" "}</>}
    </For>
  );
}
