import { expect, test } from "vitest";
import { nextTheme, readTheme, writeTheme } from "./theme";
import { isToken, keeper } from "./token";

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test("a token is kept, forgotten, and refused where it fits no header", () => {
  const token = keeper(memory());
  token.set("abc");
  expect(token.get()).toBe("abc");
  token.set(null);
  expect(token.get()).toBeNull();
  expect([isToken("pcl_abc-1.2~x"), isToken("a b"), isToken(""), isToken("a,b"), isToken("ü")]).toEqual([true, false, false, false, false]);
});

test("a theme is chosen, or the system's", () => {
  const store = memory();
  expect(readTheme(store)).toBe("system");
  writeTheme(store, nextTheme("light"));
  expect(readTheme(store)).toBe("dark");
  writeTheme(store, nextTheme("dark"));
  expect(readTheme(store)).toBe("system");
});
