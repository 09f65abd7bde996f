import { expect, test } from "vitest";
import { Api } from "./api";
import { period, readPerformance } from "./performance";

test("live is everything, the last so long is open, a brush has both ends", () => {
  expect(period({ kind: "live" }, 0)).toEqual({});
  expect(period({ kind: "last", word: "1h" }, 3_600_000)).toEqual({ from: "1970-01-01T00:00:00.000Z" });
  expect(period({ kind: "between", fromMs: 0, toMs: 5000 }, 0)).toEqual({ from: "1970-01-01T00:00:00.000Z", to: "1970-01-01T00:00:05.000Z" });
});

test("all pages are read", async () => {
  const asked: string[] = [];
  const pages = [{ items: [{ agent_id: "a" }], next_cursor: "x" }, { items: [{ agent_id: "b" }], next_cursor: null }];
  const api = new Api(async (url) => (asked.push(url), new Response(JSON.stringify(pages[asked.length - 1]))), { get: () => null, set: () => undefined });
  const all = await readPerformance(api, { kind: "live" }, 0);
  expect([...all.rows.keys()]).toEqual(["a", "b"]);
  expect(asked).toEqual(["/api/agent-performance?limit=500", "/api/agent-performance?limit=500&cursor=x"]);
});
