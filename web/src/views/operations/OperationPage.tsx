// One operation over the chosen time: figures as the report has them, a heat map of its durations, its stages, errors, and
// its slowest calls. Owns the order of its parts.

import { createMemo, Show, type JSX } from "solid-js";
import { HeatMap } from "../../charts/HeatMap";
import { LineChart } from "../../charts/LineChart";
import { count, duration, rate, seconds, words } from "../../lib/format";
import { heatOf, heatQuestion, questions, valuesOf, type Heat } from "../../lib/latency";
import { unnamed, type Band } from "../../lib/bands";
import { fromRecord, ownSentence, pace, share, type Figures, type Performance } from "../../lib/operations";
import { Empty } from "../parts/Empty";
import { Crumbs } from "../parts/Crumbs";
import { Failure } from "../parts/Failure";
import { Figure, Panel } from "../parts/Panel";
import { useAlertBands, useAnomalyBands } from "../anomalies/bands";
import { path } from "../../lib/route";
import { useHistory, type History } from "../history";
import { useNames } from "../names";
import { route, setRange } from "../router";
import { LIVE } from "../../lib/range";
import { spanOf } from "./OperationsPage";
import { Errors, Slowest } from "./parts";
import { useRecord } from "./record";

/** A column of the heat map is at least three samples wide. */
const HEAT_POINTS = 60;

export default function OperationPage(): JSX.Element {
  const name = route().rest[0] ?? "";
  const record = useRecord(name);
  const history = useHistory((window) => questions(name, window));
  const counted = useHistory((_, step) => [heatQuestion(name, step)], HEAT_POINTS);
  const anomalies = useAnomalyBands(() => [{ about: name }]);
  const alerts = useAlertBands(path("operations", [name]));
  const bands = createMemo(() => [...anomalies(), ...alerts()]);
  const quiet = createMemo(() => unnamed(bands()));
  const heat = createMemo(() => {
    const answer = counted.answers()?.[0];
    return answer ? heatOf(answer) : null;
  });
  const isTimed = () => 0 < (heat()?.bounds.length ?? 0);
  const names = useNames();
  const row = () => record()?.operations.find((one) => one.operation === name);
  const errors = () => record()?.reliability.errors.filter((one) => one.operation === name) ?? [];
  return (
    <>
      <header class="page-head">
        <div>
          <Crumbs page="operations" title="Operations" at={name} />
          <h1>{words(name)}</h1>
        </div>
        <p class="soft end">{spanOf(record())}</p>
      </header>
      <Show when={record.error()}>{(error) => <Failure error={error()} retry={record.again} />}</Show>
      <Show when={record()} fallback={<Show when={!record.error()}><p class="loading">Reading the record…</p></Show>}>
        {(told) => (
          <Show when={row()?.current} fallback={<Empty title="It was not called in this time" command={`paceline report --days 7`}>Choose a longer time above, or ask the record of the last week.</Empty>}>
            {(figures) => <Numbers record={told()} name={name} figures={figures()} previous={row()?.previous ?? null} />}
          </Show>
        )}
      </Show>
      <Durations history={history} heat={isTimed() ? heat() : null} bands={bands()} />
      <div class="grid">
        <Stages history={history} bands={quiet()} />
        {/* An alert may be about just that: that nobody calls. Then there is no chart above to say so. */}
        <Outcomes history={history} bands={isTimed() ? quiet() : bands()} />
      </div>
      <div class="grid">
        <Panel title="Slowest calls"><Slowest rows={record()?.slowest.filter((one) => one.operation === name) ?? []} names={names} /></Panel>
        <Panel title="Errors"><Errors errors={errors()} /></Panel>
      </div>
    </>
  );
}

