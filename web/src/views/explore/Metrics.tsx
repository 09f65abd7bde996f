// All metrics that there are, to start from. Owns the list and its filter.

import { createMemo, createSignal, Show, type JSX } from "solid-js";
import { families, type Family } from "../../lib/explore";
import { count } from "../../lib/format";
import { starter } from "../../lib/promql";
import { Empty } from "../parts/Empty";
import { Rows, type Column } from "../parts/Rows";
import type { Vocabulary } from "./vocabulary";

export function Metrics(props: { vocabulary: Vocabulary; onChoose: (query: string) => void }): JSX.Element {
  const [text, setText] = createSignal("");
  const all = createMemo(() => families(props.vocabulary.metrics() ?? [], props.vocabulary.metadata()));
  const found = createMemo(() => {
    const words = text().toLowerCase().split(/\s+/).filter(Boolean);
    return words.length === 0 ? all() : all().filter((one) => words.every((word) => `${one.name} ${one.help} ${one.unit} ${one.type}`.toLowerCase().includes(word)));
  });
  const columns: readonly Column<Family>[] = [
    { key: "name", title: "Metric", width: "minmax(16rem, 1.4fr)", by: (row) => row.name, cell: (row) => <button class="link mono" title={row.name} onClick={() => props.onChoose(starter(row.name, row.type))}>{row.name}</button> },
    { key: "kind", title: "Kind", width: "6rem", by: (row) => row.type, cell: (row) => row.type },
    { key: "unit", title: "Unit", width: "6rem", by: (row) => row.unit, cell: (row) => row.unit || "–" },
    { key: "help", title: "What it is", width: "minmax(14rem, 2fr)", cell: (row) => <span title={row.help}>{row.help || "–"}</span> },
  ];
  return (
    <>
      <p class="filters">
        <input type="search" placeholder="Name, unit or words" aria-label="Find a metric" value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        <span class="soft small" role="status">
          {text() === "" ? `${count(all().length)} metrics` : `${count(found().length)} of ${count(all().length)}`}
        </span>
      </p>
      <Show when={0 < found().length} fallback={<Show when={props.vocabulary.metrics()} fallback={<p class="loading">Reading the names…</p>}><Empty title={text() === "" ? "No metric has a sample yet" : "No metric matches"} /></Show>}>
        <Rows label="Metrics" rows={found()} columns={columns} sort="name" parameter="metrics" />
      </Show>
    </>
  );
}
