// How many alerts fire, for the navigation, and that something about them changed, for pages that read again. Owns the one
// subscription of all who ask. Refuses to keep alerts: pages read those.

import { createMemo, createRoot } from "solid-js";
import type { AlertSeverity } from "../lib/wire";
import { useAlerts } from "./live";
import { feedState } from "./session";

interface Pulse {
  /** Without those that another one explains. */
  causes: number;
  worst: AlertSeverity | null;
}

/** For as long as the page lives: the navigation is always there. */
const { pulse, version } = createRoot(() => {
  const alerts = useAlerts();
  // No number that may be old: while the server does not answer there is none.
  const pulse = createMemo<Pulse | null>(() => (alerts().isKnown && feedState() === "live" ? { causes: alerts().causes, worst: alerts().worst } : null), null, {
    equals: (a, b) => a?.causes === b?.causes && a?.worst === b?.worst,
  });
  return { pulse, version: createMemo(() => alerts().staleness) };
});
export { pulse };
/** Rises when something about alerts changed. What pages' readings hang on. */
export { version };
