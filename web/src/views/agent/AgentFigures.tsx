// The agent's numbers over the time shown.

import { Show, type JSX } from "solid-js";
import { count, digits, duration, percent, shortCount } from "../../lib/format";
import type { AgentPerformanceRow } from "../../lib/wire";
import { Figure, Panel } from "../parts/Panel";

export function AgentFigures(props: { row: AgentPerformanceRow }): JSX.Element {
  const row = () => props.row;
  return (
    <Panel title="Over this time">
      <dl class="figures">
        <Figure label="Completed" value={count(row().tasks_completed)} note={`${count(row().tasks_claimed)} claimed`} />
        <Figure label="Failed" value={count(row().tasks_failed)} note={`${count(row().tasks_retried)} retried, ${count(row().tasks_released)} released, ${count(row().tasks_lost)} lost`} tone={0 < row().tasks_failed ? "warn" : undefined} />
        <Figure label="Success" value={percent(row().success_rate)} note={`${count(row().tasks_running)} running`} />
        <Figure label="Task, median" value={duration(row().duration?.p50_ms)} note={`p95 ${duration(row().duration?.p95_ms)}, mean ${duration(row().duration?.mean_ms)}`} />
        <Figure label="Waited for it, median" value={duration(row().waiting?.p50_ms)} note={`p95 ${duration(row().waiting?.p95_ms)}`} />
        <Figure label="Quality" value={digits(row().quality_mean)} note={`of 10, ${count(row().quality_count)} assessed`} />
        <Show when={row().usage}>
          {(usage) => (
            <>
              <Figure label="Tokens" value={shortCount(usage().tokens_total)} note={usage().tokens.map((one) => `${shortCount(one.tokens)} ${one.type}`).join(", ")} />
              <Figure label="Cost" value={(usage().cost_usd ?? null) === null ? "–" : `$${digits(usage().cost_usd)}`} />
            </>
          )}
        </Show>
      </dl>
    </Panel>
  );
}
