// What is unlikely in the fleet: how much of it beside what chance would bring, and each with its evidence. Owns the order of the
// parts and the question before one is dismissed.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import type { Anomaly, AnomalyKind, AnomalyList } from "../../lib/wire";
import { withNames } from "../../lib/alerts/agents";
import { closed, KINDS, rateSentence, toneOf } from "../../lib/alerts/anomalies";
import { byDays } from "../../lib/alerts/days";
import { ApiError } from "../../lib/api";
import { bytes, count, parseTime, percent, plural } from "../../lib/format";
import { bounds } from "../../lib/range";
import { path } from "../../lib/route";
import { Confirm } from "../alerts/Confirm";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { FeatureOff } from "../parts/FeatureOff";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { Keyed } from "../keyed";
import { useNames } from "../names";
import { useReading } from "../reading";
import { param, range, setParams } from "../router";
import { api, now, serverNow } from "../session";
import { AnomalyItem } from "./AnomalyItem";

const LIMIT = 200;

export default function AnomaliesPage(): JSX.Element {
  const list = useReading(range, (one, signal) => api.get<AnomalyList>("/api/anomalies", { ...time(one.kind === "live"), limit: LIMIT }, signal), () => (range().kind === "between" ? null : 5_000));
  const names = useNames();
  const [asked, setAsked] = createSignal<Anomaly | null>(null);
  const kinds = createMemo(() => [...new Set((list()?.items ?? []).map((one) => one.kind))], [], { equals: (a, b) => a.join() === b.join() });
  const shown = createMemo(() => (list()?.items ?? []).filter((one) => param("kind") === "" || one.kind === param("kind")));
  const going = createMemo(() => shown().filter((one) => !one.ended_at && !one.is_dismissed));
  const days = createMemo(() => byDays(shown().filter((one) => one.ended_at || one.is_dismissed), (one) => parseTime(one.started_at) ?? 0, now()));
  const dismiss = (one: Anomaly) => api.post<Anomaly>(path("api", ["anomalies", one.anomaly_id, "dismiss"]), {}).then(() => list.again());
  const isOff = () => list.error() instanceof ApiError && (list.error() as ApiError).isFeatureOff;
  return (
    <>
      <header class="page-head"><h1>Anomalies</h1></header>
      <Show when={!isOff()} fallback={<FeatureOff />}>
        <Headline list={list()} />
        <Show when={list.error()}>{(error) => <Failure error={error()} retry={list.again} />}</Show>
        <Show when={list()} fallback={<Show when={!list.error()}><p class="loading">Reading anomalies…</p></Show>}>
          {(all) => (
            <>
              <Kinds kinds={kinds()} items={all().items} />
              <Show when={0 < going().length}>
                <Panel title="Going on" note={plural(going().length, "series", "series")}>
                  <ul class="alerts"><Keyed rows={going()} by={(one) => one.anomaly_id}>{(one) => <AnomalyItem anomaly={one()} onDismiss={setAsked} />}</Keyed></ul>
                </Panel>
              </Show>
              <Keyed rows={days()} by={(day) => day.word}>
                {(day) => (
                  <Panel title={day().word} note={plural(day().items.length, "anomaly", "anomalies")}>
                    <ul class="alerts"><Keyed rows={day().items} by={(one) => one.anomaly_id}>{(one) => <AnomalyItem anomaly={one()} onDismiss={setAsked} />}</Keyed></ul>
                  </Panel>
                )}
              </Keyed>
              <Show when={all().next_cursor}><p class="soft small more">The newest {count(all().items.length)}; there are more. Choose a shorter time above.</p></Show>
              <Show when={shown().length === 0}><Nothing isFiltered={0 < all().items.length} watched={all().rate.watched} /></Show>
            </>
          )}
        </Show>
      </Show>
      <Show when={asked()} keyed>
        {(one) => (
          <Confirm title="Not an anomaly?" does="It is none" keeps="Leave it" run={() => dismiss(one)} onClose={() => setAsked(null)}>
            <p dir="auto"><Prose text={withNames(closed(one.sentence), names.of)} /></p>
            <p>The floor of this series' detector rises: from now on only what is less likely than this one is told. It cannot be taken back.</p>
          </Confirm>
        )}
      </Show>
    </>
  );
}

/** Live is the last day: the server's own answer where no time is said. */
function time(isLive: boolean): { from?: string; to?: string } {
  if (isLive) return {};
  const { fromMs, toMs } = bounds(range(), serverNow());
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

function Headline(props: { list: AnomalyList | null }): JSX.Element {
  return (
    <section class="headline" data-tone={props.list ? toneOf(props.list.rate) : "none"} aria-label="How unusual it is" aria-live="polite">
      <Show when={props.list} fallback={<p class="headline-text">Asking how unusual it is…</p>}>
        {(list) => (
          <>
            <p class="headline-text">{rateSentence(list().rate)}</p>
            <Show when={0 < list().rate.watched}>
              <p class="facts soft small">
                <Show when={0 < list().rate.anomalous}><span>so many or more if nothing is wrong: {list().rate.chance < 0.0001 ? "less than 1 in 10,000" : percent(list().rate.chance)}</span></Show>
                <span>detectors keep {bytes(list().rate.state_bytes)}</span>
              </p>
            </Show>
          </>
        )}
      </Show>
    </section>
  );
}

function Kinds(props: { kinds: readonly AnomalyKind[]; items: readonly Anomaly[] }): JSX.Element {
  return (
    <Show when={1 < props.kinds.length}>
      <div class="filters" role="group" aria-label="Kind">
        <For each={props.kinds}>
          {(kind) => <button class="chip" aria-pressed={param("kind") === kind} onClick={() => setParams({ kind: param("kind") === kind ? null : kind })}>{KINDS[kind] ?? kind} <span class="soft">{count(props.items.filter((one) => one.kind === kind).length)}</span></button>}
        </For>
      </div>
    </Show>
  );
}

function Nothing(props: { isFiltered: boolean; watched: number }): JSX.Element {
  return (
    <Show when={!props.isFiltered} fallback={<Empty title="None of this kind"><button class="link" onClick={() => setParams({ kind: null })}>Show all kinds</button></Empty>}>
      <Show when={0 < props.watched} fallback={<Empty title="Nothing is watched yet" command="paceline demo">Detectors watch every operation, agents' durations and custom metrics as soon as they have numbers; they need some minutes of them to know what is normal.</Empty>}>
        <Panel title="None"><p class="soft">Nothing unlikely happened in this time. Detectors need no set-up: what they find appears here by itself, and as bands on the charts.</p></Panel>
      </Show>
    </Show>
  );
}
