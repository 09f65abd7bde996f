import { expect, test } from "vitest";
import { Keyed } from "./keyed";

test("rows come and change under their keys", () => {
  const list = new Keyed<{ id: string; n: number }>((row) => row.id);
  list.replace([{ id: "a", n: 1 }, { id: "b", n: 2 }], "2");
  list.append([{ id: "c", n: 3 }, { id: "a", n: 4 }], null);
  expect([list.keys, list.get("a")?.n, list.cursor]).toEqual([["a", "b", "c"], 4, null]);
  list.replace([{ id: "c", n: 5 }], null);
  expect([list.keys, list.get("a"), list.get("c")?.n]).toEqual([["c"], undefined, 5]);
});
