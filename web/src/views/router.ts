// The address as a signal, and links that stay on the page. Owns the browser's history; refuses a list of
// pages: that is `pages.ts`.

import { batch, createMemo, createRoot, createSignal } from "solid-js";
import { readRange, writeRange, type Range } from "../lib/range";
import { parse, withParams, type Route } from "../lib/route";
import { isPage } from "./pages";

const [route, setRoute] = createSignal<Route>(parse(location));
export { route };

/** Runs after a change of page, so that focus and scroll follow. */
let arrived: () => void = () => undefined;
export const onArrival = (run: () => void): void => void (arrived = run);

export function go(to: string, how: "push" | "replace" = "push"): void {
  const before = route();
  history[how === "push" ? "pushState" : "replaceState"](null, "", to);
  batch(() => setRoute(parse(location)));
  if (how === "push" && (before.page !== route().page || before.rest.join() !== route().rest.join())) arrived();
}

/** Changes parameters of this page. A change that a person types replaces: Back leaves the page, not the letter. */
export function setParams(changes: Record<string, string | null>, how: "push" | "replace" = "replace"): void {
  const search = withParams(route().params, changes).toString();
  go(location.pathname + (search === "" ? "" : `?${search}`), how);
}

export const param = (name: string): string => route().params.get(name) ?? "";

/** Which time the page shows; equal until it changes, so that charts do not ask twice. */
export const range = createRoot(() =>
  createMemo<Range>((before) => {
    const next = readRange(route().params);
    return before && JSON.stringify(before) === JSON.stringify(next) ? before : next;
  }),
);
export const setRange = (next: Range): void => setParams(writeRange(next), "push");

/** The address of another page that keeps the time shown here. */
export function keepingRange(to: string): string {
  const params = withParams(new URLSearchParams(), writeRange(range())).toString();
  return params === "" ? to : `${to}${to.includes("?") ? "&" : "?"}${params}`;
}

/** Takes clicks on links to pages, and Back and Forward. */
export function listen(): void {
  addEventListener("popstate", () => {
    setRoute(parse(location));
    arrived();
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.target !== "" || link.hasAttribute("download") || !isPage(parse(link).page)) return;
    if (link.hash !== "" && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
