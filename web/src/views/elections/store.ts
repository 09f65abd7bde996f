// Elections and their histories. Owns when they are read: the list as the feed counts campaigns, a history when
// its election changed hands; refuses the arithmetic of terms (`lib/terms`).

import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { Keyed } from "../../lib/keyed";
import { path } from "../../lib/route";
import type { Election, ElectionHistory, Term } from "../../lib/terms";
import { useChanges } from "../changes";
import { api } from "../session";

const PAGE = 500;
const CHANGES = ["leader_campaign", "leader_renew", "leader_resign", "agent_deregister"];

interface ElectionPage {
  items: Election[];
  next_cursor: string | null;
}

export interface Elections {
  list: Accessor<Keyed<Election>>;
  error: Accessor<Error | null>;
  isKnown: Accessor<boolean>;
  more(): void;
  again(): void;
}

export function useElections(): Elections {
  const [list, setList] = createSignal(new Keyed<Election>((one) => one.election), { equals: false });
  const [error, setError] = createSignal<Error | null>(null);
  const [isKnown, setKnown] = createSignal(false);
  const read = async (cursor: string | null) => {
    try {
      const page = await api.get<ElectionPage>("/api/elections", { limit: PAGE, cursor });
      const goOn = cursor === null && isKnown() ? list().cursor : page.next_cursor;
      setList((one) => (one.append(page.items, goOn), one));
      setError(null);
      setKnown(true);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  const again = () => void read(null);
  again();
  useChanges(CHANGES, again);
  return { list, error, isKnown, again, more: () => void read(list().cursor) };
}

/** One election with its last hundred terms. */
export function useElection(name: string): { election: Accessor<ElectionHistory | null>; error: Accessor<Error | null> } {
  const [election, setElection] = createSignal<ElectionHistory | null>(null);
  const [error, setError] = createSignal<Error | null>(null);
  const read = () => void api.get<ElectionHistory>(path("api", ["elections", name])).then((one) => (setElection(one), setError(null)), setError);
  read();
  useChanges(CHANGES, read);
  return { election, error };
}

/** The last hundred terms of an election, the newest first; read again when `change` is another. */
export function useTerms(name: Accessor<string>, change: Accessor<unknown>): Accessor<Term[] | null> {
  const [terms, setTerms] = createSignal<Term[] | null>(null);
  let isOver = false;
  onCleanup(() => (isOver = true));
  createEffect(on([name, change], () => {
    api.get<ElectionHistory>(path("api", ["elections", name()])).then((answer) => !isOver && setTerms(answer.history), () => undefined);
  }));
  return terms;
}

/** What makes a history another one. */
export const hands = (one: Election | undefined): string => `${one?.epoch ?? 0} ${one?.leader ?? ""} ${one?.vacant_since ?? ""}`;
