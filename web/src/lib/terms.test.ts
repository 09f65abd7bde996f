import { expect, test } from "vitest";
import { ending, history, leaderNumbers, standsSince, type Term } from "./terms";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const term = (epoch: number, leader: string, from: number, to: number | null, ended_by: string | null = null): Term => ({
  epoch, leader, from: at(from), to: to === null ? null : at(to), ended_by,
});
const short = (terms: Term[], from: number, to: number, now: number, isLed = true) =>
  history(terms, isLed, from * 1000, to * 1000, now * 1000).stretches.map((one) => [one.leader, one.fromMs / 1000, one.toMs / 1000]);

const HISTORY = [term(3, "ann", 50, null), term(2, "bob", 20, 45, "expired"), term(1, "ann", 0, 20, "resigned")];

test("terms and what lies between them fill the time", () => {
  expect(short(HISTORY, 0, 100, 60)).toEqual([["ann", 0, 20], ["bob", 20, 45], [null, 45, 50], ["ann", 50, 60]]);
  const told = history(HISTORY, true, 0, 100_000, 60_000);
  expect([told.outages, told.outageMs, told.ledShare]).toEqual([1, 5000, 55 / 60]);
  expect(told.stretches.map((one) => one.isNow)).toEqual([false, false, false, true]);
});

test("only what lies in the asked time is told", () => {
  expect(short(HISTORY, 10, 47, 60)).toEqual([["ann", 10, 20], ["bob", 20, 45], [null, 45, 47]]);
  expect(short(HISTORY, 70, 80, 60)).toEqual([]);
  expect(history([], false, 0, 1000, 1000)).toEqual({ stretches: [], outages: 0, outageMs: 0, ledShare: null });
});

test("after the last term nobody leads until now", () => {
  const over = [term(1, "ann", 0, 20, "died")];
  expect(short(over, 0, 100, 60, false)).toEqual([["ann", 0, 20], [null, 20, 60]]);
  expect(short(over, 0, 30, 60, false)).toEqual([["ann", 0, 20], [null, 20, 30]]);
});

test("an imported history may repeat epochs, overlap, and leave ends out", () => {
  const imported = [term(1, "bob", 30, null), term(1, "ann", 10, 40), term(1, "cid", 0, null)];
  expect(short(imported, 0, 100, 50)).toEqual([["cid", 0, 10], ["ann", 10, 30], ["bob", 30, 50]]);
  // Nobody leads, and no end was told: neither a term until now nor an outage since.
  expect(short(imported, 0, 100, 50, false)).toEqual([["cid", 0, 10], ["ann", 10, 30], ["bob", 30, 30]]);
  const told = history(imported, false, 0, 100_000, 50_000);
  expect([told.ledShare, told.outages, told.stretches.at(-1)?.endedBy, told.stretches.at(-1)?.isNow]).toEqual([1, 0, "untold", false]);
});

test("leaders keep their number while newer terms come", () => {
  expect([...leaderNumbers(HISTORY)]).toEqual([["ann", 0], ["bob", 1]]);
  expect([...leaderNumbers([term(4, "cid", 70, null), ...HISTORY])]).toEqual([["ann", 0], ["bob", 1], ["cid", 2]]);
});

test("since when it stands so is in the list or in the history", () => {
  const one = { election: "e", leader: "ann", epoch: 3, expires_at: null };
  expect(standsSince({ ...one, history: HISTORY })).toBe(at(50));
  expect(standsSince({ ...one, leader: null, history: HISTORY.slice(1) })).toBe(at(45));
  expect(standsSince({ ...one, since: at(9) })).toBe(at(9));
  expect(standsSince({ ...one, leader: null, history: [] })).toBe(null);
  // Epochs of an imported history do not tell the order.
  expect(standsSince({ ...one, history: [term(24, "ann", 10, 20), term(20, "bob", 30, null)] })).toBe(at(30));
});

test("endings are told in words", () => {
  expect([ending("expired"), ending("died"), ending(null), ending("new word")]).toEqual(["ran out unrenewed", "its agent died", "", "new word"]);
});
