// What a rule would have done in the last day: a sentence, the series with the limit and the firings, a list. Owns asking, a while
// after the last change.

import { createEffect, createMemo, createSignal, For, on, onCleanup, Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import type { AlertFiring, AlertPreview, AlertRuleRequest } from "../../lib/wire";
import { fieldOf } from "../../lib/alerts/rule-form";
import { valueIn } from "../../lib/alerts/anomalies";
import { ownLabels } from "../../lib/alerts/causes";
import { drawnOf, firingWords } from "../../lib/alerts/preview";
import { count } from "../../lib/format";
import { Failure } from "../parts/Failure";
import { useNames, type Names } from "../names";
import { useReading } from "../reading";
import { api } from "../session";

const PAUSE_MS = 500;
const HOURS = [[1, "hour"], [24, "day"], [168, "week"]] as const;

interface PreviewProps {
  /** null while something is missing; then `hint` says what. */
  request: AlertRuleRequest | null;
  hint: string;
  /** Told of every answer, null where all is well; where it is there, it shows an error that belongs to a field. */
  onError?: (error: unknown) => void;
}

export function Preview(props: PreviewProps): JSX.Element {
  const [hours, setHours] = createSignal(24);
  const text = createMemo(() => JSON.stringify(props.request));
  const [asked, setAsked] = createSignal(text());
  const names = useNames();
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(on(text, (next) => {
    clearTimeout(timer);
    timer = setTimeout(() => setAsked(next), PAUSE_MS);
  }, { defer: true }));
  onCleanup(() => clearTimeout(timer));
  const wanted = createMemo(() => ({ rule: JSON.parse(asked()) as AlertRuleRequest | null, hours: hours() }));
  const answer = useReading(wanted, (body, signal) => (body.rule === null ? Promise.resolve(null) : api.post<AlertPreview>("/api/alert-rules/preview", body, signal)));
  createEffect(on([answer, answer.error], ([, error]) => props.onError?.(error)));
  const isBusy = () => asked() !== text();
  return (
    <div class="preview">
      <div class="filters" role="group" aria-label="How far back">
        <For each={HOURS}>{([number, word]) => <button type="button" class="chip" aria-pressed={hours() === number} onClick={() => setHours(number)}>the last {word}</button>}</For>
      </div>
      <div aria-live="polite">
        <Show when={props.request} fallback={<p class="soft">{props.hint}</p>}>
          <Show when={answer.error()} fallback={<p class="preview-sentence" classList={{ stale: isBusy() }}>{answer() ? `It ${answer()?.sentence ?? ""}.`.replace(/\.\.$/, ".") : "Looking back…"}</p>}>{(error) => <Show when={!props.onError || fieldOf(error()) === null} fallback={<p class="soft">The server refuses it: see the marked field.</p>}><Failure error={error()} /></Show>}</Show>
        </Show>
      </div>
      <Show when={props.request && !answer.error() && answer()}>{(one) => <Past preview={one()} names={names} />}</Show>
    </div>
  );
}

function Past(props: { preview: AlertPreview; names: Names }): JSX.Element {
  const format = () => valueIn(props.preview.unit);
  const drawn = createMemo(() => drawnOf(props.preview, props.names.of));
  return (
    <>
      <LineChart label="What is compared, its limit, and when it would have fired" times={drawn().times} lines={drawn().lines} bands={drawn().bands} bounds={drawn().span} format={format()} height={220} />
      <Show when={0 < props.preview.series_left_out}><p class="soft small">The {count(props.preview.series.length)} largest of {count(props.preview.series.length + props.preview.series_left_out)} series are drawn; all were looked at.</p></Show>
      <Show when={0 < props.preview.firings.length}>
        <h3>When it would have fired</h3>
        <div class="scroll-x tall" tabindex="0" role="group" aria-label="When it would have fired">
          <table class="plain">
            <thead><tr><th scope="col">From</th><th scope="col">What</th><th scope="col" class="number">Value</th></tr></thead>
            <tbody><For each={props.preview.firings}>{(one) => <tr><td>{firingWords(one)}</td><td class="wrap"><bdi>{labelsOf(one, props.names) || "–"}</bdi></td><td class="number">{format()(one.value)}</td></tr>}</For></tbody>
          </table>
        </div>
        <Show when={props.preview.firings.length < props.preview.times}><p class="soft small">The newest {count(props.preview.firings.length)} of {count(props.preview.times)}.</p></Show>
      </Show>
      <p class="soft small">Asked: <code>{props.preview.expr}</code></p>
    </>
  );
}

const labelsOf = (one: AlertFiring, names: Names) => ownLabels(one.labels).map(([name, value]) => `${name} ${name === "agent" ? names.of(value) : value}`).join(", ");
