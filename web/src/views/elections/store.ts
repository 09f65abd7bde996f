// Elections and their histories. Owns when they are read: the list as the feed counts campaigns, a history when
// its election changed hands; refuses the arithmetic of terms (`lib/terms`).

import { createSignal, type Accessor } from "solid-js";
import { Keyed } from "../../lib/keyed";
import { path } from "../../lib/route";
import type { Election, ElectionHistory } from "../../lib/terms";
import { useChanges } from "../changes";
import { useReading, type Reading } from "../reading";
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

/** One election with its last hundred terms, the newest first; of the list's, read again when `change` is another. */
export function useElection(name: string, change?: Accessor<unknown>): Reading<ElectionHistory> {
  const reading = useReading(change ?? (() => name), (_, signal) => api.get<ElectionHistory>(path("api", ["elections", name]), {}, signal));
  if (!change) useChanges(CHANGES, reading.again);
  return reading;
}

/** What makes a history another one. */
export const hands = (one: Election | undefined): string => `${one?.epoch ?? 0} ${one?.leader ?? ""} ${one?.vacant_since ?? ""}`;
