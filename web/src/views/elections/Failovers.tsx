// How long elections were without a leader when one was lost, over the page's time, and how often.

import { Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import { digits } from "../../lib/format";
import { openSeconds } from "../../lib/when";
import { LIVE } from "../../lib/range";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useHistory } from "../history";
import { setRange } from "../router";

const FAILOVER = "paceline_leader_failover_seconds";
const quantile = (q: number, window: string) => `histogram_quantile(${q}, sum by (le) (increase(${FAILOVER}_bucket[${window}])))`;

export function Failovers(): JSX.Element {
  const past = useHistory((window) => [quantile(0.5, window), quantile(0.99, window), `sum(increase(${FAILOVER}_count[${window}]))`]);
  const times = () => past.answers()?.[0]?.times ?? [];
  const values = (index: number) => past.answers()?.[index]?.series[0]?.values ?? times().map(() => null);
  const shared = { height: 150, group: "page", onBrush: (fromMs: number, toMs: number) => setRange({ kind: "between", fromMs, toMs }), onReset: () => setRange(LIVE) };
  return (
    <>
      <Show when={past.error()}>{(error) => <Failure error={error()} />}</Show>
      <div class="grid">
        <Panel title="Failover time" note="from a leader lost to the next one known">
          <LineChart label="Failover time over time" times={times()} bounds={past.span()} format={openSeconds} lines={[{ label: "p50", values: values(0) }, { label: "p99", values: values(1), colour: "series-2" }]} {...shared} />
        </Panel>
        <Panel title="Failovers" note="in each minute or step">
          <LineChart label="Failovers over time" times={times()} bounds={past.span()} format={digits} lines={[{ label: "failovers", values: values(2), isFilled: true, colour: "series-1" }]} {...shared} />
        </Panel>
      </div>
    </>
  );
}
