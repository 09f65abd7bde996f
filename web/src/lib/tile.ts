// What an agent's tile says. Owns reading it from the fleet and whether it is the same as before, so that of all tiles only
// those work that changed; refuses elements.

import { count } from "./format";
import type { FleetState } from "./state/fleet";

/** Tiles that changed a moment ago shine. */
const FRESH_MS = 1_500;

export interface Tile {
  id: string;
  name: string;
  health: string;
  status: string;
  running: number;
  completed: number | null;
  isFresh: boolean;
}

export function tileOf(state: FleetState, ref: number, nowMs: number): Tile {
  const { agents } = state;
  return {
    id: agents.id[ref] ?? "",
    name: state.nameOf(ref),
    health: agents.health[ref] ?? "healthy",
    status: agents.status[ref] ?? "idle",
    running: agents.running[ref] ?? 0,
    completed: state.hasCounts ? (agents.completed[ref] ?? 0) : null,
    isFresh: nowMs - (agents.changedAt[ref] ?? 0) < FRESH_MS,
  };
}

export function isSameTile(a: Tile, b: Tile): boolean {
  return a.running === b.running && a.completed === b.completed && a.isFresh === b.isFresh && a.health === b.health && a.status === b.status && a.name === b.name && a.id === b.id;
}

/** In words: trouble before work, work before what the agent says. */
export function doing({ health, status, running }: Tile): string {
  if (health !== "healthy") return health;
  if (running === 0) return status;
  return running === 1 ? "runs a task" : `runs ${count(running)}`;
}
