// Reading again what others changed. Owns when: soon after the feed counts one of the named operations, at most
// once a second, and every few seconds where no feed counts. Refuses to know what is read.

import { createEffect, createMemo, on, onCleanup } from "solid-js";
import { useOperations } from "./live";
import { every, feedState } from "./session";

const PAUSE_MS = 1_000;
const WITHOUT_FEED_MS = 3_000;

export function useChanges(operations: readonly string[], run: () => void): void {
  const live = useOperations();
  const isFed = () => feedState() === "live" && live.error() === null && live().isKnown;
  const count = createMemo(() => live().rows.reduce((sum, row) => sum + (operations.includes(row.name) ? row.count : 0), 0));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ranAt = 0;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      ranAt = performance.now();
      run();
    }, Math.max(0, ranAt + PAUSE_MS - performance.now()));
  };
  createEffect(on(count, soon, { defer: true }));
  every(() => WITHOUT_FEED_MS, () => !isFed() && run());
  onCleanup(() => clearTimeout(timer));
}
