// What a rule is and how it does, for reading. Owns the facts, and the look back of a rule that cannot be changed here.

import { For, Show, type JSX } from "solid-js";
import type { AlertRule } from "../../lib/wire";
import { ownLabels } from "../../lib/alerts/causes";
import { noiseOf } from "../../lib/alerts/noise";
import { formOf, requestOf } from "../../lib/alerts/rule-form";
import { ruleWords } from "../../lib/alerts/rule-words";
import { writeSpan } from "../../lib/alerts/spans";
import { dateTime, duration, parseTime, sentence } from "../../lib/format";
import { path } from "../../lib/route";
import { Badge } from "../parts/Badge";
import { Fact } from "../parts/Detail";
import { Panel } from "../parts/Panel";
import { Ago } from "../parts/Time";
import { Preview } from "./Preview";

export function RuleFacts(props: { rule: AlertRule }): JSX.Element {
  const one = () => props.rule;
  const from = () => (one().source === "file" ? `the file ${one().file ?? ""}, group ${one().group}` : one().source === "default" ? "Paceline's own" : `${one().created_by || "an operator"}, ${dateTime(parseTime(one().created_at))}`);
  return (
    <>
      <Show when={one().health === "err"}><div class="failure" role="alert"><p><b>It does not answer.</b> <span dir="auto">{sentence(one().last_error || "its last evaluation failed")}</span></p></div></Show>
      <Panel title={one().record ? "What it records" : "When it fires"}>
        <dl class="facts rule-facts">
          <Show when={one().threshold ?? one().record}><Fact label={one().record ? "Records" : "Fires when"}><bdi>{ruleWords(one())}</bdi></Fact></Show>
          <Fact label="Expression"><a class="mono" href={path("explore", [], { q: one().expr })}><bdi>{one().expr}</bdi></a></Fact>
          <Show when={!one().record}>
            <Fact label="Severity"><Badge is={one().severity} /></Fact>
            <Fact label="For">{one().for_seconds === 0 ? "at once" : writeSpan(one().for_seconds)}{0 < one().keep_firing_for_seconds ? `, and fires on for ${writeSpan(one().keep_firing_for_seconds)}` : ""}</Fact>
            <Fact label="Noise"><span classList={{ loud: noiseOf(one().noise).isLoud }}>{noiseOf(one().noise).text}</span></Fact>
          </Show>
          <Show when={(one().caused_by ?? []).join(", ")}>{(names) => <Fact label="Explained by"><bdi>{names()}</bdi></Fact>}</Show>
          <For each={ownLabels(one().labels)}>{([name, value]) => <Fact label={name}><bdi>{value}</bdi></Fact>}</For>
          <For each={Object.entries(one().annotations)}>{([name, text]) => <Fact label={name}><bdi>{text}</bdi></Fact>}</For>
          <Fact label="From"><bdi>{from()}</bdi></Fact>
          <Fact label="Evaluated"><Show when={one().evaluated_at} fallback="not yet"><Ago at={one().evaluated_at} /> in {duration(one().evaluation_ms)}</Show></Fact>
        </dl>
      </Panel>
      <Show when={one().source !== "api" && !one().record}>
        <Panel title="The last day"><Preview request={lookBack(one())} hint="" /></Panel>
      </Show>
    </>
  );
}

/** As it stands, its threshold too: the form would round nothing, but need not know all of it. */
function lookBack(rule: AlertRule) {
  const request = requestOf(formOf(rule), rule);
  if (rule.threshold) request.threshold = rule.threshold;
  return request;
}
