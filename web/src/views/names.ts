// Agents' names for pages that are given ids. Owns the map; refuses to ask for anything: the fleet's topic has them.

import { createMemo, untrack, type Accessor } from "solid-js";
import { shortId } from "../lib/format";
import { useFleet } from "./live";

export interface Names {
  /** By id, in the order of joining. */
  known: Accessor<ReadonlyMap<string, string>>;
  of(id: string): string;
}

export function useNames(): Names {
  const fleet = useFleet();
  const membership = createMemo(() => fleet().membership);
  const known = createMemo(() => {
    membership();
    const state = untrack(fleet);
    return new Map(state.present.map((ref) => [state.agents.id[ref] ?? "", state.nameOf(ref)]));
  });
  return { known, of: (id) => known().get(id) || shortId(id) };
}
