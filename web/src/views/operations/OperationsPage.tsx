// All operations side by side: how often, how fast, what takes the time. Owns the choice between the feed (live: the last
// minute) and the record (any other time).

import { createMemo, Show, type JSX } from "solid-js";
import { count, dateTime, duration, words } from "../../lib/format";
import { bottleneck, fromFeed, fromRecord, isWait, pace, share, type Operation, type Performance } from "../../lib/operations";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Rows, type Column } from "../parts/Rows";
import { Key, Stack } from "../parts/Stack";
import { useOperations } from "../live";
import { useNames } from "../names";
import type { Reading } from "../reading";
import { range } from "../router";
import { Errors, failedShare, operationPath, Slowest, STAGE_KINDS, StageBar } from "./parts";
import { useRecord } from "./record";

export default function OperationsPage(): JSX.Element {
  const record = useRecord();
  const feed = useOperations();
  const names = useNames();
  const isLive = () => range().kind === "live" && feed().isKnown;
  const rows = createMemo(() => {
    const told = record();
    if (isLive()) return fromFeed(feed().rows);
    return told ? fromRecord(told) : [];
  });
  const isKnown = () => isLive() || record() !== null;
  return (
    <>
      <header class="page-head">
        <h1>Operations</h1>
        <p class="soft">{isLive() ? "Counts since the server started; rates, times and shares of the last minute." : spanOf(record())}</p>
      </header>
      <Show when={record.error()}>{(error) => <Failure error={error()} retry={record.again} />}</Show>
      <Show when={isKnown()} fallback={<Show when={!record.error()}><p class="loading">Reading the record…</p></Show>}>
        <section class="panel all-rows" aria-label="All operations">
          <Verdict rows={rows()} />
          <Table rows={rows()} />
          <Legend />
        </section>
        <Below record={record} names={names} />
      </Show>
    </>
  );
}

export function spanOf(record: Performance | null): string {
  if (!record) return "";
  return `${dateTime(Date.parse(record.period.from))} to ${dateTime(Date.parse(record.period.to))}`;
}

function Verdict(props: { rows: readonly Operation[] }): JSX.Element {
  const text = () => bottleneck(props.rows);
  return <p class="bottleneck">{text() ?? "Nothing has taken any time."}</p>;
}

function Table(props: { rows: readonly Operation[] }): JSX.Element {
  // Rows are names, and cells read what is known of one: new numbers are no new rows.
  const known = createMemo(() => new Map(props.rows.map((row) => [row.name, row])));
  const names = createMemo<readonly string[]>((before) => {
    const now = [...known().keys()];
    return now.length === before.length && now.every((name, at) => name === before[at]) ? before : now;
  }, []);
  const of = <T,>(read: (row: Operation) => T) => (name: string): T | null => {
    const row = known().get(name);
    return row ? read(row) : null;
  };
  const time = (key: "p50" | "p95" | "p99"): Column<string> => ({ key, title: key, width: "5rem", isNumber: true, by: of((row) => row[key]), cell: (name) => duration(of((row) => row[key])(name)) });
  const columns: Column<string>[] = [
    { key: "operation", title: "Operation", width: "minmax(11rem, 1.5fr)", by: (name) => name, cell: (name) => <a href={operationPath(name)}>{words(name)}</a> },
    { key: "calls", title: "Calls", width: "6rem", isNumber: true, by: of((row) => row.count), cell: (name) => count(of((row) => row.count)(name)) },
    { key: "rate", title: "Rate", width: "5.5rem", isNumber: true, by: of((row) => row.rate), cell: (name) => pace(of((row) => row.rate)(name)) },
    { key: "failed", title: "Failed", width: "7.5rem", isNumber: true, by: of((row) => row.failed), cell: (name) => <span classList={{ bad: 0 < (of((row) => row.failed)(name) ?? 0) }}>{of((row) => failedShare(row.failed, row.count))(name)}</span> },
    time("p50"), time("p95"), time("p99"),
    { key: "share", title: "Share of time", width: "minmax(8.5rem, 1fr)", by: of((row) => row.share), cell: (name) => <Share share={of((row) => row.share)(name)} isWait={isWait(name)} /> },
    { key: "stages", title: "Stages of a call", width: "minmax(7rem, 1fr)", cell: (name) => <StageBar stages={of((row) => row.stages)(name)} /> },
  ];
  return (
    <Show when={0 < names().length} fallback={<Empty title="No operation in this time" command="paceline demo">Choose a longer time above, or see a simulated fleet at work.</Empty>}>
      <Rows label="Operations" rows={names()} columns={columns} sort="-share" />
    </Show>
  );
}

function Share(props: { share: number | null; isWait: boolean }): JSX.Element {
  const parts = () => [{ kind: "share", size: props.share ?? 0, title: share(props.share) }, { kind: "rest", size: 1 - (props.share ?? 0), title: "" }];
  return (
    <Show when={props.share !== null} fallback={<span class="soft" title={props.isWait ? "Nobody spends this time: it lies between two calls." : "Not called"}>{props.isWait ? "a wait" : "–"}</span>}>
      <span class="share"><span class="number">{share(props.share)}</span><Stack parts={parts()} label={share(props.share)} /></span>
    </Show>
  );
}

function Legend(): JSX.Element {
  const words = { queue: "queue: waiting for the store", execute: "execute: reading and changing", commit: "commit: made durable", other: "other: parsing, answering, waiting on purpose" };
  return <p class="facts soft small legend-line">{STAGE_KINDS.map((kind) => <span><Key kind={kind} />{words[kind]}</span>)}</p>;
}

function Below(props: { record: Reading<Performance>; names: ReturnType<typeof useNames> }): JSX.Element {
  return (
    <Show when={props.record()}>
      {(told) => (
        <div class="grid">
          <Panel title="Slowest" note={spanOf(told())}><Slowest rows={told().slowest} names={props.names} withOperation /></Panel>
          <Panel title="Errors" note={spanOf(told())}><Errors errors={told().reliability.errors} withOperation /></Panel>
        </div>
      )}
    </Show>
  );
}
