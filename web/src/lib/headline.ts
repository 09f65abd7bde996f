// Whether the fleet is well, in a sentence. Owns the judgement and its order, the gravest first; each trouble
// says where to click. Refuses thresholds that a person would not call trouble.

import { coarse, count, percent, plural } from "./format";
import { path } from "./route";
import type { FleetState } from "./state/fleet";
import type { AlertSeverity } from "./wire";

export type Tone = "well" | "warn" | "bad" | "none";

export interface Trouble {
  tone: "warn" | "bad";
  text: string;
  href: string;
}

export interface Headline {
  tone: Tone;
  text: string;
  troubles: Trouble[];
}

const WAIT_MS_MAX = 5 * 60_000;
const DEATH_MS_MAX = 60 * 60_000;
const ERROR_SHARE_MAX = 0.05;
/** Fewer operations a second than this are too few to speak of a share. */
const ERROR_RATE_MIN = 0.2;

/** Alerts that fire, without those that another one explains. */
export interface Firing {
  causes: number;
  worst: AlertSeverity | null;
}

export function headline(state: FleetState, nowMs: number, firing: Firing | null = null): Headline {
  const alerts = ofAlerts(firing);
  const others = [...ofAgents(state, nowMs), ...ofLeaders(state), ...ofWork(state, nowMs), ...ofOperations(state)];
  // Somebody called it critical: nothing that is counted here is graver.
  const troubles = firing?.worst === "critical" ? [...alerts, ...others] : [...others, ...alerts];
  const isEmpty = state.present.length === 0 && total(state) === 0;
  if (isEmpty && troubles.length === 0) return { tone: "none", text: "Nothing has joined yet.", troubles };
  if (0 < troubles.length) return { tone: troubles.some((one) => one.tone === "bad") ? "bad" : "warn", text: needs(troubles), troubles };
  return { tone: alive(state) === 0 ? "none" : "well", text: well(state), troubles };
}

/** Whether somebody has to hear of it now: another judgement or other troubles, not other numbers in the same words. */
export function isNews(before: Headline, next: Headline): boolean {
  return before.tone !== next.tone || before.troubles.length !== next.troubles.length || before.troubles.some((one, index) => one.href !== next.troubles[index]?.href);
}

const alive = (state: FleetState): number => state.present.length - state.counts().dead;

function well(state: FleetState): string {
  const [agents, dead] = [alive(state), state.counts().dead];
  const earlier = dead === 0 ? "" : ` ${count(dead)} died earlier.`;
  if (agents === 0) return dead === 0 ? "No agent is here; nothing is waiting." : `No agent is alive.${earlier}`;
  const running = state.queue?.running ?? 0;
  const who = agents === 1 ? "The only agent is" : `All ${count(agents)} agents are`;
  const runs = running === 0 ? "Nothing runs." : `${plural(running, "task")} ${running === 1 ? "runs" : "run"}.`;
  return `${who} well. ${runs}${earlier}`;
}

/** The gravest in words, the others as a number: they stand below. */
function needs(troubles: Trouble[]): string {
  const first = troubles[0]?.text ?? "";
  const more = troubles.length - 1;
  const text = first.charAt(0).toUpperCase() + first.slice(1);
  return more === 0 ? `${text}.` : `${text}, and ${more === 1 ? "one more thing needs" : `${more} more things need`} a look.`;
}

function ofAgents(state: FleetState, nowMs: number): Trouble[] {
  const counts = state.counts();
  const trouble = (number: number, health: string, tone: Trouble["tone"], one: string, many: string): Trouble[] =>
    number === 0 ? [] : [{ tone, text: `${plural(number, "agent")} ${number === 1 ? one : many}`, href: path("agents", [], { health }) }];
  return [
    ...trouble(diedLately(state, nowMs), "dead", "bad", "died in the last hour", "died in the last hour"),
    ...trouble(counts.stale, "stale", "warn", "has gone silent", "have gone silent"),
    ...trouble(counts.warning, "warning", "warn", "is late with a heartbeat", "are late with a heartbeat"),
  ];
}

/** A death is news for an hour; a fleet that lost an agent last week is well. */
function diedLately(state: FleetState, nowMs: number): number {
  const { health, changedAt } = state.agents;
  return state.present.filter((ref) => health[ref] === "dead" && nowMs - (changedAt[ref] ?? 0) < DEATH_MS_MAX).length;
}

/** What is only good to know is no trouble. */
function ofAlerts(firing: Firing | null): Trouble[] {
  if (firing === null || firing.causes === 0 || (firing.worst !== "critical" && firing.worst !== "warning")) return [];
  const { causes, worst } = firing;
  const text = causes === 1 ? `a ${worst === "critical" ? "critical alert" : "warning"} fires` : `${plural(causes, "alert")} fire, the worst ${worst === "critical" ? "critical" : "a warning"}`;
  return [{ tone: worst === "critical" ? "bad" : "warn", text, href: path("alerts") }];
}

function ofLeaders(state: FleetState): Trouble[] {
  return state.leaders
    .filter((one) => one.leader === null)
    .map((one) => ({ tone: "bad", text: `election ${one.election} has no leader`, href: path("elections", [one.election]) }));
}

function ofWork(state: FleetState, nowMs: number): Trouble[] {
  const { queue, waiting } = state;
  const ready = queue?.ready ?? 0;
  const oldest = waiting?.oldest_ready_at_ms ?? null;
  if (ready === 0 || oldest === null || nowMs - oldest < WAIT_MS_MAX) return [];
  const nobody = alive(state) === 0 ? ", and no agent is alive" : "";
  const href = path("tasks", [], { status: "ready" });
  return [{ tone: "warn", text: `${plural(ready, "ready task")} ${ready === 1 ? "waits" : "wait"}, the oldest for ${coarse(nowMs - oldest)}${nobody}`, href }];
}

function ofOperations(state: FleetState): Trouble[] {
  const { rates } = state;
  if (!rates || rates.operations_per_second < ERROR_RATE_MIN) return [];
  const share = rates.errors_per_second / rates.operations_per_second;
  if (share <= ERROR_SHARE_MAX) return [];
  return [{ tone: "bad", text: `${percent(share)} of operations fail`, href: path("operations") }];
}

function total(state: FleetState): number {
  return state.queue ? Object.values(state.queue).reduce((sum, one) => sum + one, 0) : 0;
}
