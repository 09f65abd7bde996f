// THE list of pages. Owns their words in the address, the navigation and their keys. All are in one script: apart, they
// compress a tenth worse and need the machinery of loading. The server answers each `page` with the same document: its list is in
// `crates/paceline-server/src/dashboard.rs`, and a test there reads this one.

import type { Component } from "solid-js";
import AgentPage from "./agent/AgentPage";
import AgentsPage from "./agents/AgentsPage";
import ConnectPage from "./connect/ConnectPage";
import ExplorePage from "./explore/ExplorePage";
import FleetPage from "./fleet/FleetPage";
import ReportsPage from "./reports/ReportsPage";

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
  { page: "", title: "Fleet", key: "f", view: FleetPage },
  { page: "agents", title: "Agents", key: "a", view: AgentsPage, detail: { title: "Agent", view: AgentPage } },
  { page: "explore", title: "Metrics", key: "x", view: ExplorePage },
  { page: "reports", title: "Reports", key: "r", view: ReportsPage },
  { page: "connect", title: "Connect", key: "c", view: ConnectPage },
];

export const pageOf = (word: string): Page | undefined => PAGES.find((one) => one.page === word);
export const isPage = (word: string): boolean => pageOf(word) !== undefined;
