// How many alerts fire, for the navigation and for pages that read again when something changed. Owns hearing of it, once for
// all who ask. Refuses to keep alerts: pages read those.

import { createRoot, createSignal } from "solid-js";
import type { AlertList, AlertSeverity } from "../lib/alert-types";
import { ApiError } from "../lib/api";
import { api, every, feedState } from "./session";

/** As the live topic `alerts` has it. */
export interface Pulse {
  firing: number;
  pending: number;
  /** Rises with every change of an alert, a silence or a rule. */
  version: number;
  worst: AlertSeverity | null;
}

const PAUSE_MS = 2_000;

const [pulse, setPulse] = createSignal<Pulse | null>(null, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
export { pulse };
/** What pages' readings hang on. */
export const version = (): number => pulse()?.version ?? 0;

/** The one place that hears of alerts: here the live topic takes the place of asking. */
export async function hear(): Promise<void> {
  try {
    const { items, firing, pending, version: latest } = await api.get<AlertList>("/api/alerts", { state: "firing", limit: 1 });
    setPulse({ firing, pending, version: latest, worst: items[0]?.severity ?? null });
  } catch (error) {
    isRefused = error instanceof ApiError && error.needsToken;
    // Pages say what is wrong; the navigation shows no number that may be old.
    setPulse(null);
  }
}

/** With a token the page begins again. */
let isRefused = false;
let isListening = false;
export function listenToAlerts(): void {
  if (isListening) return;
  isListening = true;
  void hear();
  createRoot(() => every(() => PAUSE_MS, () => !isRefused && feedState() !== "waiting" && void hear()));
}
