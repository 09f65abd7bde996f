import { expect, test } from "vitest";
import { choices, chosen, matching, mistake, pieces, placeAt, starter, type Known } from "./promql";

const KNOWN: Known = { metrics: ["http_requests_total", "paceline_tasks", "queue_rate"], labels: ["agent", "status"], values: ["idle", 'a "b"'] };

/** `|` is the cursor. */
const at = (text: string) => placeAt(text.replace("|", ""), text.indexOf("|"));

test("every sign of a text is in a piece", () => {
  for (const text of ['sum by (a) (rate(x{b="c",d!~`e`}[5m])) # why', "", "\u{1F600} {", '"open', "{{{)))]]]"]) expect(pieces(text).map((one) => one.text).join("")).toBe(text);
});

test("words are told apart by where they are", () => {
  const kinds = Object.fromEntries(pieces('sum by (agent) (rate(x{status="ok"}[5m] offset 1h)) and y').map((one) => [one.text, one.kind]));
  expect(kinds).toMatchObject({ sum: "function", by: "word", agent: "label", rate: "function", x: "name", status: "label", '"ok"': "string", "5m": "number", offset: "word", and: "word", y: "name" });
});

test.each([
  ["|", { kind: "name", typed: "" }],
  ["ra|", { kind: "name", typed: "ra" }],
  ["rate(pace|line)", { kind: "name", typed: "pace", from: 5, to: 13 }],
  ["x + |", { kind: "name", typed: "" }],
  ["x{|", { kind: "label", typed: "", metrics: ["x"] }],
  ['x{a="b", st|', { kind: "label", typed: "st", metrics: ["x"] }],
  ['x{a="b|"}', { kind: "value", label: "a", typed: "b", from: 5, to: 6, metrics: ["x"] }],
  ['x{a=~"|', { kind: "value", label: "a", typed: "" }],
  ["sum by (|) (x)", { kind: "label", metrics: ["x"] }],
  ["sum by (a, b|) (x + y)", { kind: "label", typed: "b", metrics: ["x", "y"] }],
  ["rate(x[|", { kind: "duration" }],
])("%s", (text, expected) => expect(at(text)).toMatchObject(expected));

test.each(["x{a|=", "5|", "rate(x[5m|", "x # com|", 'x{a="b"|}', "x{a=\"b\"}|", "(x)|"])("nothing is offered at %s", (text) => {
  const place = at(text);
  expect(place === null || place.kind === "label").toBe(true);
  if (!text.startsWith("x{a|")) expect(place).toBeNull();
});

test("what begins so comes first", () => {
  expect(matching(["a_rate", "separate", "rate", "irate", "other"], "rat")).toEqual(["rate", "a_rate", "separate", "irate"]);
  const offered = choices(at("rat|")!, KNOWN).map((one) => one.text);
  expect(offered[0]).toBe("rate");
  expect(offered).toContain("queue_rate");
  expect(choices(at("x{|")!, KNOWN).map((one) => one.text)).toEqual(["agent", "status"]);
});

test("a choice brings what must follow it, once", () => {
  expect(chosen("ra", at("ra|")!, { text: "rate", kind: "function" })).toEqual({ text: "rate(", cursor: 5 });
  expect(chosen("ra(x)", at("ra|(x)")!, { text: "rate", kind: "function" })).toEqual({ text: "rate(x)", cursor: 5 });
  const value = chosen('x{a="', at('x{a="|')!, { text: 'a "b"', kind: "value" });
  expect(value).toEqual({ text: 'x{a="a \\"b\\""', cursor: 13 });
});

test("an error is shown at its place, which the server counts in bytes", () => {
  const text = 'paceline_tasks{status="é"} + ratex(x)';
  const told = mistake(text, 'invalid parameter "query": 1:31: parse error: unknown function with name "ratex"');
  expect(text.slice(told.from!, told.to)).toBe("ratex");
  expect(told.message).toBe('unknown function with name "ratex"');
  const second = mistake("sum(\n  ratex(y))", '2:3: parse error: unknown function with name "ratex"');
  expect([second.from, second.to]).toEqual([7, 12]);
  expect(mistake("x and", "1:6: parse error: unexpected end of input in expression")).toMatchObject({ from: 5, to: 6 });
  expect(mistake("x", "found duplicate series")).toEqual({ from: null, to: 0, message: "found duplicate series" });
});

test("a first question suits the kind", () => {
  expect(starter("a_total", "counter")).toBe("rate(a_total[5m])");
  expect(starter("a_seconds", "histogram")).toContain("rate(a_seconds_bucket[5m])");
  expect(starter("a", "gauge")).toBe("a");
});
