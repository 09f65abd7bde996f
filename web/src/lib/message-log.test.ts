import { expect, test } from "vitest";
import { after, MessageLog, reach, recipient, type Message } from "./message-log";

const message = (position: number, more: Partial<Message> = {}): Message => ({
  message_id: `msg_${position}`, position, to: { all: true }, type: "note", sent_at: "2026-11-26T10:00:00.000Z", ...more,
});
const page = (positions: number[], next_cursor: string | null) => ({ items: positions.map((one) => message(one)), next_cursor });

test("newer messages join those that are known, each once and the newest first", () => {
  const log = new MessageLog();
  log.newest(page([5, 4, 3], "3"));
  expect(log.refresh(page([7, 6, 5], "5"))).toBe(2);
  log.newest(page([7, 6, 5], "5"));
  expect([log.order, log.cursor]).toEqual([[7, 6, 5, 4, 3], "3"]);
  log.older(page([2, 1], null));
  expect([log.order, log.cursor]).toEqual([[7, 6, 5, 4, 3, 2, 1], null]);
});

test("a page that does not reach what is known begins anew", () => {
  const log = new MessageLog();
  log.newest(page([5, 4], "4"));
  log.newest(page([9, 8], "8"));
  expect([log.order, log.cursor]).toEqual([[9, 8], "8"]);
  log.newest(page([], null));
  expect(log.order).toEqual([9, 8]);
});

test("what changed of a known message is taken", () => {
  const log = new MessageLog();
  log.newest(page([1], null));
  log.refresh({ items: [message(1, { acked_at: "2026-11-26T10:00:01.500Z" })], next_cursor: null });
  expect(after(log.get(1)!, log.get(1)?.acked_at)).toBe(1500);
});

test("a list that grew beyond bounds begins anew with the newest", () => {
  const log = new MessageLog();
  const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index);
  log.newest(page(down(6000, 500), "x"));
  for (let from = 5500; 1000 < from; from -= 500) log.older(page(down(from, 500), "x"));
  expect(log.order.length).toBe(5000);
  log.newest(page(down(6010, 50), "y"));
  expect([log.order.length, log.cursor]).toEqual([50, "y"]);
});

test("what came of a message is said in words", () => {
  const ms = (value: number) => `${value} ms`;
  const check = (more: Partial<Message>, expected: string) => expect(reach(message(1, more), "delivered", ms).text).toBe(expected);
  check({ to: { agent: "a" } }, "not yet");
  check({ to: { agent: "a" }, delivered_at: "2026-11-26T10:00:00.012Z" }, "12 ms");
  // Clocks of two machines may disagree; nothing arrives before it is sent.
  check({ to: { agent: "a" }, delivered_at: "2026-11-26T09:59:59.000Z" }, "0 ms");
  check({ to: { topic: "t" }, audience: { listeners: 6, delivered: 4, acked: 0 } }, "4 of 6");
  check({ to: { role: "r" } }, "–");
});

test("recipients have a kind and a name", () => {
  expect([{ agent: "a" }, { role: "r" }, { topic: "t" }, { all: true as const }].map(recipient)).toEqual([
    { kind: "agent", name: "a" }, { kind: "role", name: "r" }, { kind: "topic", name: "t" }, { kind: "all", name: "all" },
  ]);
});
