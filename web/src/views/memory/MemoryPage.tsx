// What agents share: search, namespaces, entries, and one of them in full. Owns the order of the parts.

import { Show, type JSX } from "solid-js";
import { plural } from "../../lib/format";
import { useNames } from "../names";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { param, setParams } from "../router";
import { EntryDetail } from "./EntryDetail";
import { EntryList } from "./EntryList";
import { MemorySearch } from "./MemorySearch";
import { Namespaces } from "./Namespaces";
import { useHits, useNamespaces, type Hit, type List } from "./store";

const SET = "paceline memory set decisions database 'SQLite, because there is nothing to run'";

export default function MemoryPage(): JSX.Element {
  const hits = useHits();
  const namespaces = useNamespaces();
  const names = useNames();
  const isSearch = () => ["q", "namespace", "tag"].some((name) => param(name) !== "");
  const isEmpty = () => hits.isKnown() && hits.list().keys.length === 0 && hits.list().cursor === null;
  return (
    <>
      <div class="page-head">
        <h1>Memory</h1>
      </div>
      <div class="with-side">
        <Namespaces namespaces={namespaces} />
        <Panel title={param("namespace") === "" ? "Entries" : `Entries of ${param("namespace")}`} note={<span aria-live="polite">{note(hits)}</span>}>
          <MemorySearch hits={hits.list()} />
          <Show when={hits.error()}>{(error) => <Failure error={error()} retry={hits.again} />}</Show>
          <div class="split" classList={{ open: param("open") !== "" }}>
            <div class="split-list">
              <Show when={hits.isKnown()} fallback={<Show when={!hits.error()}><p class="loading">Reading memory…</p></Show>}>
                <Show when={!isEmpty()} fallback={<Nothing isSearch={isSearch()} />}>
                  <EntryList hits={hits} names={names} />
                </Show>
              </Show>
            </div>
            <Show when={param("open")} keyed>
              {(name) => <EntryDetail name={name} hits={hits.list()} names={names} />}
            </Show>
          </div>
        </Panel>
      </div>
    </>
  );
}

function note(hits: List<Hit>): string {
  const { keys, cursor } = hits.list();
  const first = hits.list().get(keys[0] ?? "");
  if (!hits.isKnown() || !first) return "";
  // Of very many matches the server ranks none.
  const order = first.score === 0 ? "the newest first" : "the best first";
  return `${cursor === null ? "" : "the first "}${plural(keys.length, "entry", "entries")}, ${order}`;
}

function Nothing(props: { isSearch: boolean }): JSX.Element {
  return (
    <Show when={props.isSearch} fallback={<Empty title="Memory is empty" command={SET}>Agents keep here what others should know: a value under a namespace and a key.</Empty>}>
      <Empty title="No entry is like that">
        <button class="link" onClick={() => setParams({ q: null, namespace: null, tag: null })}>Show all entries</button>
      </Empty>
    </Show>
  );
}
