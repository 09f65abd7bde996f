// The live feed's client. Owns one WebSocket, its subscriptions, the numbers of frames and coming back after
// a break; refuses to know what is in a frame: that is the reducers'.
//
//   idle ──▶ connecting ──▶ live ──▶ waiting ──▶ connecting …
//                 │                     (a break, a gap in `seq`: everything is subscribed again,
//                 └──▶ refused           and full frames replace what was known)

import { backoffMs } from "./backoff";
import { ClockOffset } from "./clock";
import type { DataFrame, ErrorFrame, PongFrame, Topic } from "./feed-types";

export type FeedState = "idle" | "connecting" | "live" | "waiting" | "refused";

/** What the feed needs of a browser, so that tests can turn it by hand. */
export interface Surroundings {
  open(protocols: string[]): Socket;
  /** Milliseconds since 1970, with a fraction. */
  now(): number;
  random(): number;
  after(ms: number, run: () => void): () => void;
  token(): string | null;
  /** Asked after a connection that never opened: a browser does not say why. */
  mayConnect(): Promise<"yes" | "no token" | "unreachable">;
}

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Listener {
  frame(frame: DataFrame): void;
  error?(error: ErrorFrame["error"]): void;
}

interface Subscription {
  topic: Topic;
  listener: Listener;
  /** Frames of an id are its own only after a full one; those of alerts are all full. */
  isFull: boolean;
}

export const PING_EVERY_MS = 5_000;
const PINGS_AT_START = 4;

export class Feed {
  readonly clock = new ClockOffset();
  state: FeedState = "idle";
  /** When the next try comes, while waiting. */
  retryAtMs: number | null = null;
  bytes = 0;
  frames = 0;
  gaps = 0;

  private socket: Socket | null = null;
  private subscriptions = new Map<string, Subscription>();
  private listeners = new Set<(state: FeedState) => void>();
  private seq: number | null = null;
  private failures = 0;
  private ids = 0;
  private pings = new Map<string, number>();
  private timers = new Set<() => void>();

  constructor(private readonly around: Surroundings) {}

  /** Follows a topic until the answer is called. The first subscription connects. */
  subscribe(topic: Topic, listener: Listener): () => void {
    const id = `s${++this.ids}`;
    this.subscriptions.set(id, { topic, listener, isFull: false });
    if (this.state === "live") this.ask(id, topic);
    else if (this.state === "idle") this.connect();
    return () => {
      this.subscriptions.delete(id);
      if (this.state === "live") this.send({ type: "unsubscribe", id });
    };
  }

  onState(listener: (state: FeedState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Connects now: at first, after a refusal, or because waiting took too long. */
  connect(): void {
    this.cancelTimers();
    this.drop();
    this.enter("connecting");
    const token = this.around.token();
    const socket = this.around.open(token ? ["paceline.live", `paceline.token.${token}`] : []);
    let wasOpen = false;
    this.socket = socket;
    socket.onopen = () => {
      wasOpen = true;
      this.opened();
    };
    socket.onmessage = ({ data }) => this.received(String(data));
    socket.onclose = () => void this.closed(wasOpen);
  }

  stop(): void {
    this.cancelTimers();
    this.drop();
    this.enter("idle");
  }

  private opened(): void {
    this.failures = 0;
    this.seq = null;
    this.clock.forget();
    this.enter("live");
    for (const [id, one] of this.subscriptions) {
      one.isFull = false;
      this.ask(id, one.topic);
    }
    this.ping(PINGS_AT_START);
  }

  private received(text: string): void {
    this.bytes += text.length;
    this.frames += 1;
    const frame = JSON.parse(text) as DataFrame | ErrorFrame | PongFrame | { type: "other" };
    if (frame.type === "pong") return this.pong(frame);
    if (frame.type === "error") return this.refused(frame);
    if (!("seq" in frame)) return;
    if (this.seq !== null && frame.seq !== this.seq + 1) return this.resync();
    this.seq = frame.seq;
    const subscription = this.subscriptions.get(frame.id);
    if (!subscription) return;
    if (frame.type === "alerts" || frame.full) subscription.isFull = true;
    // Until its full frame comes, an id's frames are those of the subscription that had it before.
    if (subscription.isFull) subscription.listener.frame(frame);
  }

  private refused(frame: ErrorFrame): void {
    const subscription = frame.id == null ? undefined : this.subscriptions.get(frame.id);
    subscription?.listener.error?.(frame.error);
  }

  /** A frame was lost: what is shown can no longer be trusted, so everything is asked for again. */
  private resync(): void {
    this.gaps += 1;
    this.connect();
  }

  private async closed(wasOpen: boolean): Promise<void> {
    this.socket = null;
    this.cancelTimers();
    this.wait();
    if (wasOpen) return;
    const verdict = await this.around.mayConnect();
    if (verdict === "no token" && this.state === "waiting") {
      this.cancelTimers();
      this.enter("refused");
    }
  }

  private wait(): void {
    const ms = backoffMs(this.failures++, this.around.random());
    this.retryAtMs = this.around.now() + ms;
    this.enter("waiting");
    this.later(ms, () => this.connect());
  }

  private ask(id: string, topic: Topic): void {
    this.send({ type: "subscribe", id, ...topic });
  }

  private ping(more: number): void {
    const id = String(++this.ids);
    // An answer that never came is not waited for.
    this.pings.clear();
    this.pings.set(id, this.around.now());
    this.send({ type: "ping", id });
    this.later(0 < more ? 200 : PING_EVERY_MS, () => this.ping(more - 1));
  }

  private pong(frame: PongFrame): void {
    const sent = this.pings.get(frame.id);
    if (sent !== undefined) this.clock.add(sent, this.around.now(), frame.at_ms);
  }

  private send(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  private later(ms: number, run: () => void): void {
    const cancel = this.around.after(ms, () => {
      this.timers.delete(cancel);
      run();
    });
    this.timers.add(cancel);
  }

  private cancelTimers(): void {
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.retryAtMs = null;
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private enter(state: FeedState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}
