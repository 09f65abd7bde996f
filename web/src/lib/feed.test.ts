import { beforeEach, expect, test } from "vitest";
import { Feed, type Socket, type Surroundings } from "./feed";
import type { DataFrame } from "./feed-types";

class Wire implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  sent: Record<string, unknown>[] = [];
  isClosed = false;
  constructor(readonly protocols: string[]) {}
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.isClosed = true;
  }
  says(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  asked() {
    return this.sent.filter((one) => one["type"] !== "ping");
  }
}

let wires: Wire[];
let clock: number;
let alarms: { at: number; run: () => void }[];
let token: string | null;
let verdict: Awaited<ReturnType<Surroundings["mayConnect"]>>;
let feed: Feed;

const wire = () => wires[wires.length - 1] as Wire;
const settled = () => new Promise<void>((done) => queueMicrotask(() => queueMicrotask(done)));

function turn(ms: number) {
  clock += ms;
  const due = alarms.filter((one) => one.at <= clock);
  alarms = alarms.filter((one) => clock < one.at);
  for (const one of due) one.run();
}

beforeEach(() => {
  [wires, clock, alarms, token, verdict] = [[], 1_000_000, [], null, "yes"];
  feed = new Feed({
    open: (protocols) => {
      wires.push(new Wire(protocols));
      return wire();
    },
    now: () => clock,
    random: () => 1,
    after: (ms, run) => {
      const one = { at: clock + ms, run };
      alarms.push(one);
      return () => void (alarms = alarms.filter((other) => other !== one));
    },
    token: () => token,
    mayConnect: async () => verdict,
  });
});

function follow(topic: Parameters<Feed["subscribe"]>[0]) {
  const got: DataFrame[] = [];
  const errors: string[] = [];
  const stop = feed.subscribe(topic, { frame: (one) => got.push(one), error: (one) => errors.push(one.message) });
  return { got, errors, stop, seqs: () => got.map((one) => one.seq) };
}

const values = (id: string, seq: number, full = false) => ({ type: "values", id, seq, at: "", full, refs: [], values: [] });

test("topics are asked for once the socket is open, and given up when nobody follows", () => {
  const fleet = follow({ fleet: true });
  expect(wire().protocols).toEqual([]);
  wire().onopen?.();
  follow({ query: "up" });
  expect(wire().asked()).toEqual([
    { type: "subscribe", id: "s1", fleet: true },
    { type: "subscribe", id: "s3", query: "up" },
  ]);
  fleet.stop();
  expect(wire().asked()[2]).toEqual({ type: "unsubscribe", id: "s1" });
});

test("a token travels as a subprotocol", () => {
  token = "abc";
  follow({ fleet: true });
  expect(wire().protocols).toEqual(["paceline.live", "paceline.token.abc"]);
});

test("a gap in the numbers connects anew, and old frames are not taken for new ones", () => {
  const one = follow({ query: "up" });
  wire().onopen?.();
  const first = wire();
  first.says(values("s1", 1, true));
  first.says(values("s1", 2));
  first.says(values("s1", 4));
  expect([one.seqs(), feed.gaps, first.isClosed]).toEqual([[1, 2], 1, true]);
  wire().onopen?.();
  wire().says(values("s1", 1));
  expect(one.seqs()).toEqual([1, 2]);
  wire().says(values("s1", 2, true));
  expect(one.seqs()).toEqual([1, 2, 2]);
});

test("after a break it comes back, later each time, and asks again", async () => {
  follow({ fleet: true });
  wire().onopen?.();
  wire().onclose?.({ code: 1006, reason: "" });
  expect([feed.state, feed.retryAtMs]).toEqual(["waiting", clock + 250]);
  turn(250);
  wire().onclose?.({ code: 1006, reason: "" });
  await settled();
  expect(feed.retryAtMs).toBe(clock + 500);
  turn(499);
  expect(wires.length).toBe(2);
  turn(1);
  wire().onopen?.();
  expect([feed.state, wires.length]).toEqual(["live", 3]);
  expect(wire().asked()).toEqual([{ type: "subscribe", id: "s1", fleet: true }]);
});

test("without a token where one is asked for, it says so and stops trying", async () => {
  verdict = "no token";
  follow({ fleet: true });
  wire().onclose?.({ code: 1006, reason: "" });
  await settled();
  expect(feed.state).toBe("refused");
  turn(60_000);
  expect(wires.length).toBe(1);
  feed.connect();
  expect(wires.length).toBe(2);
});

test("an error reaches the subscription that it is about, and nothing ends", () => {
  const bad = follow({ query: "up(" });
  const good = follow({ fleet: true });
  wire().onopen?.();
  wire().says({ type: "error", id: "s1", error: { code: "invalid_argument", message: "no" } });
  wire().says({ type: "news of another time" });
  expect([bad.errors, good.errors, feed.state]).toEqual([["no"], [], "live"]);
});

test("every frame of alerts is a full one", () => {
  const one = follow({ alerts: true });
  wire().onopen?.();
  wire().says({ type: "alerts", id: "s1", seq: 1, at: "", firing: 1, pending: 0, explained: 0, version: 1 });
  expect(one.seqs()).toEqual([1]);
});

test("pings tell how far the clocks are apart", () => {
  follow({ fleet: true });
  wire().onopen?.();
  const ping = wire().sent.find((one) => one["type"] === "ping");
  clock += 10;
  wire().says({ type: "pong", id: ping?.["id"], at_ms: clock - 5 + 3000 });
  expect([feed.clock.offsetMs, feed.clock.errorMs]).toEqual([3000, 5]);
});
