// The messages that the page shows: the newest, and older ones as far as somebody asked. Owns when they are
// read again and what waits while somebody reads further down; the list itself is `lib/message-log`.

import { batch, createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { MessageLog, type MessagePage } from "../../lib/message-log";
import { useChanges } from "../changes";
import { param } from "../router";
import { api } from "../session";

const PAGE = 100;

export interface Messages {
  log: Accessor<MessageLog>;
  error: Accessor<Error | null>;
  isKnown: Accessor<boolean>;
  /** So many newer ones wait, because somebody reads further down. */
  waiting: Accessor<number>;
  hasFilter: Accessor<boolean>;
  /** Whether the list is at its top, where newer ones may push it down. */
  setAtTop(isAtTop: boolean): void;
  showNewest(): void;
  older(): void;
}

export function useMessages(): Messages {
  const [log, setLog] = createSignal(new MessageLog(), { equals: false });
  const [error, setError] = createSignal<Error | null>(null);
  const [isKnown, setKnown] = createSignal(false);
  const [waiting, setWaiting] = createSignal(0);
  const filter = createMemo(() => ({ agent_id: param("agent"), role: param("role"), topic: param("topic"), type: param("type") }), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  let isAtTop = true;
  let abort = new AbortController();
  const read = async (cursor: string | null, take: (page: MessagePage) => void) => {
    const mine = abort;
    try {
      const page = await api.get<MessagePage>("/api/messages", { ...filter(), limit: PAGE, cursor }, mine.signal);
      if (mine.signal.aborted) return;
      batch(() => {
        setLog((one) => (take(page), one));
        setError(null);
        setKnown(true);
      });
    } catch (failure) {
      if (!mine.signal.aborted) setError(failure as Error);
    }
  };
  const again = () =>
    void read(null, (page) => {
      const news = isKnown() && !isAtTop ? log().refresh(page) : 0;
      if (news === 0) log().newest(page);
      setWaiting(news);
    });
  const newest = () => void read(null, (page) => (log().newest(page), setWaiting(0)));
  const begin = () => {
    abort.abort();
    abort = new AbortController();
    batch(() => {
      setKnown(false);
      setWaiting(0);
      setLog((one) => (one.clear(), one));
    });
    isAtTop = true;
    newest();
  };
  createEffect(on(filter, begin));
  useChanges(["message_send", "message_deliver", "message_ack"], again);
  onCleanup(() => abort.abort());
  return {
    log, error, isKnown, waiting, setAtTop: (now) => void (isAtTop = now), showNewest: newest,
    hasFilter: () => Object.values(filter()).some((one) => one !== ""),
    older: () => void read(log().cursor, (page) => log().older(page)),
  };
}
