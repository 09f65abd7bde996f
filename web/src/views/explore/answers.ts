// The answers to all questions of the page, read again while time moves. Owns when to ask and that all are of
// the same times; a question that fails leaves the others alone.

import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { askInstant, askRange, type InstantRow, type RangeResult, type Told } from "../../lib/explore";
import { bounds, refreshMs, stepMs } from "../../lib/range";
import { range } from "../router";
import { api, every, serverNow } from "../session";

const POINTS = 300;

export interface Answer {
  query: string;
  range: RangeResult | null;
  rows: readonly InstantRow[] | null;
  told: Told | null;
  error: unknown;
}

export interface Answers {
  all: Accessor<readonly Answer[]>;
  isBusy: Accessor<boolean>;
  /** What the charts span, in seconds. */
  span: Accessor<[number, number]>;
  again(): void;
}

export function useAnswers(queries: Accessor<readonly string[]>, isTable: Accessor<boolean>): Answers {
  const [all, setAll] = createSignal<readonly Answer[]>([]);
  const [isBusy, setBusy] = createSignal(false);
  const [span, setSpan] = createSignal<[number, number]>([0, 1]);
  let abort = new AbortController();

  const load = async () => {
    abort.abort();
    const mine = (abort = new AbortController());
    const { fromMs, toMs } = bounds(range(), serverNow());
    const step = stepMs(toMs - fromMs, POINTS);
    setBusy(true);
    const ask = async (query: string): Promise<Answer> => {
      const none: Answer = { query, range: null, rows: null, told: null, error: null };
      if (query === "") return none;
      try {
        if (isTable()) {
          const told = await askInstant(api, query, toMs, mine.signal);
          return { ...none, rows: told.rows, told };
        }
        const told = await askRange(api, query, fromMs, toMs, step, mine.signal);
        return { ...none, range: told, told };
      } catch (error) {
        return { ...none, error };
      }
    };
    const answers = await Promise.all(queries().map((query) => ask(query.trim())));
    if (mine.signal.aborted) return;
    setSpan([fromMs / 1000, toMs / 1000]);
    setAll(answers);
    setBusy(false);
  };
  createEffect(on([queries, range, isTable], () => void load()));
  every(() => refreshMs(range()), () => void load());
  onCleanup(() => abort.abort());
  return { all, isBusy, span, again: () => void load() };
}
