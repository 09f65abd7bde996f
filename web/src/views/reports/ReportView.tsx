// One report to read: the verdict, what to do, what changed, the operations, and everything else below. Owns the
// order and what is drawn; the words and the tables are the server's, so that they are those of every other form.

import { createSignal, For, Show, type JSX } from "solid-js";
import { direction, sortedBy, tone } from "../../lib/report/findings";
import type { LaidOut, OperationRow, Report, Section, Table } from "../../lib/report/model";
import { count, duration, or, percent } from "../../lib/report/words";
import { agentPath } from "../../lib/route";
import { Failure } from "../parts/Failure";
import { Figure, Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { Rows, type Column } from "../parts/Rows";
import { FindingCard, OperationChart } from "./Finding";
import { save, saveBlob } from "./save";

export interface Source {
  path: string;
  query: string;
}

const OPERATIONS = "Operations";
const COMMAND = "command";
/** More columns than fit into half of a wide screen. */
const WIDE_FROM = 7;

export function ReportView(props: { of: LaidOut; source: Source }): JSX.Element {
  const { report, document } = props.of;
  return (
    <article class="report">
      <section class="headline" data-tone={tone(report)} aria-label="Verdict">
        <div class="verdict">
          <div>
            <h2 class="headline-text">{document.title}</h2>
            <For each={document.verdict}>{(line) => <p><Prose text={line} /></p>}</For>
            <p class="soft small">{document.subtitle}</p>
            <Downloads report={report} source={props.source} />
          </div>
          <Figures report={report} />
        </div>
      </section>
      <For each={document.sections}>
        {(one) => (
          <Show when={one.heading === OPERATIONS && one.table} fallback={<Part section={one} report={report} />}>
            {(table) => <Operations table={table()} sentences={one.sentences} report={report} />}
          </Show>
        )}
      </For>
    </article>
  );
}

/** What the sentences leave to be counted. */
function Figures(props: { report: Report }): JSX.Element {
  const { reliability: totals, work, findings, broken_rules: broken, elections, recommendations } = props.report;
  const completed = (key: "completed" | "previous_completed") => count(work.reduce((sum, row) => sum + row[key], 0));
  const moved = (isSlower: boolean) => findings.filter((one) => one.slower === isSlower).length;
  return (
    <dl class="figures">
      <Figure label="Operations" value={count(totals.operations)} note={`${count(totals.previous_operations)} before`} />
      <Figure label="Succeeded" value={or(totals.success_rate, percent)} note={`${or(totals.previous_success_rate, percent)} before`} />
      <Figure label="Got slower" value={count(moved(true))} note={`${count(moved(false))} faster`} tone={0 < moved(true) ? "bad" : undefined} />
      <Figure label="Rules broken" value={count(broken.length)} note={`${count(recommendations.length)} to do`} tone={0 < broken.length ? "warn" : undefined} />
      <Figure label="Tasks completed" value={completed("completed")} note={`${completed("previous_completed")} before`} />
      <Figure label="Leaders lost" value={count(elections.failovers)} note={0 < elections.leaderless_ms ? `${duration(elections.leaderless_ms)} without one` : "never without one"} />
    </dl>
  );
}

function Part(props: { section: Section; report: Report }): JSX.Element {
  const { heading, sentences, is_ranked: isRanked, has_charts: hasCharts, table } = props.section;
  const { findings } = props.report;
  // Findings have cards, so that each stands beside its chart; what is said of all of them comes last.
  const said = hasCharts && 0 < findings.length ? sentences.slice(-1) : sentences;
  const isWide = hasCharts || WIDE_FROM <= (table?.columns.length ?? 0) || table?.columns.some((one) => one.name === COMMAND);
  const lines = <For each={said}>{(line) => isRanked ? <li><Prose text={line} /></li> : <p class="said"><Prose text={line} /></p>}</For>;
  return (
    <Panel title={heading} class={isWide ? "" : "half"}>
      <Show when={hasCharts}>
        <div class="findings"><For each={findings}>{(one) => <FindingCard finding={one} report={props.report} />}</For></div>
      </Show>
      {isRanked ? <ol class="advice">{lines}</ol> : lines}
      <Show when={table}>{(one) => <Plain table={one()} label={heading} />}</Show>
    </Panel>
  );
}

interface Row {
  cells: string[];
  of: OperationRow;
}

const WIDTHS: Record<string, string> = { operation: "minmax(8.5rem, 1fr)", "p50 ±": "11.9rem", "p95 ±": "11.9rem", "count before": "6.2rem" };

function Operations(props: { table: Table; sentences: string[]; report: Report }): JSX.Element {
  const rows = props.table.rows.flatMap((cells, at): Row[] => (props.report.operations[at] ? [{ cells, of: props.report.operations[at] }] : []));
  const columns = props.table.columns.map(({ name, number }, at): Column<Row> => {
    const figure = name === "p50 ±" ? "p50" : name === "p95 ±" ? "p95" : null;
    return {
      key: name.replaceAll(" ", "_"), title: name, width: WIDTHS[name] ?? "4.1rem", isNumber: number,
      by: (row) => (number ? sortedBy(at, row.of) : row.of.operation), cell: (row) => <span data-change={figure ? direction(row.of.change, figure) : undefined}>{row.cells[at]}</span>,
    };
  });
  return (
    <Panel title={OPERATIONS}>
      <Rows label={OPERATIONS} rows={rows} columns={columns} sort="-count" />
      <For each={props.sentences}>{(line) => <p class="soft small chance">{line}</p>}</For>
      <Show when={0 < props.report.timelines.length}>
        <Timelines report={props.report} />
      </Show>
    </Panel>
  );
}

function Timelines(props: { report: Report }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <details class="courses" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Each operation over both periods</summary>
      <Show when={isOpen()}>
        <div class="grid"><For each={props.report.timelines}>{(one) => <OperationChart timeline={one} report={props.report} />}</For></div>
      </Show>
    </details>
  );
}

