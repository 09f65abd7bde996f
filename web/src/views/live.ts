// A topic of the feed as a component uses it. Owns sharing: two components that follow the same topic have
// one subscription and one store, and a store ends with its last component. Refuses to know what is in one.

import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { Refusal } from "../lib/api";
import type { DataFrame, Topic } from "../lib/feed-types";
import { AgentState } from "../lib/state/agent";
import { AlertsState } from "../lib/state/alerts";
import type { Happened } from "../lib/loop";
import { FleetState } from "../lib/state/fleet";
import { OperationsState } from "../lib/state/operations";
import { TasksState } from "../lib/state/tasks";
import { ValuesState } from "../lib/state/values";
import { feed, loop } from "./session";

interface State<F> {
  isKnown: boolean;
  apply(frame: F): Happened;
}

export interface Live<S> {
  /** The store. Reading it follows the feed: what reads it runs again with the next picture after a frame. */
  (): S;
  /** What the server said instead of frames; null when all is well. */
  error: Accessor<Refusal | null>;
}

interface Shared {
  live: Live<unknown>;
  followers: number;
  stop(): void;
}

const shared = new Map<string, Shared>();

export const useFleet = (): Live<FleetState> => use({ fleet: true }, () => new FleetState());
export const useOperations = (): Live<OperationsState> => use({ operations: true }, () => new OperationsState());
export const useTasks = (): Live<TasksState> => use({ tasks: true }, () => new TasksState());
/** How many fire, and that something changed; what each says is read over HTTP. */
export const useAlerts = (): Live<AlertsState> => use({ alerts: true }, () => new AlertsState());
export const useAgent = (id: string): Live<AgentState> => use({ agent: id }, () => new AgentState());
/** An instant query, evaluated at most once a second for as long as it is followed. */
export const useQuery = (query: string): Live<ValuesState> => use({ query }, () => new ValuesState());

function use<F extends DataFrame, S extends State<F>>(topic: Topic, make: () => S): Live<S> {
  const key = JSON.stringify(topic);
  const one = shared.get(key) ?? follow<F, S>(key, topic, make);
  one.followers += 1;
  onCleanup(() => {
    one.followers -= 1;
    if (0 < one.followers) return;
    one.stop();
    shared.delete(key);
  });
  return one.live as Live<S>;
}

function follow<F extends DataFrame, S extends State<F>>(key: string, topic: Topic, make: () => S): Shared {
  // The store changes in place; `equals: false` tells its readers.
  const [state, setState] = createSignal(make(), { equals: false });
  const [error, setError] = createSignal<Refusal | null>(null);
  let isTouched = false;
  const stopPainting = loop.onPaint(() => {
    if (isTouched) setState((one) => one);
    isTouched = false;
  });
  const stopFollowing = feed.subscribe(topic, {
    frame: (frame) => {
      setError(null);
      loop.add(() => {
        isTouched = true;
        return state().apply(frame as F);
      });
    },
    error: setError,
  });
  const one = {
    live: Object.assign(state, { error }),
    followers: 0,
    stop: () => {
      stopFollowing();
      stopPainting();
    },
  };
  shared.set(key, one);
  return one;
}
