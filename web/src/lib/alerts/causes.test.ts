import { expect, test } from "vitest";
import type { Alert } from "../wire";
import { grouped, ownLabels, summary } from "./causes";

const alert = (name: string, more: Partial<Alert> = {}): Alert => ({
  fingerprint: name, name, rule_id: name, severity: "warning", state: "firing", labels: {}, annotations: {}, value: 1, unit: "plain", sentence: "", link: "/",
  active_at: "2026-11-26T14:00:00Z", silenced_by: [], explains: 0, fired_today: 1, ...more,
});

/** As the server counts. */
const told = (items: Alert[], pending = 0) => summary({ items, pending, firing: items.length, explained: items.filter((one) => one.caused_by).length });

test("what another explains is folded beneath it, through others too", () => {
  const found = grouped([alert("a"), alert("b", { caused_by: "a" }), alert("c", { caused_by: "b" })]);
  expect(found.map((one) => [one.alert.name, one.explained.map((it) => it.name)])).toEqual([["a", ["b", "c"]]]);
});

test("a cause that is not there, and two that explain each other, stand by themselves", () => {
  const names = (alerts: Alert[]) => grouped(alerts).map((one) => one.alert.name).sort();
  expect(names([alert("b", { caused_by: "gone" })])).toEqual(["b"]);
  expect(names([alert("a", { caused_by: "b" }), alert("b", { caused_by: "a" })])).toEqual(["a", "b"]);
  expect(names([alert("a", { caused_by: "a" })])).toEqual(["a"]);
  expect(names([alert("a", { caused_by: "b" }), alert("b", { caused_by: "a" }), alert("c", { caused_by: "a" })])).toContain("c");
});

test("the most severe are first, among them the newest", () => {
  const found = grouped([alert("old", { fired_at: "2026-11-26T13:00:00Z" }), alert("new", { fired_at: "2026-11-26T14:00:00Z" }), alert("worst", { severity: "critical" }), alert("least", { severity: "info" })]);
  expect(found.map((one) => one.alert.name)).toEqual(["worst", "new", "old", "least"]);
});

test("the headline counts causes and what they explain", () => {
  const slow = Array.from({ length: 20 }, (_, at) => alert(`slow ${at}`, { caused_by: "commit" }));
  const all = [alert("commit", { severity: "critical" }), alert("queue"), alert("disk"), ...slow];
  expect(told(all)).toEqual({ tone: "bad", text: "3 alerts fire, 1 critical; 20 more are explained by them." });
  expect(told([alert("commit"), alert("slow", { caused_by: "commit" })])).toEqual({ tone: "warn", text: "1 alert fires; 1 more is explained by it." });
  expect(told([alert("a", { severity: "critical" })]).text).toBe("1 alert fires, a critical one.");
  expect(told([alert("a", { severity: "info" })]).tone).toBe("none");
  expect(told([])).toEqual({ tone: "well", text: "No alert fires." });
  expect(told([], 2).text).toBe("No alert fires; 2 alerts may soon.");
  expect(summary({ items: [alert("a")], firing: 700, explained: 100, pending: 0 }).text).toBe("600 alerts fire; 100 more are explained by them.");
});

test("what is silenced or acknowledged is said", () => {
  const acknowledged = { by: "Ada", at: "2026-11-26T14:00:00Z" };
  expect(told([alert("a", { acknowledged }), alert("b", { silenced_by: ["s"] })]).text).toBe("2 alerts fire. Nobody is told again: all are silenced or acknowledged.");
  expect(told([alert("a", { acknowledged })]).text).toBe("1 alert fires. Nobody is told of it again: it is silenced or acknowledged.");
  expect(told([alert("a", { acknowledged }), alert("b")]).text).toBe("2 alerts fire. 1 is silenced or acknowledged.");
});

test("a rule's name and severity are no labels of its own", () => {
  expect(ownLabels({ alertname: "x", severity: "info", agent: "a" })).toEqual([["agent", "a"]]);
});