function Plain(props: { table: Table; label: string }): JSX.Element {
  return (
    <div class="scroll-x tall" tabindex="0" role="region" aria-label={`${props.label}, as a table`}>
      <table class="plain">
        <thead>
          <tr><For each={props.table.columns}>{(one) => <th scope="col" classList={{ number: one.number }}>{one.name}</th>}</For></tr>
        </thead>
        <tbody>
          <For each={props.table.rows}>
            {(row) => (
              <tr>
                <For each={row}>
                  {(cell, at) => (
                    <td classList={{ number: props.table.columns[at()]?.number ?? false, wrap: props.table.columns[at()]?.name === COMMAND }} title={60 < cell.length ? cell : undefined}>
                      {inCell(props.table.columns[at()]?.name, cell)}
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function inCell(column: string | undefined, text: string): JSX.Element {
  if (column === COMMAND) return <code>{text}</code>;
  return column === "agent" && text.startsWith("agt_") ? <a href={agentPath(text)}>{text}</a> : text;
}

const FORMS: readonly [form: string, extension: string, title: string][] = [["html", "html", "HTML"], ["markdown", "md", "Markdown"], ["csv", "csv", "CSV"]];

function Downloads(props: { report: Report; source: Source }): JSX.Element {
  const [error, setError] = createSignal<unknown>(null);
  const name = `paceline-${props.report.period.name.toLowerCase().replaceAll(" ", "-")}`;
  const fetched = (form: string, extension: string) => save(`${props.source.path}/${form}${props.source.query}`, `${name}.${extension}`).then(() => setError(null), setError);
  const model = () => saveBlob(new Blob([JSON.stringify(props.report, null, 2)], { type: "application/json" }), `${name}.json`);
  return (
    <div class="line" role="group" aria-label="Save as">
      <span class="soft small">Save as</span>
      <For each={FORMS}>{([form, extension, title]) => <button class="button small" onClick={() => void fetched(form, extension)}>{title}</button>}</For>
      <button class="button small" onClick={model}>JSON</button>
      <Show when={error()}>{(one) => <Failure error={one()} />}</Show>
    </div>
  );
}
