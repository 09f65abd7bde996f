// The corner: is the page live, and how far behind. Owns the words for each state of the feed; the lag is
// measured in `lib/loop`, from the server's commit to the painted picture.

import { createMemo, Show, type JSX } from "solid-js";
import { duration } from "../../lib/format";
import type { FeedState } from "../../lib/feed";
import { feed, feedState, loop, now } from "../session";

const WORDS: Record<FeedState, string> = {
  idle: "Not following",
  connecting: "Connecting…",
  live: "Live",
  waiting: "The server does not answer",
  refused: "A token is needed",
};

export function Status(): JSX.Element {
  const lag = createMemo(() => (now(), loop.lags.isEmpty ? null : { p50: loop.lags.quantile(0.5), p99: loop.lags.quantile(0.99) }));
  const retry = createMemo(() => (feedState() === "waiting" && feed.retryAtMs !== null ? Math.max(0, feed.retryAtMs - (now() - feed.clock.offsetMs)) : null));
  return (
    <footer class="status" data-state={feedState()}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{WORDS[feedState()]}</span>
      <Show when={retry() !== null}>
        <span class="soft">next try in {Math.ceil((retry() ?? 0) / 1000)} s</span>
        <button class="link" onClick={() => feed.connect()}>now</button>
      </Show>
      <Show when={feedState() === "live" && lag()}>
        {(value) => (
          <span id="lag" class="soft" title="From the operation's commit on the server to the painted number: median, and 99 of 100">
            {duration(Math.round(value().p50))} behind <span class="wide">· p99 {duration(Math.round(value().p99))}</span>
          </span>
        )}
      </Show>
    </footer>
  );
}
