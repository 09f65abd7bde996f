// The performance of agents over a time. Owns reading all pages of it, up to a bound, and the time's words;
// refuses to judge: verdicts are the server's.

import type { Api } from "./api";
import type { AgentPerformance, AgentPerformanceRow } from "./wire";
import { bounds, type Range } from "./range";

const ROWS_MAX = 5_000;

export interface AllPerformance {
  first: AgentPerformance;
  rows: Map<string, AgentPerformanceRow>;
}

export async function readPerformance(api: Api, range: Range, nowMs: number, signal?: AbortSignal): Promise<AllPerformance> {
  const query = { ...period(range, nowMs), limit: 500 };
  const first = await api.get<AgentPerformance>("/api/agent-performance", query, signal);
  const rows = new Map(first.items.map((row) => [row.agent_id, row]));
  let cursor = first.next_cursor;
  while (cursor && rows.size < ROWS_MAX) {
    const next: AgentPerformance = await api.get("/api/agent-performance", { ...query, cursor }, signal);
    for (const row of next.items) rows.set(row.agent_id, row);
    cursor = next.next_cursor;
  }
  return { first, rows };
}

/** Live means all that was recorded: a verdict needs more tasks than a quarter of an hour has. */
export function period(range: Range, nowMs: number): { from?: string; to?: string } {
  if (range.kind === "live") return {};
  const { fromMs, toMs } = bounds(range, nowMs);
  const from = new Date(fromMs).toISOString();
  return range.kind === "last" ? { from } : { from, to: new Date(toMs).toISOString() };
}
