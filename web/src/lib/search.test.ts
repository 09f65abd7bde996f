import { expect, test } from "vitest";
import { find } from "./search";

const pages = [{ page: "", title: "Fleet" }, { page: "tasks", title: "Tasks" }];
const agents = [{ agent_id: "agt_1", name: "Ada", role: "reviewer" }, { agent_id: "agt_2", name: null, role: null }];
const labels = (text: string) => find(text, pages, agents).map((one) => one.label);

test("names, roles, ids and pages are found", () => {
  expect(labels("ada")).toEqual(["Ada"]);
  expect(labels("review ad")).toEqual(["Ada"]);
  expect(labels("agt_2")).toEqual(["agt_2"]);
  expect(labels("ta")).toEqual(["Tasks"]);
  expect(labels("  ")).toEqual([]);
});

test("an id that was pasted leads to its page, known or not", () => {
  expect(find("tsk_9", pages, agents)).toEqual([{ label: "tsk_9", kind: "id", href: "/tasks/tsk_9" }]);
});
