// What memory holds, as it is searched. Owns when it is read: soon after a word is typed, and again as the feed
// counts writes; refuses to rank, the server does.

import { batch, createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { Keyed } from "../../lib/keyed";
import { useChanges } from "../changes";
import { param } from "../router";
import { api } from "../session";

export interface Entry {
  namespace: string;
  key: string;
  value: unknown;
  version: number;
  tags: string[];
  author?: string;
  created_at: string;
  updated_at: string;
  expires_at?: string;
}

export interface Hit {
  entry: Entry;
  /** 0 in a list by age. */
  score: number;
  snippet: string;
}

export interface Namespace {
  namespace: string;
  entries: number;
  updated_at: string | null;
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface List<T> {
  list: Accessor<Keyed<T>>;
  error: Accessor<Error | null>;
  isKnown: Accessor<boolean>;
  more(): void;
  again(): void;
}

/** One word for both parts of an entry's name, which may hold any letter. */
export const nameOf = (namespace: string, key: string): string => JSON.stringify([namespace, key]);

/** And back; a name that nobody made has no parts. */
export function parts(name: string): string[] {
  try {
    const read: unknown = JSON.parse(name);
    return Array.isArray(read) ? read.map(String) : [];
  } catch {
    return [];
  }
}

const CHANGES = ["memory_set", "memory_delete"];
const HITS = 100;

export function useHits(): List<Hit> {
  const query = createMemo(() => ({ namespace: param("namespace"), q: param("q"), tag: param("tag") }), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  return useList((hit) => nameOf(hit.entry.namespace, hit.entry.key), "/api/memory", query, HITS);
}

export const useNamespaces = (): List<Namespace> => useList((one) => one.namespace, "/api/memory/namespaces", () => ({}), 500);

function useList<T>(keyOf: (row: T) => string, from: string, query: Accessor<Record<string, string>>, limit: number): List<T> {
  const [list, setList] = createSignal(new Keyed<T>(keyOf), { equals: false });
  const [error, setError] = createSignal<Error | null>(null);
  const [isKnown, setKnown] = createSignal(false);
  let abort = new AbortController();
  const read = async (cursor: string | null, pages: number) => {
    abort.abort();
    const mine = (abort = new AbortController());
    try {
      const rows: T[] = [];
      let next = cursor;
      for (let page = 0; page < pages && (page === 0 || next !== null); page += 1) {
        const answer = await api.get<Page<T>>(from, { ...query(), limit, cursor: next }, mine.signal);
        rows.push(...answer.items);
        next = answer.next_cursor;
      }
      if (mine.signal.aborted) return;
      batch(() => {
        setList((one) => (cursor === null ? one.replace(rows, next) : one.append(rows, next), one));
        setError(null);
        setKnown(true);
      });
    } catch (failure) {
      if (!mine.signal.aborted) setError(failure as Error);
    }
  };
  // As much again as is shown: what somebody asked for does not go away.
  const again = () => void read(null, Math.max(1, Math.ceil(list().keys.length / limit)));
  createEffect(on(query, () => void read(null, 1)));
  useChanges(CHANGES, again);
  onCleanup(() => abort.abort());
  return { list, error, isKnown, again, more: () => void read(list().cursor, 1) };
}
