// A limit to a number: of what, whose, above or below. Owns the fields and what is offered in them.

import { createEffect, createSignal, For, on, Show, type JSX } from "solid-js";
import type { AlertStatistic } from "../../lib/wire";
import { STATISTICS } from "../../lib/alerts/rule-form";
import { families } from "../../lib/explore";
import { words } from "../../lib/format";
import type { Vocabulary } from "../explore/vocabulary";
import { Line, Text, type FormProps } from "./fields";

/** Every operation that was ever called has a series of it. */
const CALLS = "paceline_operation_duration_seconds_count";

export function ThresholdFields(props: FormProps & { vocabulary: Vocabulary }): JSX.Element {
  const isMetric = () => props.form().subject === "metric";
  const [operations, setOperations] = createSignal<readonly string[]>([]);
  const [labels, setLabels] = createSignal<readonly string[]>([]);
  void props.vocabulary.values("operation", [CALLS]).then((names) => setOperations([...names].sort()));
  createEffect(on(() => (isMetric() ? props.form().metric.trim() : ""), (metric) => {
    if (metric === "") setLabels([]);
    else void props.vocabulary.labels([metric]).then(setLabels);
  }));
  const metrics = () => families(props.vocabulary.metrics() ?? [], props.vocabulary.metadata()).map((one) => one.name);
  const help = () => props.vocabulary.metadata()[props.form().metric.trim()]?.help ?? "";
  const statistics = () => STATISTICS[isMetric() ? "metric" : "operation"];
  return (
    <>
      <Show when={isMetric()} fallback={<Text {...own(props)} field="operation" label="Operation" placeholder="task_claim" choices={operations()} />}>
        <Text {...own(props)} field="metric" label="Metric" placeholder="demo_context_used_ratio" choices={metrics()} note={help()} />
        <Text {...own(props)} field="matching" label="Only series with these labels" placeholder='cache="tools"' note={0 < labels().length ? `It has the labels ${labels().join(", ")}.` : "All of them, where nothing is said."} />
      </Show>
      <div class="rule-pair">
        <Line {...own(props)} field="statistic" label="Which number">
          {(id) => <select id={id} value={props.form().statistic} onChange={(event) => props.change({ statistic: event.currentTarget.value as AlertStatistic })}><For each={statistics()}>{([one, told]) => <option value={one} selected={props.form().statistic === one}>{told}</option>}</For></select>}
        </Line>
        <Show when={isMetric()}>
          <Line {...own(props)} field="scope" label="Whose">
            {(id) => (
              <select id={id} value={props.form().scope} onChange={(event) => props.change({ scope: event.currentTarget.value as "fleet" | "agent" })}>
                <option value="fleet" selected={props.form().scope === "fleet"}>the fleet's, one alert</option>
                <option value="agent" selected={props.form().scope === "agent"}>each agent's own, an alert for each</option>
              </select>
            )}
          </Line>
        </Show>
      </div>
      <div class="rule-pair three">
        <Line {...own(props)} field="side" label="Fires when it is">
          {(id) => <select id={id} value={props.form().side} onChange={(event) => props.change({ side: event.currentTarget.value as "above" | "below" })}><For each={["above", "below"]}>{(one) => <option value={one} selected={props.form().side === one}>{words(one)}</option>}</For></select>}
        </Line>
        <Text {...own(props)} field="limit" label="This limit" placeholder={props.form().statistic.endsWith("_ms") ? "50" : props.form().statistic === "error_ratio" ? "0.01" : "10"} note={unit(props.form().statistic)} isNumber />
        <Text {...own(props)} field="window" label="Over the last" placeholder="1m" />
      </div>
    </>
  );
}

const own = (props: FormProps): FormProps => ({ form: props.form, change: props.change, problem: props.problem });

function unit(statistic: AlertStatistic): string {
  if (statistic.endsWith("_ms")) return "milliseconds";
  if (statistic === "error_ratio") return "0.01 is one in a hundred";
  return statistic.endsWith("per_second") ? "a second" : "in the metric's unit";
}
