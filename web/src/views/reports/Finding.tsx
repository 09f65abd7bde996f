// One thing that changed: its sentence, and the operation's course with the moment marked. Owns the layout.

import { Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import type { Band, Line } from "../../charts/options";
import { course, lastRecord, seconds } from "../../lib/report/findings";
import type { Finding, Report, Timeline } from "../../lib/report/model";
import { duration, or } from "../../lib/report/words";
import { Prose } from "../parts/Prose";

const KINDS = { step: "From one moment on", drift: "Little by little", spell: "For a while", slow_agent: "Among agents" };
const format = (value: number | null) => or(value, duration);

export function FindingCard(props: { finding: Finding; report: Report }): JSX.Element {
  const timeline = () => props.report.timelines.find((one) => one.operation === props.finding.operations[0]?.operation);
  return (
    <section class="finding" data-tone={props.finding.slower ? "bad" : "well"}>
      <h3>{KINDS[props.finding.kind]}: {props.finding.slower ? "slower" : "faster"}</h3>
      <p><Prose text={props.finding.sentence} /></p>
      <Show when={timeline()}>{(one) => <OperationChart timeline={one()} report={props.report} finding={props.finding} />}</Show>
    </section>
  );
}

export function OperationChart(props: { timeline: Timeline; report: Report; finding?: Finding }): JSX.Element {
  const drawn = course(props.timeline, props.finding);
  const lines: Line[] = [{ label: "median", values: drawn.p50, colour: "series-1" }, { label: "95th percentile", values: drawn.p95, colour: "series-7" }];
  if (drawn.level.some((one) => one !== null)) lines.push({ label: "level before and after", values: drawn.level, colour: "bad", isDashed: true });
  const { finding, report } = props;
  const until = (end: string) => Math.min(seconds(end), lastRecord(props.timeline));
  const bands: Band[] = finding ? [{ from: seconds(finding.since), to: until(finding.until ?? report.period.to), colour: finding.slower ? "bad" : "well" }] : [];
  return (
    <div>
      <p class="small"><code>{props.timeline.operation}</code> <span class="soft">over this period and the one before</span></p>
      <LineChart
        label={`${props.timeline.operation} over time`} times={drawn.times} lines={lines} bands={bands} bounds={[seconds(report.period.previous_from), seconds(report.period.to)]}
        format={format} height={finding ? 190 : 130} group="report"
      />
    </div>
  );
}
