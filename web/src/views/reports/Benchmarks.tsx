// Kept results of `paceline bench` over time, figure by figure, with their steps. Owns the layout; the steps are
// the server's.

import { createMemo, For, Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import type { Band } from "../../charts/options";
import { dateTime, parseTime, plural } from "../../lib/format";
import { figure, isBetter, levels, ordered, told, whole, type Course, type History } from "../../lib/report/benchmarks";
import { change, or } from "../../lib/report/words";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { useReading } from "../reading";
import { param, setParams } from "../router";
import { api } from "../session";

export function Benchmarks(): JSX.Element {
  const history = useReading(() => "", (_, signal) => api.get<History>("/api/benchmark-history", {}, signal));
  return (
    <>
      <Show when={history.error()}>{(error) => <Failure error={error()} retry={history.again} />}</Show>
      <Show when={history()} fallback={<Show when={!history.error()}><p class="loading" role="status">Reading the kept results…</p></Show>}>
        {(one) => (
          <Show when={0 < one().courses.length} fallback={<None history={one()} />}>
            <Courses history={one()} />
          </Show>
        )}
      </Show>
    </>
  );
}

function None(props: { history: History }): JSX.Element {
  return (
    <Panel title="Benchmarks">
      <Empty title="No benchmark is kept yet" command="paceline bench --suite tasks">
        A benchmark measures this machine against servers of its own and keeps the result in the data directory; run with <code>--data</code> of this server to see it here. Every later one adds a point, and a change of level is marked.
      </Empty>
      <LeftOut history={props.history} />
    </Panel>
  );
}

function Courses(props: { history: History }): JSX.Element {
  const all = createMemo(() => ordered(props.history.courses));
  const found = createMemo(() => all().filter((one) => `${one.operation} ${one.figure} ${one.load}`.toLowerCase().includes(param("bench").toLowerCase())));
  const moved = () => all().filter((one) => 0 < one.steps.length);
  const last = () => props.history.results.at(-1);
  const headline = () => (moved().length === 0 ? "No figure changed its level" : `${plural(moved().length, "figure")} of ${all().length} changed ${moved().length === 1 ? "its" : "their"} level`);
  const isWorse = () => moved().some((one) => one.steps.some((step) => !isBetter(one, step)));
  return (
    <>
      <section class="headline" data-tone={isWorse() ? "bad" : "well"} aria-label="Verdict">
        <p class="headline-text">{headline()}</p>
        <p class="soft">
          {plural(props.history.results.length, "result")} of one machine and build, the last of {dateTime(parseTime(last()?.measured_at))}, version {last()?.version}
          <Show when={last()?.commit}>{(commit) => <>, commit <code>{commit()}</code></>}</Show>.
        </p>
        <LeftOut history={props.history} />
      </section>
      <p class="filters">
        <input type="search" placeholder="Find an operation" aria-label="Find an operation" value={param("bench")} onInput={(event) => setParams({ bench: event.currentTarget.value })} />
        <span class="soft small">What moved comes first. Dashed: the median between two steps. Closed 64: so many clients, each waits for its answer; open 500/s: so many arrivals a second.</span>
      </p>
      <div class="grid benches">
        <For each={found()} fallback={<p>No operation matches.</p>}>{(one) => <CourseCard course={one} history={props.history} />}</For>
      </div>
    </>
  );
}

function CourseCard(props: { course: Course; history: History }): JSX.Element {
  const at = (result: number) => (parseTime(props.history.results[result]?.measured_at) ?? NaN) / 1000;
  const times = () => props.course.points.map((point) => at(point.result));
  const lines = () => [
    { label: "median of the runs", values: props.course.points.map((point) => point.median), colour: "series-1", isDotted: true },
    { label: "level", values: levels(props.course), colour: "series-7", isDashed: true },
  ];
  const bands = (): Band[] =>
    props.course.steps.map((step, index) => {
      const next = props.course.steps[index + 1];
      return { from: at(step.result), to: next ? at(next.result) : (times().at(-1) ?? NaN), colour: isBetter(props.course, step) ? "well" : "bad" };
    });
  const last = () => props.course.points.at(-1);
  const partial = () => props.course.points.filter((point) => props.history.results[point.result]?.partial).length;
  return (
    <Panel title={`${props.course.operation} · ${props.course.figure}`} note={props.course.load}>
      <p class="bench-now">
        <b>{figure(last()?.median)}</b> {props.course.unit} <span class="soft">{or(whole(props.course), (ratio) => `${change(ratio)} since the first`)}</span>
      </p>
      <LineChart label={`${props.course.operation} ${props.course.figure} over time`} times={times()} lines={lines()} bands={bands()} format={figure} height={150} isBare />
      <For each={props.course.steps}>{(step) => <p class="small moved" data-tone={isBetter(props.course, step) ? "well" : "bad"}><Prose text={told(props.course, step, props.history.results)} /></p>}</For>
      <Show when={0 < partial()}>
        <p class="soft small">{plural(partial(), "result")} interrupted.</p>
      </Show>
    </Panel>
  );
}

function LeftOut(props: { history: History }): JSX.Element {
  return <For each={props.history.left_out}>{(line) => <p class="soft small">Left out: <Prose text={line} />.</p>}</For>;
}
