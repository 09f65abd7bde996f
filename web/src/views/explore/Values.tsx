// The answers at one moment, as a table. Owns its columns.

import { createMemo, Show, type JSX } from "solid-js";
import { letter } from "../../lib/explore";
import { seriesName } from "../../lib/prometheus";
import { unitOf, type Metadata } from "../../lib/units";
import { Rows, type Column } from "../parts/Rows";
import type { Answers } from "./answers";

interface Row {
  question: string;
  name: string;
  value: number;
  told: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: "question", title: "Q", width: "1.5rem", by: (row) => row.question, cell: (row) => row.question },
  { key: "value", title: "Value", width: "minmax(5.5rem, max-content)", isNumber: true, by: (row) => row.value, cell: (row) => <span title={exact(row.value)}>{row.told}</span> },
  { key: "series", title: "Series", width: "minmax(14rem, 1fr)", by: (row) => row.name, cell: (row) => <code title={row.name}>{row.name}</code> },
];

export function Values(props: { answers: Answers; metadata: Readonly<Record<string, Metadata>> }): JSX.Element {
  const rows = createMemo(() =>
    props.answers.all().flatMap((answer, index) => {
      const unit = unitOf(answer.query, props.metadata);
      return (answer.rows ?? []).map((row): Row => ({ question: letter(index), name: seriesName(row.labels), value: row.value, told: Number.isFinite(row.value) ? unit.format(row.value) : exact(row.value) }));
    }),
  );
  return (
    <Show when={0 < rows().length} fallback={<Show when={!props.answers.isBusy()}><p class="loading">No series has a value at this moment.</p></Show>}>
      <Rows label="Values now" rows={rows()} columns={COLUMNS} sort="question" />
    </Show>
  );
}

/** As Prometheus writes it. */
function exact(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value < 0 ? "−Inf" : "+Inf";
}
