// Silences: what is held back, until when, by whom and why. Owns the list; ends one after asking.

import { createMemo, createSignal, Show, type JSX } from "solid-js";
import type { Alert, PageOfSilence, Silence } from "../../lib/wire";
import { writeMatchers } from "../../lib/alerts/matchers";
import { coarse, dateTime, parseTime, plural } from "../../lib/format";
import { path } from "../../lib/route";
import { Badge } from "../parts/Badge";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { version } from "../alerting";
import { Keyed } from "../keyed";
import { useReading } from "../reading";
import { api, now } from "../session";
import { Confirm } from "./Confirm";
import { SilenceDialog } from "./SilenceDialog";

const CREATE = "paceline alert silence alertname=TaskStuck --for 2h --comment 'disk is being replaced'";

export function Silences(props: { firing: readonly Alert[]; onChange: () => void }): JSX.Element {
  const silences = useReading(version, (_, signal) => api.get<PageOfSilence>("/api/silences", { limit: 500 }, signal), () => 5_000);
  const [isMaking, setMaking] = createSignal(false);
  const [ending, setEnding] = createSignal<Silence | null>(null);
  const here = createMemo(() => (silences()?.items ?? []).filter((one) => one.state !== "expired"));
  const over = createMemo(() => (silences()?.items ?? []).filter((one) => one.state === "expired"));
  const changed = () => (silences.again(), props.onChange());
  const end = (one: Silence) => api.delete(path("api", ["silences", one.silence_id])).then(changed);
  return (
    <Panel title="Silences" note={<button class="button small" onClick={() => setMaking(true)}>New silence…</button>}>
      <Show when={silences.error()}>{(error) => <Failure error={error()} retry={silences.again} />}</Show>
      <Show when={silences()} fallback={<Show when={!silences.error()}><p class="loading">Reading silences…</p></Show>}>
        <Show when={0 < here().length} fallback={<Empty title="Nothing is silenced" command={CREATE}>A silence holds matching alerts back from every channel for a while, such as during planned work. Make one here, from an alert, or from a shell:</Empty>}>
          <ul class="alerts"><Keyed rows={here()} by={(one) => one.silence_id}>{(one) => <Line silence={one()} onEnd={() => setEnding(one())} />}</Keyed></ul>
        </Show>
        <Show when={0 < over().length}>
          <details class="explained">
            <summary>{plural(over().length, "silence is over", "silences are over")}</summary>
            <ul class="alerts"><Keyed rows={over()} by={(one) => one.silence_id}>{(one) => <Line silence={one()} />}</Keyed></ul>
          </details>
        </Show>
      </Show>
      <Show when={isMaking()}><SilenceDialog firing={props.firing} onDone={changed} onClose={() => setMaking(false)} /></Show>
      <Show when={ending()} keyed>
        {(one) => (
          <Confirm title="End this silence now?" does="End it now" keeps="Keep it" run={() => end(one)} onClose={() => setEnding(null)}>
            <p class="mono small matchers"><bdi>{writeMatchers(one.matchers)}</bdi></p>
            <p>{one.silences === 0 ? "It holds nothing back at this moment." : `It holds ${plural(one.silences, "firing alert")} back: channels are told of ${one.silences === 1 ? "it" : "them"} at once.`}</p>
          </Confirm>
        )}
      </Show>
    </Panel>
  );
}

function Line(props: { silence: Silence; onEnd?: () => void }): JSX.Element {
  const one = () => props.silence;
  const time = () => {
    const [from, to] = [parseTime(one().starts_at) ?? 0, parseTime(one().ends_at) ?? 0];
    if (one().state === "pending") return `begins in ${coarse(Math.max(0, from - now()))}, ends ${dateTime(to)}`;
    return one().state === "active" ? `ends in ${coarse(Math.max(0, to - now()))}, ${dateTime(to)}` : `ended ${dateTime(to)}`;
  };
  return (
    <li class="alert">
      <div class="alert-head">
        <Badge is={one().state === "active" ? "silencing" : one().state === "pending" ? "begins later" : "over"} />
        <span class="mono matchers"><bdi>{writeMatchers(one().matchers)}</bdi></span>
        <Show when={props.onEnd}>{(onEnd) => <button class="button small alert-since" onClick={() => onEnd()()} aria-label={`End now: ${writeMatchers(one().matchers)}`}>End now…</button>}</Show>
      </div>
      <Show when={one().comment}><p dir="auto">{one().comment}</p></Show>
      <p class="facts soft small">
        <span>{time()}</span>
        <span>by <bdi>{one().created_by || "an operator"}</bdi></span>
        <Show when={one().state === "active"}><span>{one().silences === 0 ? "holds nothing back now" : `holds ${plural(one().silences, "firing alert")} back`}</span></Show>
      </p>
    </li>
  );
}
