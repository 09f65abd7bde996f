// The page's one of each: HTTP, the feed, the loop that paints, the time. Owns what they need of a browser;
// refuses logic: that is in `lib`.

import { createSignal, onCleanup, type Accessor } from "solid-js";
import { Api } from "../lib/api";
import { Feed, type FeedState } from "../lib/feed";
import { Loop } from "../lib/loop";
import { keeper } from "../lib/token";
import { openSocket } from "./socket";

const wallClock = () => performance.timeOrigin + performance.now();

export const api = new Api((url, init) => fetch(url, init), keeper(sessionStorage));

export const feed = new Feed({
  open: openSocket,
  now: wallClock,
  random: () => Math.random(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  token: () => api.token.get(),
  mayConnect: () =>
    api.get("/api/features").then(
      () => "yes" as const,
      (error) => (error.needsToken ? "no token" : "unreachable"),
    ),
});

/** Made once: a channel for each picture costs more than most of what it would wait for. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

export const loop = new Loop(
  {
    onFrame: (run) => void requestAnimationFrame(run),
    // A message is handled after the frame that it was sent from has been painted.
    afterPaint: (run) => {
      waiting.push(run);
      channel.port2.postMessage(null);
    },
    after: (ms, run) => void setTimeout(run, ms),
    isHidden: () => document.hidden,
    now: wallClock,
  },
  () => feed.clock.offsetMs,
);
document.addEventListener("visibilitychange", () => loop.ask());

const [feedState, setFeedState] = createSignal<FeedState>(feed.state);
feed.onState(setFeedState);
export { feedState };

/** The server's time, as well as it is known. */
export const serverNow = (): number => wallClock() + feed.clock.offsetMs;

const [now, setNow] = createSignal(serverNow());
setInterval(() => loop.soon(() => setNow(serverNow())), 1000);
/** The server's time, once a second: for ages. */
export { now };

/** What measurements from outside read: changes by their lag, the latest pictures' scripts, all in milliseconds. */
const pacelineMeasures = () => ({
  lags: [...loop.lags.all], costs: [...loop.costs], bytes: feed.bytes, frames: feed.frames, gaps: feed.gaps,
  clock: { offsetMs: feed.clock.offsetMs, errorMs: feed.clock.errorMs },
});
Object.assign(globalThis, { pacelineMeasures });

/** Calls again and again while the component lives; at once, too. */
export function every(ms: Accessor<number | null>, run: () => unknown): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = () => {
    const pause = ms();
    if (pause === null) return;
    timer = setTimeout(() => {
      if (!document.hidden) run();
      next();
    }, pause);
  };
  next();
  onCleanup(() => clearTimeout(timer));
}
