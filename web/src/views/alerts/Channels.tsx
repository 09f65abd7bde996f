// Where alerts go, whether they arrive, and what was sent. Owns the test notice and both lists; channels are configured, never here.

import { createMemo, createSignal, Show, type JSX } from "solid-js";
import type { AlertChannel, AlertDelivery, PageOfAlertChannel, PageOfAlertDelivery } from "../../lib/wire";
import { ago, count, dateTime, duration, parseTime, plural, sentence } from "../../lib/format";
import { withNames } from "../../lib/alerts/agents";
import { path } from "../../lib/route";
import { when } from "../../lib/when";
import { Badge } from "../parts/Badge";
import { columnsOf } from "../parts/columns";
import { Command } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { Rows } from "../parts/Rows";
import { Keyed } from "../keyed";
import { useNames } from "../names";
import { useReading, type Reading } from "../reading";
import { api, now } from "../session";

const EXAMPLE = `[[alerts.channels]]\nname = "team"\nkind = "slack"            # webhook, alertmanager, slack or email\nurl = "https://hooks.slack.com/services/…"\nseverity = "warning"      # and worse`;

export function Channels(props: { channels: Reading<PageOfAlertChannel> }): JSX.Element {
  const deliveries = useReading(() => "/api/alert-deliveries", (from, signal) => api.get<PageOfAlertDelivery>(from, { limit: 200 }, signal), () => 5_000);
  const all = () => props.channels()?.items ?? [];
  return (
    <>
      <Panel title="Channels" note="Set in paceline.toml">
        <Show when={props.channels.error()}>{(error) => <Failure error={error()} retry={props.channels.again} />}</Show>
        <Show when={props.channels()} fallback={<Show when={!props.channels.error()}><p class="loading">Reading channels…</p></Show>}>
          <Show when={0 < all().length} fallback={<None />}>
            <ul class="alerts"><Keyed rows={all()} by={(one) => one.name}>{(one) => <Channel channel={one()} onTested={deliveries.again} />}</Keyed></ul>
          </Show>
        </Show>
      </Panel>
      <Panel title="Deliveries" note="the newest first">
        <Show when={deliveries.error()}>{(error) => <Failure error={error()} retry={deliveries.again} />}</Show>
        <Show when={0 < (deliveries()?.items.length ?? 0)} fallback={<p class="soft">Nothing was sent yet.</p>}><Deliveries items={deliveries()?.items ?? []} /></Show>
      </Panel>
    </>
  );
}

function None(): JSX.Element {
  return (
    <div class="empty">
      <h3>Nobody is told</h3>
      <p>Alerts show on this page alone. To have them sent, add a channel to <code>paceline.toml</code> and start the server again:</p>
      <Command text={EXAMPLE} />
      <p>Or follow them in a shell: <code>paceline alert watch</code></p>
    </div>
  );
}

function Channel(props: { channel: AlertChannel; onTested: () => void }): JSX.Element {
  const [answer, setAnswer] = createSignal<AlertDelivery | null>(null);
  const [error, setError] = createSignal<unknown>(null);
  const [isBusy, setBusy] = createSignal(false);
  const one = () => props.channel;
  const state = () => (one().is_failing ? "failing" : one().delivered_at ? "delivers" : "unused");
  const test = async () => {
    setBusy(true);
    try {
      setAnswer(await api.post<AlertDelivery>(path("api", ["alert-channels", one().name, "test"]), {}));
      setError(null);
      props.onTested();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li class="alert" data-severity={one().is_failing ? "critical" : undefined}>
      <div class="alert-head">
        <Badge is={state()} />
        <h3><bdi>{one().name}</bdi></h3>
        <span class="soft">{one().kind} to <bdi>{one().host}</bdi></span>
        <button class="button small alert-since" disabled={isBusy()} onClick={() => void test()} aria-label={`Send a test to ${one().name}`}>Send a test</button>
      </div>
      <Show when={one().is_failing}><p class="problem" dir="auto"><Prose text={sentence(one().last_error || "it gives no reason")} /> <span class="soft">Since {dateTime(parseTime(one().failing_since))}.</span></p></Show>
      <p class="facts soft small">
        <span>{one().severity === "critical" ? "critical only" : `${one().severity} and worse`}</span>
        <span>{one().after_seconds === 0 ? "at once" : `what nobody acknowledged for ${duration(one().after_seconds * 1000)}`}</span>
        <span>{one().delivered_at ? `last arrived ${ago(parseTime(one().delivered_at), now())}` : "nothing arrived yet"}</span>
        <Show when={0 < one().waiting}><span>{plural(one().waiting, "delivery waits", "deliveries wait")}</span></Show>
      </p>
      <div aria-live="polite">
        <Show when={answer()}>{(sent) => <p class="mark">The test {sent().state === "delivered" ? "arrived" : sent().state === "waiting" ? "is on its way" : "was refused"}. <span dir="auto"><Prose text={sent().last_error ? sentence(sent().last_error ?? "") : ""} /></span></p>}</Show>
        <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
      </div>
    </li>
  );
}

function Deliveries(props: { items: readonly AlertDelivery[] }): JSX.Element {
  const names = useNames();
  const known = createMemo(() => new Map(props.items.map((one) => [one.delivery_id, one])));
  const ids = createMemo<readonly string[]>((before) => {
    const keys = [...known().keys()];
    return keys.join() === before.join() ? before : keys;
  }, []);
  const column = columnsOf((id: string) => known().get(id));
  const columns = [
    column("When", "9rem", (one) => <span title={dateTime(parseTime(one().created_at))}>{when(parseTime(one().created_at), now())}</span>, (one) => one.created_at),
    column("Channel", "minmax(6rem, 10rem)", (one) => <bdi title={one().channel}>{one().channel}</bdi>, (one) => one.channel),
    column("State", "7rem", (one) => <Badge is={one().state} />, (one) => one.state),
    column("What it says", "minmax(14rem, 2fr)", (one) => <bdi title={one().summary}>{withNames(one().summary, names.of)}</bdi>),
    column("Alerts", "4.5rem", (one) => count(one().alerts), (one) => one.alerts, true),
    column("Tries", "4.5rem", (one) => count(one().attempts), (one) => one.attempts, true),
    column("Next try", "6rem", (one) => (one().next_attempt_at ? ago(parseTime(one().next_attempt_at), now()) : "–")),
    column("Error", "minmax(10rem, 1.5fr)", (one) => <bdi title={one().last_error ?? ""}><Prose text={one().last_error ?? "–"} /></bdi>),
  ];
  return <Rows label="Deliveries" rows={ids()} columns={columns} sort="-when" />;
}
