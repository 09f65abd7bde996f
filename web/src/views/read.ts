// One answer over HTTP as a component reads it, asked again when the question changes and now and then. Owns when to ask
// and what to keep; unlike Solid's resource it neither suspends the page nor throws into it.

import { createEffect, createSignal, on, onCleanup, untrack, type Accessor } from "solid-js";
import { withQuery } from "../lib/api";
import { api, every } from "./session";

export interface Read<T> {
  /** The last answer; kept while the next one is on its way, null before the first. */
  (): T | null;
  error: Accessor<Error | null>;
  isBusy: Accessor<boolean>;
  again(): void;
}

/** `ask` answers path and parameters; `pause` how long to wait before asking again, null for never. */
export function useRead<T>(ask: () => [path: string, query?: Record<string, string>], pause: Accessor<number | null> = () => null): Read<T> {
  const [answer, setAnswer] = createSignal<T | null>(null);
  const [error, setError] = createSignal<Error | null>(null);
  const [isBusy, setBusy] = createSignal(true);
  // What is asked may hold the time of now, so it is made anew each time, and only what `ask` follows counts as a change.
  const url = () => {
    const [path, query] = untrack(ask);
    return withQuery(path, query ?? {});
  };
  let abort = new AbortController();
  const load = async () => {
    abort.abort();
    const { signal } = (abort = new AbortController());
    setBusy(true);
    try {
      const got = await api.get<T>(url(), {}, signal);
      if (signal.aborted) return;
      setAnswer(() => got);
      setError(null);
    } catch (failure) {
      if (!signal.aborted) setError(failure as Error);
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  };
  const again = () => void load();
  createEffect(on(ask, again));
  // A slow answer is waited for: who asks again before it comes never gets one.
  every(pause, () => isBusy() || again());
  onCleanup(() => abort.abort());
  return Object.assign(answer, { error, isBusy, again });
}
