// How many alerts fire, and that something about them changed. Owns that every frame, the first after a break too, makes what was
// read over HTTP old: a server that starts again may count versions anew. Refuses to keep alerts: pages read those.

import type { AlertsFrame } from "../feed-types";
import type { AlertSeverity } from "../wire";

export class AlertsState {
  isKnown = false;
  firing = 0;
  pending = 0;
  /** Of those that fire, how many another one explains. */
  explained = 0;
  worst: AlertSeverity | null = null;
  /** Rises whenever what was read over HTTP is out of date. */
  staleness = 0;

  /** Nothing in a frame says when it happened. */
  apply(frame: AlertsFrame): null {
    this.isKnown = true;
    this.firing = frame.firing;
    this.pending = frame.pending;
    this.explained = frame.explained;
    this.worst = frame.worst ?? null;
    this.staleness += 1;
    return null;
  }

  /** What a person has to look at: twenty that one other explains are one thing. */
  get causes(): number {
    return Math.max(0, this.firing - this.explained);
  }
}
