// Every election: who leads, since when and under which epoch, and how long it was without a leader.
// Owns the order of the parts.

import { Show, type JSX } from "solid-js";
import { count, digits } from "../../lib/format";
import { openSeconds } from "../../lib/when";
import { isOfServers } from "../../lib/terms";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Figure, Panel } from "../parts/Panel";
import { PastCharts, quantile, type PastChart } from "../parts/PastCharts";
import { useNames } from "../names";
import { ElectionList } from "./ElectionList";
import { useElections } from "./store";

const CAMPAIGN = "paceline election campaign main --agent-id AGENT_ID";

const FAILOVER = "paceline_leader_failover_seconds";
const CHARTS: readonly PastChart[] = [
  {
    title: "Failover time", note: "from a leader lost to the next one known", format: openSeconds,
    lines: [{ label: "median", colour: "series-0", ask: quantile(0.5, FAILOVER) }, { label: "99 of 100", colour: "series-1", ask: quantile(0.99, FAILOVER) }],
  },
  {
    title: "Failovers", note: "in each minute or step", format: digits,
    lines: [{ label: "failovers", colour: "series-1", ask: (window) => `sum(increase(${FAILOVER}_count[${window}]))` }],
  },
];

export default function ElectionsPage(): JSX.Element {
  const elections = useElections();
  const names = useNames();
  const all = () => elections.list().keys.map((key) => elections.list().get(key));
  const led = () => all().filter((one) => one?.leader).length;
  const vacant = () => all().filter((one) => one && !one.leader && !isOfServers(one.election)).length;
  const isMore = () => elections.list().cursor !== null;
  return (
    <>
      <div class="page-head">
        <h1>Elections</h1>
      </div>
      <Show when={elections.error()}>{(error) => <Failure error={error()} retry={elections.again} />}</Show>
      <Show when={elections.isKnown()} fallback={<Show when={!elections.error()}><p class="loading">Reading elections…</p></Show>}>
        <Show when={0 < all().length} fallback={
          <Empty title="There has been no election yet" command={CAMPAIGN}>
            Agents that must agree on one of them campaign for it; the one that wins leads until it resigns or stops renewing.
          </Empty>
        }>
          <Panel title="Now">
            <dl class="figures">
              <Figure label="Elections" value={`${count(all().length)}${isMore() ? "+" : ""}`} />
              <Figure label="With a leader" value={count(led())} />
              <Figure label="Without a leader" value={count(vacant())} tone={0 < vacant() ? "bad" : undefined} />
              <Figure label="At rest" value={count(all().length - led() - vacant())} note="the server's own: led only while there is work" />
            </dl>
          </Panel>
          <ElectionList elections={elections} names={names} />
          <PastCharts charts={CHARTS} />
        </Show>
      </Show>
    </>
  );
}
