// Entries as lines. Owns the columns.

import { createMemo, For, Show, type Accessor, type JSX } from "solid-js";
import { ago, dateTime, parseTime } from "../../lib/format";
import { AgentName } from "../parts/AgentName";
import { Rows, type Column } from "../parts/Rows";
import { param, setParams } from "../router";
import { now } from "../session";
import type { Hit, List } from "./store";

export function EntryList(props: { hits: List<Hit>; nameOf: (id: string) => string }): JSX.Element {
  const list = () => props.hits.list();
  const column = (key: string, title: string, width: string, read: (hit: Accessor<Hit>, name: string) => JSX.Element, isNumber = false): Column<string> => ({
    key, title, width, isNumber, cell: (name) => <Show when={list().get(name)}>{(hit) => read(hit, name)}</Show>,
  });
  const all = [
    column("key", "Key", "minmax(10rem, 1.4fr)", (hit, name) => <Key name={name} hit={hit()} />),
    column("value", "Value", "minmax(10rem, 3fr)", (hit) => <span class="soft" title={hit().snippet}><bdi>{hit().snippet}</bdi></span>),
    column("version", "Version", "4.5rem", (hit) => <>{hit().entry.version}</>, true),
    column("updated", "Written", "5.5rem", (hit) => <Ago at={hit().entry.updated_at} />, true),
    column("tags", "Tags", "minmax(5rem, 1fr)", (hit) => <Tags tags={hit().entry.tags} />),
    column("author", "Author", "minmax(7rem, 1fr)", (hit) => <Author id={hit().entry.author} nameOf={props.nameOf} />),
    column("expires", "Expires", "5.5rem", (hit) => <Ago at={hit().entry.expires_at} />, true),
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

export function Author(props: { id: string | undefined; nameOf: (id: string) => string }): JSX.Element {
  return <Show when={props.id} fallback={<span class="soft">an operator</span>}>{(id) => <AgentName id={id()} name={props.nameOf(id())} />}</Show>;
}

function Ago(props: { at: string | undefined }): JSX.Element {
  const at = () => parseTime(props.at);
  return <Show when={at()} fallback={<span class="soft">–</span>}>{(ms) => <time dateTime={props.at} title={dateTime(ms())}>{ago(ms(), now())}</time>}</Show>;
}
