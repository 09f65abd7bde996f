// Alerts that are good to know and series that are anomalous, in a line under the fleet's sentence. Owns that there is nothing where there is none.

import { Show, type JSX } from "solid-js";
import type { AnomalyList, AnomalyRate } from "../../lib/wire";
import { rateSentence } from "../../lib/alerts/anomalies";
import { plural } from "../../lib/format";
import { pulse } from "../alerting";
import { useReading } from "../reading";
import { keepingRange } from "../router";
import { api } from "../session";

const PAUSE_MS = 15_000;

export function WatchLine(): JSX.Element {
  const anomalies = useReading(() => "/api/anomalies", (path, signal) => api.get<AnomalyList>(path, { limit: 1 }, signal), () => PAUSE_MS);
  /** Graver ones are in the sentence above. */
  const firing = () => (pulse()?.worst === "info" ? (pulse()?.causes ?? 0) : 0);
  const rate = () => anomalies()?.rate;
  return (
    <Show when={0 < firing() || 0 < (rate()?.anomalous ?? 0)}>
      <p class="watch-line" aria-live="polite">
        <Show when={0 < firing()}><a href={keepingRange("/alerts")}>{plural(firing(), "alert")} {firing() === 1 ? "fires" : "fire"}, for information.</a> </Show>
        <Show when={0 < (rate()?.anomalous ?? 0)}><a href={keepingRange("/anomalies")}>{rateSentence(rate() as AnomalyRate)}</a></Show>
      </p>
    </Show>
  );
}
