// How agents compare: a funnel plot of durations or failures, and the rule in words. Owns the choice of the two.

import { createMemo, Show, type JSX } from "solid-js";
import { Funnel, type FunnelPoint } from "../../charts/Funnel";
import { ApiError } from "../../lib/api";
import { dateTime, digits, parseTime, percent, plural } from "../../lib/format";
import type { AllPerformance } from "../../lib/performance";
import { agentPath } from "../../lib/route";
import { FeatureOff } from "../parts/FeatureOff";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import type { Reading } from "../reading";
import { go, keepingRange, param, setParams } from "../router";

export function Comparison(props: { performance: Reading<AllPerformance> }): JSX.Element {
  const error = () => props.performance.error();
  const isOff = () => { const one = error(); return one instanceof ApiError && one.isFeatureOff; };
  const isFailures = () => param("measure") === "failures";
  const funnel = createMemo(() => {
    const funnels = props.performance()?.first.funnels;
    return isFailures() ? funnels?.failures : funnels?.durations;
  });
  const points = createMemo<FunnelPoint[]>(() => {
    const all = funnel()?.points;
    if (!all) return [];
    const nameOf = (id: string) => props.performance()?.rows.get(id)?.name ?? id;
    return all.agent_ids.map((id, index) => ({ id, name: nameOf(id), tasks: all.tasks[index] ?? 0, value: all.values[index] ?? 0, verdict: all.verdicts[index] ?? "not_enough_data" }));
  });
  return (
    <Show when={!isOff()} fallback={<FeatureOff />}>
      <Panel title="Compared with the others on the same kinds of task" note={<Period performance={props.performance()} />}>
        <Show when={error()}>{(one) => <Failure error={one()} retry={props.performance.again} />}</Show>
        <div class="filters" role="group" aria-label="Measure">
          <button class="chip" aria-pressed={!isFailures()} onClick={() => setParams({ measure: null })}>Durations</button>
          <button class="chip" aria-pressed={isFailures()} onClick={() => setParams({ measure: "failures" })}>Failures</button>
        </div>
        <Show when={funnel()} keyed>
          {(one) => (
            <Show when={0 < points().length} fallback={<NotEnough performance={props.performance()} />}>
              <Funnel
                label={isFailures() ? "Failures compared" : "Durations compared"} measure={isFailures() ? "difference of the failure rate" : "time, as a multiple of the others'"}
                isRatio={!isFailures()} target={one.target} lines={one.lines} points={points()}
                format={(value) => (isFailures() ? `${0 < value ? "+" : ""}${percent(value)}` : `× ${digits(value)}`)}
                onPick={(id) => go(keepingRange(agentPath(id)))}
              />
            </Show>
          )}
        </Show>
        <Show when={0 < points().length && props.performance()?.first}>{(first) => (
          <p class="soft small">
            Each point is an agent. Chance leaves {percent(first().rule?.limit)} of equal agents between the outer lines; what is beyond them by a practical margin is
            above or below expected. Fewer than {plural(first().rule?.tasks_min ?? 30, "comparable task")} are not enough to say.
          </p>
        )}</Show>
      </Panel>
    </Show>
  );
}

function NotEnough(props: { performance: AllPerformance | null }): JSX.Element {
  return (
    <p class="soft">
      No agent has done tasks that can be compared yet: {plural(props.performance?.first.rule?.tasks_min ?? 30, "task")} of a kind that several agents do are needed.
    </p>
  );
}

function Period(props: { performance: AllPerformance | null }): JSX.Element {
  const period = () => props.performance?.first.period;
  return (
    <Show when={period()}>
      {(one) => (
        <>
          {one().from ? `since ${dateTime(parseTime(one().from))}` : "all that was recorded"}, {plural(props.performance?.rows.size ?? 0, "agent")}
          <Show when={!one().is_complete}>, the newest of it</Show>
        </>
      )}
    </Show>
  );
}
