// Light or dark. Owns the choice and where it is kept; the system's word counts until a person chooses.

export type Theme = "system" | "light" | "dark";

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const KEY = "paceline.theme";

export function readTheme(store: Store): Theme {
  const word = store.getItem(KEY);
  return word === "light" || word === "dark" ? word : "system";
}

export function writeTheme(store: Store, theme: Theme): void {
  if (theme === "system") store.removeItem(KEY);
  else store.setItem(KEY, theme);
}

export const nextTheme = (theme: Theme): Theme => (({ system: "light", light: "dark", dark: "system" }) as const)[theme];
