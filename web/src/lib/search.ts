// What a search finds. Owns the matching and its order; refuses to fetch anything.

import { agentPath, pathOfId } from "./route";

export interface Found {
  label: string;
  kind: string;
  href: string;
}

interface Searchable {
  agent_id: string;
  name?: string | null;
  role?: string | null;
}

const FOUND_MAX = 12;

/** An id that was pasted goes first, then pages, then agents whose name, role or id has all the words. */
export function find(text: string, pages: readonly { page: string; title: string }[], agents: readonly Searchable[]): Found[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const isMatch = (where: string) => words.every((word) => where.toLowerCase().includes(word));
  const known = agents.filter((one) => isMatch(`${one.name ?? ""} ${one.role ?? ""} ${one.agent_id}`));
  const pasted = pathOfId(text.trim());
  const found: Found[] = pasted && !known.some((one) => one.agent_id === text.trim()) ? [{ label: text.trim(), kind: "id", href: pasted }] : [];
  for (const page of pages) if (isMatch(page.title)) found.push({ label: page.title, kind: "page", href: `/${page.page}` });
  for (const agent of known) found.push({ label: agent.name || agent.agent_id, kind: agent.role ?? "agent", href: agentPath(agent.agent_id) });
  return found.slice(0, FOUND_MAX);
}
