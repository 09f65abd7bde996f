// What detectors say of the time that is shown. Owns one sentence a question and the anomalies below it; their evidence is in their
// sentences.

import { For, Show, type JSX } from "solid-js";
import { closed, line } from "../../lib/alerts/anomalies";
import { letter } from "../../lib/explore";
import { dateTime, duration, parseTime } from "../../lib/format";
import { between } from "../../lib/range";
import type { Anomaly, AnomalyPreview } from "../../lib/wire";
import { Failure } from "../parts/Failure";
import type { Judging } from "./judging";

const SHOWN = 20;

export function Verdicts(props: { judging: Judging }): JSX.Element {
  const all = () => props.judging.all();
  return (
    <Show when={0 < all().length}>
      <section class="verdicts" aria-label="What is unusual" aria-live="polite">
        <For each={all()}>
          {(one, index) => (
            <>
              <Show when={one.error}>{(error) => <Failure error={error()} retry={props.judging.judge} />}</Show>
              <Show when={one.preview}>{(preview) => <Verdict name={1 < all().length ? `${letter(index())}: ` : ""} preview={preview()} />}</Show>
            </>
          )}
        </For>
        <button class="link small" onClick={props.judging.forget}>Take this away</button>
      </section>
    </Show>
  );
}

function Verdict(props: { name: string; preview: AnomalyPreview }): JSX.Element {
  const one = () => props.preview;
  const learnt = () => `Judged by a value every ${duration(one().step_seconds * 1000)}; what is usual is learnt from ${dateTime(parseTime(one().learnt_from))} on.`;
  const more = () => one().items.length + one().left_out - SHOWN;
  return (
    <>
      <p>{props.name}{closed(one().sentence)} <span class="soft small">{learnt()}</span></p>
      <ul><For each={one().items.slice(0, SHOWN)}>{(anomaly) => <li><time class="soft">{when(anomaly)}</time> <bdi>{closed(line(anomaly.sentence))}</bdi></li>}</For></ul>
      <Show when={0 < more()}><p class="soft small">{more()} more, older. A shorter time shows them.</p></Show>
    </>
  );
}

function when(one: Anomaly): string {
  const [from, to] = [parseTime(one.started_at) ?? 0, parseTime(one.ended_at)];
  return to === null ? `since ${dateTime(from)}` : between(from, to);
}
