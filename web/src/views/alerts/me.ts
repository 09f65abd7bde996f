// Who sits here, as they said last. Owns the place in this browser where that is remembered.

const KEY = "paceline-name";

export const myName = (): string => localStorage.getItem(KEY) ?? "";
export function rememberName(name: string): void {
  if (name.trim() !== "") localStorage.setItem(KEY, name.trim());
}
