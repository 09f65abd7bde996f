// The agent's assessed quality over time, and its means by criterion. Owns nothing that nobody assessed.

import { createMemo, For, Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import { digits, parseTime, plural, words } from "../../lib/format";
import type { AgentPerformanceRow, QualityAssessment } from "../../lib/wire";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useReading } from "../reading";
import { api } from "../session";

const CRITERIA = ["completeness", "code_quality", "documentation", "efficiency", "impact"] as const;
const LIMIT = 200;

export function Quality(props: { id: string; row: AgentPerformanceRow | null }): JSX.Element {
  const page = useReading(() => props.id, (agent_id, signal) => api.get<{ items: QualityAssessment[] }>("/api/quality", { agent_id, limit: LIMIT }, signal), () => 60_000);
  const chart = createMemo(() => {
    const items = [...(page()?.items ?? [])].sort((a, b) => (parseTime(a.assessed_at) ?? 0) - (parseTime(b.assessed_at) ?? 0));
    return { times: items.map((one) => (parseTime(one.assessed_at) ?? 0) / 1000), lines: [{ label: "overall, 0 to 10", values: items.map((one) => one.overall_score), isDotted: true }] };
  });
  /** From the first to the last, with room beside them: one alone is in the middle. */
  const aroundThem = (): [number, number] => {
    const [first, last] = [chart().times[0] ?? 0, chart().times.at(-1) ?? 0];
    const room = Math.max(300, (last - first) / 20);
    return [first - room, last + room];
  };
  const mean = (name: (typeof CRITERIA)[number]) => {
    const items = page()?.items ?? [];
    return items.reduce((sum, one) => sum + one[name], 0) / items.length;
  };
  return (
    <Panel title="Quality" note={<Show when={page()}>{(one) => <>{plural(one().items.length, "assessment")}</>}</Show>}>
      <Show when={page.error()}>{(error) => <Failure error={error()} retry={page.again} />}</Show>
      <Show when={0 < (page()?.items.length ?? 0)} fallback={<Empty title="Nothing was assessed" command="paceline quality assess TASK_ID --completeness 9 --code-quality 8 --documentation 7 --efficiency 8 --impact 6 --assessed-by me">Scores come from reviewers; the server never makes one up.</Empty>}>
        <LineChart label="Quality over time" {...chart()} bounds={aroundThem()} height={140} />
        <table class="plain">
          <tbody>
            <For each={CRITERIA}>{(name) => <tr><th scope="row">{words(name)}</th><td class="number">{digits(mean(name))}</td></tr>}</For>
          </tbody>
        </table>
      </Show>
    </Panel>
  );
}
