// The view in the address. Owns paths and their parameters, so that a link shows what its sender saw;
// refuses to keep a view anywhere else.

export interface Route {
  /** The page's word: empty for the fleet. */
  page: string;
  /** What follows the page in the path, such as an agent's id. */
  rest: string[];
  params: URLSearchParams;
}

export function parse(url: { pathname: string; search: string }): Route {
  const [page = "", ...rest] = url.pathname.split("/").filter((part) => part !== "").map(decode);
  return { page, rest, params: new URLSearchParams(url.search) };
}

export function path(page: string, rest: readonly string[] = [], params?: URLSearchParams | Record<string, string>): string {
  const place = `/${[page, ...rest].filter((part) => part !== "").map(encodeURIComponent).join("/")}`;
  const search = new URLSearchParams(params).toString();
  return search === "" ? place : `${place}?${search}`;
}

/** The parameters with some changed; null takes one away. */
export function withParams(params: URLSearchParams, changes: Record<string, string | null>): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(key);
    else next.set(key, value);
  }
  return next;
}

export const agentPath = (id: string) => path("agents", [id]);
export const taskPath = (id: string) => path("tasks", [id]);

/** Where an id leads; null where its kind has no page. */
export function pathOfId(id: string): string | null {
  if (id.startsWith("agt_")) return agentPath(id);
  return id.startsWith("tsk_") ? taskPath(id) : null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
