import { expect, test } from "vitest";
import { parse, path, pathOfId, withParams } from "./route";

test("a path goes there and back, whatever is in it", () => {
  const url = new URL(path("agents", ["a/b <c>"], { q: "x&y" }), "http://h");
  const route = parse(url);
  expect([route.page, route.rest, route.params.get("q")]).toEqual(["agents", ["a/b <c>"], "x&y"]);
  expect(path("")).toBe("/");
  expect(parse({ pathname: "/", search: "" }).page).toBe("");
  expect(parse({ pathname: "/agents/%E0%A4%A", search: "" }).rest).toEqual(["%E0%A4%A"]);
});

test("parameters change one by one", () => {
  const before = new URLSearchParams("a=1&b=2");
  expect(withParams(before, { a: null, c: "3", b: "" }).toString()).toBe("c=3");
  expect(before.toString()).toBe("a=1&b=2");
});

test("ids lead to their pages", () => {
  expect([pathOfId("agt_1"), pathOfId("tsk_1"), pathOfId("msg_1")]).toEqual(["/agents/agt_1", "/tasks/tsk_1", null]);
});
