// Reading rules. Owns following the pages of the list, up to a bound.

import type { AlertRuleList } from "../../lib/wire";
import { api } from "../session";

const LIMIT = 500;
const PAGES_MAX = 20;

export async function allRules(signal?: AbortSignal): Promise<AlertRuleList> {
  const all: AlertRuleList = { items: [], file_errors: [] };
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const next: AlertRuleList = await api.get<AlertRuleList>("/api/alert-rules", { limit: LIMIT, cursor }, signal);
    all.items.push(...next.items);
    if (page === 0) all.file_errors = next.file_errors ?? [];
    cursor = next.next_cursor ?? null;
    if (cursor === null) break;
  }
  return all;
}
