// Series over the page's time range, read over PromQL and read again while the range moves. Owns when to ask;
// refuses to know which questions there are.

import { batch, createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { bounds, refreshMs, stepMs } from "../lib/range";
import { queryRange, type RangeAnswer } from "../lib/prometheus";
import { range } from "./router";
import { api, every, loop, serverNow } from "./session";

const POINTS = 300;

export interface History {
  /** null until the first answer. */
  answers: Accessor<RangeAnswer[] | null>;
  error: Accessor<Error | null>;
  /** What the charts span, in seconds. */
  span: Accessor<[number, number]>;
  stepMs: Accessor<number>;
}

/** Asks each question over the range of the address; `ask` gets a smooth window for `rate(…[window])` and the step itself. */
export function useHistory(ask: (window: string, step: string) => readonly string[], points = POINTS): History {
  const [answers, setAnswers] = createSignal<RangeAnswer[] | null>(null);
  const [error, setError] = createSignal<Error | null>(null);
  const first = bounds(range(), serverNow());
  const [span, setSpan] = createSignal<[number, number]>([first.fromMs / 1000, first.toMs / 1000]);
  const [step, setStep] = createSignal(1000);
  let abort = new AbortController();
  let isUnderWay = false;
  const load = async () => {
    abort.abort();
    isUnderWay = true;
    const mine = (abort = new AbortController());
    const { fromMs, toMs } = bounds(range(), serverNow());
    const ms = stepMs(toMs - fromMs, points);
    try {
      const queries = ask(`${Math.max(60, (ms / 1000) * 4)}s`, `${ms / 1000}s`);
      const all = await Promise.all(queries.map((query) => queryRange(api, query, fromMs, toMs, ms, mine.signal)));
      const take = () => {
        setSpan([fromMs / 1000, toMs / 1000]);
        setStep(ms);
        setAnswers(all);
        setError(null);
      };
      loop.soon(() => mine.signal.aborted || batch(take));
    } catch (failure) {
      if (!mine.signal.aborted) setError(failure as Error);
    } finally {
      if (abort === mine) isUnderWay = false;
    }
  };
  createEffect(on([range, () => ask("", "")], () => void load()));
  // A slow server is not asked again before it answered.
  every(() => refreshMs(range()), () => isUnderWay || void load());
  onCleanup(() => abort.abort());
  return { answers, error, span, stepMs: step };
}
