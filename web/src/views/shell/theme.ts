// The theme on the document. Owns the attribute that styles read and the signal that charts follow.

import { createSignal } from "solid-js";
import { nextTheme, readTheme, writeTheme, type Theme } from "../../lib/theme";

const [theme, setTheme] = createSignal<Theme>(readTheme(localStorage));
const [paint, setPaint] = createSignal(0);
/** `paint` changes whenever colours did, whoever changed them. */
export { paint, theme };

export function applyTheme(): void {
  document.documentElement.dataset["theme"] = theme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setPaint((count) => count + 1));
}

export function toggleTheme(): void {
  setTheme(nextTheme(theme()));
  writeTheme(localStorage, theme());
  document.documentElement.dataset["theme"] = theme();
  setPaint((count) => count + 1);
}
