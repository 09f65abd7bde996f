// What alerts did, the newest first, day by day. Owns how much is read and the choice of one alert, which is in the address.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import type { AlertEvent, AlertEventKind, PageOfAlertEvent } from "../../lib/wire";
import { withNames } from "../../lib/alerts/agents";
import { ownLabels } from "../../lib/alerts/causes";
import { byDays } from "../../lib/alerts/days";
import { clockTime, count, dateTime, parseTime } from "../../lib/format";
import { Badge } from "../parts/Badge";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { version } from "../alerting";
import { useNames } from "../names";
import { useReading } from "../reading";
import { param, setParams } from "../router";
import { api, now } from "../session";

const STEP = 100;
const LIMIT_MAX = 500;
const WORDS: Record<AlertEventKind, string> = { fired: "fired", resolved: "is over", acknowledged: "acknowledged", told: "told" };
const TONES: Record<AlertEventKind, string> = { fired: "bad", resolved: "well", acknowledged: "stale", told: "none" };

export function History(): JSX.Element {
  const names = useNames();
  const [limit, setLimit] = createSignal(STEP);
  const wanted = createMemo(() => ({ limit: limit(), fingerprint: param("of"), version: version() }));
  const page = useReading(wanted, ({ limit, fingerprint }, signal) => api.get<PageOfAlertEvent>("/api/alerts/history", { limit, fingerprint }, signal), () => 5_000);
  const days = createMemo(() => byDays(page()?.items ?? [], (one) => parseTime(one.at) ?? 0, now()), undefined, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const labels = (one: AlertEvent) => ownLabels(one.labels).map(([name, value]) => `${name} ${name === "agent" ? names.of(value) : value}`).join(", ");
  return (
    <Panel title="History" note={param("of") === "" ? "the newest first" : <button class="link" onClick={() => setParams({ of: null })}>of one alert: show all</button>}>
      <Show when={page.error()}>{(error) => <Failure error={error()} retry={page.again} />}</Show>
      <Show when={page()} fallback={<Show when={!page.error()}><p class="loading">Reading the history…</p></Show>}>
        <For each={days()} fallback={<Empty title="No alert has fired yet" command="paceline alert history">Whatever fires, is acknowledged, is told to a channel and is over stands here, day by day.</Empty>}>
          {(day) => (
            <>
              <h3 class="day">{day.word}</h3>
              <ol class="alert-events">
                <For each={day.items}>
                  {(one) => (
                    <li data-tone={TONES[one.kind]}>
                      <time class="soft" title={dateTime(parseTime(one.at))}>{clockTime(parseTime(one.at))}</time>
                      <span class="event-kind">{WORDS[one.kind]}</span>
                      <div>
                        <button class="link" title="Only this alert" onClick={() => setParams({ of: one.fingerprint }, "push")}><bdi>{one.name}</bdi></button> <Badge is={one.severity} /> <span class="soft small"><bdi>{labels(one)}</bdi></span>
                        <p class="small" dir="auto"><Prose text={withNames(one.detail, names.of)} /></p>
                      </div>
                    </li>
                  )}
                </For>
              </ol>
            </>
          )}
        </For>
      </Show>
      <Show when={page()?.next_cursor}>
        <p class="facts soft small">
          <span>The newest {count(page()?.items.length)}; more are on record.</span>
          <Show when={limit() < LIMIT_MAX}><button class="link" onClick={() => setLimit(Math.min(LIMIT_MAX, limit() + STEP))}>Read {STEP} more</button></Show>
        </p>
      </Show>
    </Panel>
  );
}
