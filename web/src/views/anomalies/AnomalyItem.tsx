// One anomaly with its evidence. Owns the lines; what the word for its kind is, `lib/alerts/anomalies` says.

import { Show, type JSX } from "solid-js";
import type { Anomaly } from "../../lib/wire";
import { withNames } from "../../lib/alerts/agents";
import { closed, KINDS, normal, valueIn } from "../../lib/alerts/anomalies";
import { coarse, count, dateTime, duration, parseTime } from "../../lib/format";
import { ownAddress } from "../../lib/keyed-order";
import { path } from "../../lib/route";
import { when } from "../../lib/when";
import { Badge } from "../parts/Badge";
import { Prose } from "../parts/Prose";
import { useNames } from "../names";
import { now } from "../session";

const TOGETHER_SHOWN = 5;

export function AnomalyItem(props: { anomaly: Anomaly; onDismiss?: (anomaly: Anomaly) => void }): JSX.Element {
  const names = useNames();
  const one = () => props.anomaly;
  const format = () => valueIn(one().unit);
  const from = () => parseTime(one().started_at) ?? 0;
  const to = () => parseTime(one().ended_at);
  const subject = () => withNames(one().subject, names.of).replaceAll("`", "");
  const together = () => one().together_with ?? [];
  const agent = () => one().labels["agent"];
  return (
    <li class="alert" data-severity={one().is_dismissed ? undefined : to() === null ? "anomaly" : undefined} data-quiet={one().is_dismissed ? "" : undefined}>
      <div class="alert-head">
        <Badge is={KINDS[one().kind] ?? one().kind} />
        <h3><Show when={ownAddress(one().link)} fallback={<bdi>{subject()}</bdi>}>{(href) => <a href={href()}><bdi>{subject()}</bdi></a>}</Show></h3>
        <Show when={agent()}>{(id) => <a class="label" href={path("agents", [id()])}><bdi>{names.of(id())}</bdi></a>}</Show>
        <span class="alert-since soft">{to() === null ? `goes on, ${coarse(Math.max(0, now() - from()))} so far` : `took ${duration(Math.max(0, (to() ?? 0) - from()))}`}</span>
      </div>
      <p class="alert-sentence" dir="auto"><Prose text={withNames(closed(one().sentence), names.of)} /></p>
      <p class="facts soft small">
        <span>value <b class="value">{format()(one().value)}</b></span>
        <span>normally {normal(one().normal_low, one().normal_high, format())}</span>
        <span title={dateTime(from())}>{to() === null ? `since ${when(from(), now())}` : `${when(from(), now())} to ${when(to(), now())}`}</span>
        {/* Of agents beside their peers nobody counts how rare it is. */}
        <Show when={0 < one().once_in}><span title={`One value every ${duration(one().resolution_seconds * 1000)}`}>seen once in {count(one().once_in)} values or less</span></Show>
        <Show when={0 < together().length}><span>began together with <bdi>{together().slice(0, TOGETHER_SHOWN).join(", ")}</bdi>{TOGETHER_SHOWN < together().length ? ` and ${count(together().length - TOGETHER_SHOWN)} more` : ""}</span></Show>
      </p>
      <div class="line alert-acts">
        <Show when={!one().is_dismissed} fallback={<span class="mark">A person said that it is none.</span>}>
          <Show when={props.onDismiss}>{(dismiss) => <button class="button small" onClick={() => dismiss()(one())} aria-label={`Not an anomaly: ${subject()}`}>Not an anomaly…</button>}</Show>
        </Show>
        <a class="small" href={path("explore", [], { q: one().expr, from: String(Math.round(from() - 3_600_000)), to: String(Math.round((to() ?? now()) + 600_000)) })}>The series in the explorer</a>
      </div>
    </li>
  );
}