function Numbers(props: { record: Performance; name: string; figures: Figures; previous: Figures | null }): JSX.Element {
  const one = createMemo(() => fromRecord(props.record));
  const own = () => one().find((row) => row.name === props.name);
  const before = (read: (figures: Figures) => string) => (props.previous ? `${read(props.previous)} in the time before` : "");
  const ofAll = () => props.record.bottlenecks.find((row) => row.operation === props.name)?.time_share ?? null;
  return (
    <section class="panel" aria-label="Figures">
      <dl class="figures">
        <Figure label="Calls" value={count(props.figures.count)} note={before((was) => count(was.count))} />
        <Figure label="Rate" value={pace(own()?.rate ?? null)} />
        <Figure label="Failed" value={count(props.figures.failed)} note={0 < props.figures.failed ? share(props.figures.failed / props.figures.count) : ""} tone={0 < props.figures.failed ? "bad" : undefined} />
        <Figure label="p50" value={duration(props.figures.p50_ms)} note={before((was) => duration(was.p50_ms))} />
        <Figure label="p95" value={duration(props.figures.p95_ms)} note={before((was) => duration(was.p95_ms))} />
        <Figure label="p99" value={duration(props.figures.p99_ms)} note={before((was) => duration(was.p99_ms))} />
        <Figure label="Slowest" value={duration(props.figures.max_ms)} />
      </dl>
      <p class="soft">{own() ? ownSentence(own()!, ofAll()) : ""}</p>
    </section>
  );
}

const brush = (fromMs: number, toMs: number) => setRange({ kind: "between", fromMs, toMs });
const reset = () => setRange(LIVE);

function Durations(props: { history: History; heat: Heat | null; bands: readonly Band[] }): JSX.Element {
  const bound = (value: number) => (value === Infinity ? "more" : seconds(value));
  const values = (index: number) => props.history.answers()?.[index]?.series[0]?.values ?? [];
  const times = () => props.history.answers()?.[0]?.times ?? [];
  return (
    <Panel title="Durations over time" note="Each column a moment, each row a span of durations; darker is more. Drag to zoom.">
      <Show when={props.history.error()}>{(error) => <Failure error={error()} />}</Show>
      <Show when={props.heat !== null} fallback={<p class="soft">No series in this time.</p>}>
        <HeatMap label="Durations over time" times={props.heat!.times} bounds={props.heat!.bounds} counts={props.heat!.counts} span={props.history.span()} format={bound} height={220} onBrush={brush} />
        <LineChart
          label="Median and 99th percentile over time" group="operation" times={times()} bounds={props.history.span()} format={seconds} bands={props.bands} onBrush={brush} onReset={reset}
          lines={[{ label: "p50", values: values(0) }, { label: "p99", values: values(1), colour: "series-2" }]}
        />
      </Show>
    </Panel>
  );
}

function Stages(props: { history: History; bands: readonly Band[] }): JSX.Element {
  const answer = () => props.history.answers()?.[2];
  const line = (stage: string, colour: string) => ({ label: stage, values: valuesOf(answer(), "stage", stage), colour });
  return (
    <Panel title="Stages over time" note="Mean of a call">
      <LineChart
        label="Mean time in each stage" group="operation" times={answer()?.times ?? []} bounds={props.history.span()} format={seconds} bands={props.bands} onBrush={brush} onReset={reset}
        lines={[line("queue", "series-2"), line("execute", "series-0"), line("commit", "series-1")]}
      />
    </Panel>
  );
}

function Outcomes(props: { history: History; bands: readonly Band[] }): JSX.Element {
  const answer = () => props.history.answers()?.[3];
  const lines = createMemo(() => {
    const known = answer()?.series.map((one) => one.labels["outcome"] ?? "") ?? [];
    return ["ok", ...known.filter((one) => one !== "ok").sort()].map((outcome, at) => ({ label: words(outcome), values: valuesOf(answer(), "outcome", outcome), colour: outcome === "ok" ? "series-0" : at === 1 ? "bad" : "series-2" }));
  });
  return (
    <Panel title="Calls over time" note="By outcome">
      <LineChart label="Calls a second by outcome" group="operation" times={answer()?.times ?? []} bounds={props.history.span()} format={rate} lines={lines()} bands={props.bands} onBrush={brush} onReset={reset} />
    </Panel>
  );
}
