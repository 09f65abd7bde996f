// The numbers of this moment. Owns which, and their words.

import { type JSX } from "solid-js";
import { ago, count, duration, rate } from "../../lib/format";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { Figure } from "../parts/Panel";
import { SteadyLine } from "../parts/Steady";
import { now } from "../session";

export function Figures(props: { fleet: Live<FleetState> }): JSX.Element {
  const state = () => props.fleet();
  const well = () => state().counts().healthy;
  const waits = () => {
    const oldest = state().waiting?.oldest_ready_at_ms ?? null;
    return oldest === null ? "nothing waits" : `oldest ready ${ago(oldest, now())}`;
  };
  return (
    <div class="live-figures">
      <dl class="figures">
        <Figure label="Agents" value={<SteadyLine text={count(state().present.length)} />} note={<SteadyLine text={`${count(well())} healthy`} />} href="/agents" />
        <Figure label="Running" value={<SteadyLine text={count(state().queue?.running)} />} note={<SteadyLine text={`${count(state().queue?.ready)} ready`} />} href="/tasks?status=running" />
        <Figure label="Completed" value={<SteadyLine text={rate(state().rates?.completed_per_second)} />} note={<SteadyLine text={`${count(state().queue?.completed)} in all`} />} href="/tasks?status=completed" />
        <Figure label="Operations" value={<SteadyLine text={rate(state().rates?.operations_per_second)} />} note={<SteadyLine text={`${rate(state().rates?.errors_per_second)} refused or failed`} />} href="/operations" />
        <Figure label="Waiting, median" value={<SteadyLine text={duration(state().waiting?.p50_ms)} />} note={<SteadyLine text={waits()} />} />
        <Figure label="Waiting, 99 of 100" value={<SteadyLine text={duration(state().waiting?.p99_ms)} />} note="claims of the last minute" />
      </dl>
    </div>
  );
}
