// Which agents a filter lets through. Owns the meaning of its words.

import type { FleetState } from "./state/fleet";

export interface AgentFilter {
  text: string;
  health: string;
  type: string;
}

/** All words of the text must be in the name, role, id or types; order stays that of joining. */
export function filterAgents(state: FleetState, filter: AgentFilter): number[] {
  const words = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const { agents } = state;
  return state.present.filter((ref) => {
    if (filter.health !== "" && agents.health[ref] !== filter.health) return false;
    const types = agents.types[ref] ?? [];
    if (filter.type !== "" && !types.includes(filter.type)) return false;
    if (words.length === 0) return true;
    const where = [agents.name[ref], agents.role[ref], agents.id[ref], ...types].join(" ").toLowerCase();
    return words.every((word) => where.includes(word));
  });
}

/** Types in the order of how many agents take them. */
export function typesOf(state: FleetState): string[] {
  const counts = new Map<string, number>();
  for (const ref of state.present) for (const type of state.agents.types[ref] ?? []) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([type]) => type);
}
