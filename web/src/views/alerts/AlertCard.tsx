// One alert: how grave, what, since when, how far from normal, where to look, what it explains, and what a person can do about it.
// Owns the card; the dialogs are the list's.

import { createMemo, For, Show, type Accessor, type JSX } from "solid-js";
import type { Alert } from "../../lib/wire";
import { withNames } from "../../lib/alerts/agents";
import { isQuiet, isSilenced, ownLabels, type Told } from "../../lib/alerts/causes";
import { closed, normal, valueIn } from "../../lib/alerts/anomalies";
import { ago, coarse, count, dateTime, parseTime, plural, sentence } from "../../lib/format";
import { ownAddress } from "../../lib/keyed-order";
import { path } from "../../lib/route";
import { when } from "../../lib/when";
import { Badge } from "../parts/Badge";
import { Prose } from "../parts/Prose";
import type { Names } from "../names";
import { keepingRange } from "../router";
import { now } from "../session";

const EXPLAINED_SHOWN = 100;

export interface Acts {
  acknowledge: (alert: Alert) => void;
  takeBack: (alert: Alert) => void;
  silence: (alert: Alert) => void;
}

export function AlertCard(props: { told: Told; names: Names; acts: Acts }): JSX.Element {
  const alert = () => props.told.alert;
  const since = () => parseTime(alert().fired_at ?? alert().active_at);
  return (
    <li class="alert" data-severity={alert().severity} data-quiet={isQuiet(alert()) ? "" : undefined}>
      <div class="alert-head">
        <Badge is={alert().severity} />
        <h3><Look alert={alert()} /></h3>
        <Labels labels={alert().labels} names={props.names} />
        <span class="alert-since soft" title={dateTime(since())}>
          {alert().state === "pending" ? "seen for" : "fires for"} {coarse(Math.max(0, now() - (since() ?? now())))}
        </span>
      </div>
      <p class="alert-sentence" dir="auto"><Prose text={withNames(closed(alert().sentence), props.names.of)} /></p>
      <Facts alert={alert()} />
      <Marks alert={alert()} acts={props.acts} />
      <Notes alert={alert()} />
      <div class="line alert-acts">
        <Show when={alert().state === "firing" && !alert().acknowledged}>
          <button class="button small" onClick={() => props.acts.acknowledge(alert())} aria-label={`Acknowledge ${alert().name}`}>Acknowledge</button>
        </Show>
        <button class="button small" onClick={() => props.acts.silence(alert())} aria-label={`Silence ${alert().name}…`}>Silence…</button>
        <a class="small" href={keepingRange(path("alerts", [], { show: "history", of: alert().fingerprint }))}>Its history</a>
        <a class="small" href={keepingRange(path("alerts", ["rules", alert().rule_id]))}>Its rule</a>
      </div>
      <Explained told={props.told} names={props.names} />
    </li>
  );
}

/** The name leads to where to look. */
function Look(props: { alert: Alert }): JSX.Element {
  return (
    <Show when={ownAddress(props.alert.link)} fallback={<bdi>{props.alert.name}</bdi>}>
      {(href) => <a href={href()} title={`Where to look: ${href()}`}><bdi>{props.alert.name}</bdi></a>}
    </Show>
  );
}

function Labels(props: { labels: Record<string, string>; names: Names }): JSX.Element {
  return (
    <span class="labels">
      <For each={ownLabels(props.labels)}>{([name, value]) => <Label name={name} value={value} names={props.names} />}</For>
    </span>
  );
}

function Label(props: { name: string; value: string; names: Names }): JSX.Element {
  const shown = () => (props.name === "agent" ? props.names.of(props.value) : props.value);
  return <span class="label" title={`${props.name}=${props.value}`}><span class="soft">{props.name}</span> <bdi>{shown()}</bdi></span>;
}

function Facts(props: { alert: Alert }): JSX.Element {
  const format = () => valueIn(props.alert.unit);
  const firedToday = () => props.alert.fired_today ?? 0;
  const range = () => {
    const { normal_low: low, normal_high: high } = props.alert;
    return typeof low === "number" && typeof high === "number" ? normal(low, high, format()) : null;
  };
  return (
    <p class="facts soft small">
      <span>value <b class="value">{format()(props.alert.value)}</b></span>
      <Show when={range()}>{(text) => <span title="Where nine of ten values of the last day lie">normally {text()}</span>}</Show>
      <span>since {when(parseTime(props.alert.fired_at ?? props.alert.active_at), now())}</span>
      <Show when={1 < firedToday()}><span>fired {count(firedToday())} times in 24 hours</span></Show>
      <Show when={props.alert.state === "firing"}><span>{props.alert.told_at ? `told ${ago(parseTime(props.alert.told_at), now())}` : "told to nobody"}</span></Show>
    </p>
  );
}

function Marks(props: { alert: Alert; acts: Acts }): JSX.Element {
  return (
    <>
      <Show when={props.alert.acknowledged}>
        {(one) => (
          <p class="mark">
            <b>Acknowledged</b> by <bdi>{one().by}</bdi> <span class="soft">{ago(parseTime(one().at), now())}</span>
            <Show when={one().note}>{(note) => <>: <bdi>{note()}</bdi></>}</Show>{" "}
            <button class="link" onClick={() => props.acts.takeBack(props.alert)}>Take it back</button>
          </p>
        )}
      </Show>
      <Show when={isSilenced(props.alert)}>
        <p class="mark"><b>Silenced</b> by <a href={keepingRange("/alerts?show=silences")}>{plural((props.alert.silenced_by ?? []).length, "silence")}</a>: no channel is told.</p>
      </Show>
    </>
  );
}

/** What the rule's author says beside the sentence. A foreign address is one only if it is of the web. */
function Notes(props: { alert: Alert }): JSX.Element {
  const description = () => props.alert.annotations["description"] ?? "";
  /** Of Paceline's own rules: what to do. */
  const advice = () => props.alert.annotations["advice"] ?? "";
  const runbook = () => props.alert.annotations["runbook_url"] ?? "";
  return (
    <>
      <Show when={description() !== "" && description() !== props.alert.sentence}><p class="alert-note soft" dir="auto">{description()}</p></Show>
      <Show when={advice()}>{(text) => <p class="alert-note soft" dir="auto"><Prose text={sentence(text())} /></p>}</Show>
      <Show when={/^https?:\/\//.test(runbook())}><p class="small"><a href={runbook()} target="_blank" rel="noopener noreferrer">Runbook</a></p></Show>
    </>
  );
}

function Explained(props: { told: Told; names: Names }): JSX.Element {
  const number = () => Math.max(props.told.explained.length, props.told.alert.explains ?? 0);
  const shown: Accessor<Alert[]> = createMemo(() => props.told.explained.slice(0, EXPLAINED_SHOWN));
  return (
    <Show when={0 < number()}>
      <details class="explained">
        <summary>It explains {plural(number(), "other alert")}</summary>
        <ul>
          <For each={shown()}>
            {(one) => <li><Badge is={one.severity} /> <Look alert={one} /> <Labels labels={one.labels} names={props.names} /> <span class="soft" dir="auto"><Prose text={withNames(one.sentence, props.names.of)} /></span></li>}
          </For>
          <Show when={shown().length < number()}><li class="soft">and {count(number() - shown().length)} more</li></Show>
        </ul>
      </details>
    </Show>
  );
}
