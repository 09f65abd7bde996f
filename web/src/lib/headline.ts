// Whether the fleet is well, in a sentence. Owns the judgement and its order, the gravest first; each trouble
// says where to click. Refuses thresholds that a person would not call trouble.

import { coarse, count, percent, plural } from "./format";
import { path } from "./route";
import type { FleetState } from "./state/fleet";

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
const ERROR_SHARE_MAX = 0.05;
/** Fewer operations a second than this are too few to speak of a share. */
const ERROR_RATE_MIN = 0.2;

export function headline(state: FleetState, nowMs: number): Headline {
  const troubles = [...ofAgents(state), ...ofLeaders(state), ...ofWork(state, nowMs), ...ofOperations(state)];
  const isEmpty = state.present.length === 0 && total(state) === 0;
  if (isEmpty && troubles.length === 0) return { tone: "none", text: "Nothing has joined yet.", troubles };
  const bad = troubles.some((one) => one.tone === "bad");
  const tone = bad ? "bad" : 0 < troubles.length ? "warn" : "well";
  return { tone, text: tone === "well" ? well(state) : needs(troubles), troubles };
}

function well(state: FleetState): string {
  const agents = state.present.length;
  const running = state.queue?.running ?? 0;
  if (agents === 0) return "No agent is here; nothing is waiting.";
  const who = agents === 1 ? "The only agent is" : `All ${count(agents)} agents are`;
  return `${who} well. ${running === 0 ? "Nothing runs" : plural(running, "task")}${running === 0 ? "" : running === 1 ? " runs" : " run"}.`;
}

function needs(troubles: Trouble[]): string {
  return troubles.length === 1 ? "One thing needs a look." : `${troubles.length} things need a look.`;
}

function ofAgents(state: FleetState): Trouble[] {
  const counts = state.counts();
  const trouble = (health: "dead" | "stale" | "warning", tone: Trouble["tone"], word: string): Trouble[] => {
    const number = counts[health];
    if (number === 0) return [];
    const text = `${plural(number, "agent")} ${number === 1 ? word.replace("have", "has").replace("are", "is") : word}`;
    return [{ tone, text, href: path("agents", [], { health }) }];
  };
  return [
    ...trouble("dead", "bad", "are dead"),
    ...trouble("stale", "warn", "have gone silent"),
    ...trouble("warning", "warn", "are late with a heartbeat"),
  ];
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
  const href = path("tasks", [], { status: "ready" });
  return [{ tone: "warn", text: `${plural(ready, "ready task")} ${ready === 1 ? "waits" : "wait"}, the oldest for ${coarse(nowMs - oldest)}`, href }];
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
