// The numbers of this moment. Owns which, and their words.

import { type JSX } from "solid-js";
import { ago, count, duration, rate } from "../../lib/format";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { Figure } from "../parts/Panel";
import { now } from "../session";

export function Figures(props: { fleet: Live<FleetState> }): JSX.Element {
  const state = () => props.fleet();
  const well = () => state().counts().healthy;
  const waits = () => {
    const oldest = state().waiting?.oldest_ready_at_ms ?? null;
    return oldest === null ? "nothing waits" : `oldest ready ${ago(oldest, now())}`;
  };
  return (
    <dl class="figures">
      <Figure label="Agents" value={count(state().present.length)} note={`${count(well())} healthy`} href="/agents" />
      <Figure label="Running" value={count(state().queue?.running)} note={`${count(state().queue?.ready)} ready`} href="/tasks?status=running" />
      <Figure label="Completed" value={rate(state().rates?.completed_per_second)} note={`${count(state().queue?.completed)} in all`} href="/tasks?status=completed" />
      <Figure label="Operations" value={rate(state().rates?.operations_per_second)} note={`${rate(state().rates?.errors_per_second)} refused or failed`} href="/operations" />
      <Figure label="Waiting, median" value={duration(state().waiting?.p50_ms)} note={waits()} />
      <Figure label="Waiting, 99 of 100" value={duration(state().waiting?.p99_ms)} note="claims of the last minute" />
    </dl>
  );
}
