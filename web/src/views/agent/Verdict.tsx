// How the agent compares, in the server's words, with the evidence for each measure.

import { Show, type JSX } from "solid-js";
import { count, digits } from "../../lib/format";
import type { AgentPerformance, AgentPerformanceRow } from "../../lib/wire";
import { Badge } from "../parts/Badge";
import { Panel } from "../parts/Panel";

export function Verdict(props: { row: AgentPerformanceRow; performance: AgentPerformance | null }): JSX.Element {
  return (
    <Show when={props.row.verdict}>
      <Panel title="Compared with the others" note={<Place row={props.row} agents={props.performance?.fleet.agents ?? 0} />}>
        <p class="judgement">
          <Badge is={props.row.verdict} /> {props.row.evidence}
        </p>
        <ul class="measures">
          <li><b>Durations</b> <span>{props.row.durations.evidence}</span></li>
          <li><b>Failures</b> <span>{props.row.failures.evidence}</span></li>
        </ul>
      </Panel>
    </Show>
  );
}

function Place(props: { row: AgentPerformanceRow; agents: number }): JSX.Element {
  return (
    <Show when={props.row.place}>
      {(place) => (
        <span title="By the time that a completed task costs; 1.2 is a fifth more than others need for the same kinds">
          place {count(place().place)} of {count(props.agents)} (between {count(place().place_low)} and {count(place().place_high)}), cost × {digits(place().cost)}
        </span>
      )}
    </Show>
  );
}
