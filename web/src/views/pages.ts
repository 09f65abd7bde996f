// THE list of pages. Owns their words in the address, the navigation and their keys. Fleet and agents come with the first script;
// the others in six more, when one of them is first shown: a script each would compress a tenth worse. The server answers each
// `page` with the same document: its list is in `crates/paceline-server/src/dashboard.rs`, and a test there reads this one.

import { lazy, type Component } from "solid-js";
import AgentPage from "./agent/AgentPage";
import AgentsPage from "./agents/AgentsPage";
import ConnectPage from "./connect/ConnectPage";
import FleetPage from "./fleet/FleetPage";

type Views = Record<string, Component>;
const of = <V extends Views>(load: () => Promise<V>, name: keyof V): Component =>
  lazy(() => load().then((views) => ({ default: views[name] as Component })));
const work = () => import("./later/work");
const shared = () => import("./later/shared");
const watch = () => import("./later/watch");
const rules = () => import("./later/rules");
const evidence = () => import("./later/evidence");
const metrics = () => import("./later/metrics");

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
  { page: "tasks", title: "Tasks", key: "t", view: of(work, "TasksPage"), detail: { title: "Task", view: of(work, "TaskPage") } },
  { page: "operations", title: "Operations", key: "o", view: of(work, "OperationsPage"), detail: { title: "Operation", view: of(work, "OperationPage") } },
  { page: "alerts", title: "Alerts", key: "l", view: of(watch, "AlertsPage"), detail: { title: "Alert rule", view: of(rules, "RulePage") } },
  { page: "anomalies", title: "Anomalies", key: "n", view: of(watch, "AnomaliesPage") },
  { page: "messages", title: "Messages", key: "m", view: of(shared, "MessagesPage") },
  { page: "memory", title: "Memory", key: "y", view: of(shared, "MemoryPage") },
  { page: "elections", title: "Elections", key: "e", view: of(shared, "ElectionsPage"), detail: { title: "Election", view: of(shared, "ElectionPage") } },
  { page: "reports", title: "Reports", key: "r", view: of(evidence, "ReportsPage") },
  { page: "explore", title: "Metrics", key: "x", view: of(metrics, "ExplorePage") },
  { page: "connect", title: "Connect", key: "c", view: ConnectPage },
];

export const pageOf = (word: string): Page | undefined => PAGES.find((one) => one.page === word);
export const isPage = (word: string): boolean => pageOf(word) !== undefined;
