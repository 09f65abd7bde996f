// Something read over HTTP for as long as a component lives. Owns asking again, giving up what is no longer wanted and keeping
// the last answer while the next comes; refuses to know what is read.

import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { every } from "./session";

export interface Reading<T> {
  (): T | null;
  error: Accessor<Error | null>;
  again(): void;
}

/** Reads at once, whenever `of` changes, and every `ms` where that is not null. */
export function useReading<S, T>(of: Accessor<S>, read: (of: S, signal: AbortSignal) => Promise<T>, ms: Accessor<number | null> = () => null): Reading<T> {
  const [value, setValue] = createSignal<T | null>(null);
  const [error, setError] = createSignal<Error | null>(null);
  let abort = new AbortController();
  let isUnderWay = false;
  const load = async (source: S) => {
    abort.abort();
    isUnderWay = true;
    const mine = (abort = new AbortController());
    try {
      const answer = await read(source, mine.signal);
      if (mine.signal.aborted) return;
      setValue(() => answer);
      setError(null);
    } catch (failure) {
      if (!mine.signal.aborted) setError(failure as Error);
    } finally {
      if (abort === mine) isUnderWay = false;
    }
  };
  const again = () => void load(of());
  createEffect(on(of, (source) => void load(source)));
  // A slow server is not asked again before it answered.
  every(ms, () => isUnderWay || again());
  onCleanup(() => abort.abort());
  return Object.assign(value, { error, again });
}
