// Detectors over the page's time, when they are asked. Owns asking for each question, and that what was found goes when the
// questions or the time change: a verdict about another hour would be read as one about this.

import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { bandsOf } from "../../lib/alerts/anomalies";
import type { Band } from "../../lib/bands";
import { bounds } from "../../lib/range";
import type { AnomalyPreview, AnomalyPreviewRequest } from "../../lib/wire";
import { range } from "../router";
import { api, serverNow } from "../session";

export interface Verdict {
  query: string;
  /** One of the two. */
  preview: AnomalyPreview | null;
  error: unknown;
}

export interface Judging {
  all: Accessor<readonly Verdict[]>;
  bands: Accessor<readonly Band[]>;
  isBusy: Accessor<boolean>;
  judge(): void;
  forget(): void;
}

export function useJudging(queries: Accessor<readonly string[]>): Judging {
  const [all, setAll] = createSignal<readonly Verdict[]>([]);
  const [isBusy, setBusy] = createSignal(false);
  let abort = new AbortController();

  const forget = () => {
    abort.abort();
    setAll([]);
    setBusy(false);
  };
  const judge = async () => {
    abort.abort();
    const mine = (abort = new AbortController());
    const { fromMs, toMs } = bounds(range(), serverNow());
    setBusy(true);
    const ask = async (expr: string): Promise<Verdict> => {
      const request: AnomalyPreviewRequest = { expr, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      try {
        return { query: expr, preview: await api.post<AnomalyPreview>("/api/anomalies/preview", request, mine.signal), error: null };
      } catch (error) {
        return { query: expr, preview: null, error };
      }
    };
    const verdicts = await Promise.all(queries().map((query) => query.trim()).filter((query) => query !== "").map(ask));
    if (mine.signal.aborted) return;
    setAll(verdicts);
    setBusy(false);
  };
  createEffect(on([queries, range], forget, { defer: true }));
  onCleanup(() => abort.abort());
  const bands = () => all().flatMap(({ preview }) => (preview ? bandsOf(preview.items, Date.parse(preview.to) / 1000) : []));
  return { all, bands, isBusy, judge: () => void judge(), forget };
}
