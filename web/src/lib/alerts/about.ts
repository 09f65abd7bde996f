// What an expression is about, as detectors call it. Owns reading names of metrics and operations from its text.

import { pieces } from "../promql";

/** A histogram's parts are one metric; a metric of all operations is about those that it is narrowed to. */
export function aboutOf(query: string): string[] {
  const all = pieces(query).filter((one) => one.kind !== "space" && one.kind !== "comment");
  const found = new Set<string>();
  all.forEach((one, at) => {
    if (one.kind === "name" && !one.text.startsWith("paceline_operation_")) found.add(one.text.replace(/_(?:bucket|sum|count)$/, ""));
    const value = all[at + 2];
    if (one.kind === "label" && one.text === "operation" && all[at + 1]?.text === "=" && value?.kind === "string") found.add(value.text.slice(1, -1));
  });
  return [...found].filter((one) => one !== "");
}
