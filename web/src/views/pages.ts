// THE list of pages. Owns their words in the address, the navigation and their keys; each is a file that is
// loaded when it is first shown. The server answers each `page` with the same document: its list is in
// `crates/paceline-server/src/dashboard.rs`, and a test there reads this one.

import { lazy, type Component } from "solid-js";

export interface Page {
  /** The first part of the path. */
  page: string;
  title: string;
  /** After `g`. */
  key: string;
  view: Component;
  /** What the next part of the path is, where there may be one. */
  detail?: { title: string; view: Component };
}

export const PAGES: readonly Page[] = [
  { page: "", title: "Fleet", key: "f", view: lazy(() => import("./fleet/FleetPage")) },
  { page: "agents", title: "Agents", key: "a", view: lazy(() => import("./agents/AgentsPage")), detail: { title: "Agent", view: lazy(() => import("./agent/AgentPage")) } },
  { page: "tasks", title: "Tasks", key: "t", view: lazy(() => import("./tasks/TasksPage")), detail: { title: "Task", view: lazy(() => import("./tasks/TaskPage")) } },
  { page: "operations", title: "Operations", key: "o", view: lazy(() => import("./operations/OperationsPage")), detail: { title: "Operation", view: lazy(() => import("./operations/OperationPage")) } },
  { page: "connect", title: "Connect", key: "c", view: lazy(() => import("./connect/ConnectPage")) },
];

export const pageOf = (word: string): Page | undefined => PAGES.find((one) => one.page === word);
export const isPage = (word: string): boolean => pageOf(word) !== undefined;
