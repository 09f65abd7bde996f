// The keyboard. Owns the list of keys, which the help shows; refuses to take one from a field that is typed in.

import { createSignal } from "solid-js";
import { LIVE } from "../../lib/range";
import { PAGES } from "../pages";
import { go, keepingRange, setRange } from "../router";
import { toggleTheme } from "./theme";

const [isHelpOpen, setHelpOpen] = createSignal(false);
export { isHelpOpen, setHelpOpen };

export interface Key {
  keys: string;
  does: string;
}

export const KEYS: readonly Key[] = [
  { keys: "/", does: "search for an agent, a task or a page" },
  { keys: "?", does: "show this help" },
  { keys: "l", does: "back to live" },
  { keys: "t", does: "light, dark or the system's theme" },
  { keys: "Esc", does: "close, or leave a field" },
];

export function listenToKeys(): void {
  let wasG = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const page = wasG ? PAGES.find((one) => one.key === event.key) : undefined;
    wasG = event.key === "g";
    if (page) go(keepingRange(`/${page.page}`));
    else if (!act(event.key)) return;
    event.preventDefault();
  });
}

function act(key: string): boolean {
  if (key === "/") document.getElementById("search")?.focus();
  else if (key === "?") setHelpOpen(true);
  else if (key === "l") setRange(LIVE);
  else if (key === "t") toggleTheme();
  else return false;
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
