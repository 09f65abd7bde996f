// Tasks by status as one bar, with a word and a number for each. Owns nothing but the picture.

import { createEffect, createMemo, For, type JSX } from "solid-js";
import { count } from "../../lib/format";
import type { TaskStatus } from "../../lib/feed-types";
import { path } from "../../lib/route";
import { stripes } from "../../lib/stripes";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { Steady } from "../parts/Steady";

export const STATUSES: readonly TaskStatus[] = ["running", "ready", "blocked", "pending", "completed", "failed", "cancelled"];

export function StatusBar(props: { fleet: Live<FleetState> }): JSX.Element {
  const of = (status: TaskStatus) => props.fleet().queue?.[status] ?? 0;
  // A background, because it is painted alone: parts whose widths change would lay the page out with each frame.
  const picture = createMemo(() => stripes(STATUSES.map((status) => ({ colour: `var(--${status})`, size: of(status) }))));
  return (
    <div class="status-bar">
      <div class="bar" aria-hidden="true" ref={(bar) => createEffect(() => bar.style.setProperty("background-image", picture()))} />
      <ul aria-label="Tasks by status">
        <For each={STATUSES}>
          {(status) => (
            <li>
              <a href={path("tasks", [], { status })}>
                <i data-is={status} aria-hidden="true" />
                {status} <b><Steady text={count(of(status))} /></b>
              </a>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
