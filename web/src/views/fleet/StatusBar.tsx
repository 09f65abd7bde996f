// Tasks by status as one bar, with a word and a number for each. Owns nothing but the picture.

import { createEffect, For, type JSX } from "solid-js";
import { count } from "../../lib/format";
import type { TaskStatus } from "../../lib/feed-types";
import { path } from "../../lib/route";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";

export const STATUSES: readonly TaskStatus[] = ["running", "ready", "blocked", "pending", "completed", "failed", "cancelled"];

export function StatusBar(props: { fleet: Live<FleetState> }): JSX.Element {
  const of = (status: TaskStatus) => props.fleet().queue?.[status] ?? 0;
  return (
    <div class="status-bar">
      <div class="bar" aria-hidden="true">
        <For each={STATUSES}>
          {(status) => <i data-is={status} ref={(part) => createEffect(() => part.style.setProperty("flex-grow", String(of(status))))} />}
        </For>
      </div>
      <ul aria-label="Tasks by status">
        <For each={STATUSES}>
          {(status) => (
            <li>
              <a href={path("tasks", [], { status })}>
                <i data-is={status} aria-hidden="true" />
                {status} <b>{count(of(status))}</b>
              </a>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
