// Alerts: the state in a sentence, and a part at a time: now, history, silences, channels, rules. Owns the order of its parts and
// what is said whichever is shown, such as a channel that fails.

import { createMemo, For, Match, Show, Switch, type JSX } from "solid-js";
import type { AlertChannel, AlertList, PageOfAlertChannel } from "../../lib/wire";
import { summary } from "../../lib/alerts/causes";
import { coarse, parseTime, plural, sentence } from "../../lib/format";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Prose } from "../parts/Prose";
import { Keyed } from "../keyed";
import { version } from "../alerting";
import { useReading, type Reading } from "../reading";
import { param, setParams } from "../router";
import { api, now } from "../session";
import { Channels } from "./Channels";
import { History } from "./History";
import { Now } from "./Now";
import { Rules } from "./Rules";
import { Silences } from "./Silences";

const LIMIT = 500;
/** Values and ages move without a change of state. */
const VALUES_MS = 5_000;
const PARTS = [["", "Now"], ["history", "History"], ["silences", "Silences"], ["channels", "Channels"], ["rules", "Rules"]] as const;

export default function AlertsPage(): JSX.Element {
  const alerts = useReading(version, (_, signal) => api.get<AlertList>("/api/alerts", { limit: LIMIT }, signal), () => VALUES_MS);
  const channels = useReading(() => "/api/alert-channels", (path, signal) => api.get<PageOfAlertChannel>(path, {}, signal), () => VALUES_MS);
  const show = () => param("show");
  const changed = alerts.again;
  return (
    <>
      <header class="page-head">
        <h1>Alerts</h1>
        <a class="button primary end" href="/alerts/new">New rule</a>
      </header>
      <Headline alerts={alerts} />
      <Failing channels={channels()?.items ?? []} />
      <div class="tabs alert-tabs" role="group" aria-label="Shown">
        <For each={PARTS}>{([word, title]) => <button class="chip" aria-pressed={show() === word} onClick={() => setParams({ show: word, of: null }, "push")}>{title}</button>}</For>
      </div>
      <Show when={alerts.error()}>{(error) => <Failure error={error()} retry={alerts.again} />}</Show>
      <Switch fallback={<Empty title="There is no such part"><button class="button" onClick={() => setParams({ show: null })}>Show what fires now</button></Empty>}>
        <Match when={show() === ""}>
          <Show when={alerts()} fallback={<Show when={!alerts.error()}><p class="loading">Reading alerts…</p></Show>}>{(list) => <Now list={list()} onChange={changed} />}</Show>
        </Match>
        <Match when={show() === "history"}><History /></Match>
        <Match when={show() === "silences"}><Silences firing={alerts()?.items.filter((one) => one.state === "firing") ?? []} onChange={changed} /></Match>
        <Match when={show() === "channels"}><Channels channels={channels} /></Match>
        <Match when={show() === "rules"}><Rules /></Match>
      </Switch>
    </>
  );
}

function Headline(props: { alerts: Reading<AlertList> }): JSX.Element {
  const told = createMemo(() => {
    const list = props.alerts();
    return list ? summary(list) : null;
  });
  return (
    <section class="headline" data-tone={told()?.tone ?? "none"} aria-label="How it is" aria-live="polite">
      <p class="headline-text">{told()?.text ?? (props.alerts.error() ? "How it is could not be read." : "Asking how it is…")}</p>
    </section>
  );
}

/** Said loudly: alerts that reach nobody are worse than none. */
function Failing(props: { channels: readonly AlertChannel[] }): JSX.Element {
  const failing = createMemo(() => props.channels.filter((one) => one.is_failing));
  const forSo = (one: AlertChannel) => coarse(Math.max(0, now() - (parseTime(one.failing_since) ?? now())));
  return (
    <Keyed rows={failing()} by={(one) => one.name}>
      {(one) => (
        <div class="failure" role="alert">
          <p>
            <b>The channel <bdi>{one().name}</bdi> to <bdi>{one().host}</bdi> has failed for {forSo(one())}.</b>{" "}
            <span dir="auto"><Prose text={sentence(one().last_error || "it gives no reason")} /></span> <span class="soft">{0 < one().waiting ? `${plural(one().waiting, "delivery", "deliveries")} ${one().waiting === 1 ? "waits" : "wait"} and will be tried again.` : ""}</span>
          </p>
          <Show when={param("show") !== "channels"}><button class="button" onClick={() => setParams({ show: "channels" }, "push")}>Show channels</button></Show>
        </div>
      )}
    </Keyed>
  );
}
