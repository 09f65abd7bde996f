// How long messages take from sending to being read first, and how many are sent, over the page's time.

import { Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import type { Line } from "../../charts/options";
import { rate } from "../../lib/format";
import { openSeconds } from "../../lib/when";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useHistory } from "../history";
import { setRange } from "../router";
import { LIVE } from "../../lib/range";

const DELIVERY = "paceline_message_delivery_seconds";
const quantile = (q: number, window: string) => `histogram_quantile(${q}, sum by (le) (rate(${DELIVERY}_bucket[${window}])))`;

export function Delivery(): JSX.Element {
  const past = useHistory((window) => [
    quantile(0.5, window),
    quantile(0.99, window),
    `sum(rate(paceline_operation_duration_seconds_count{operation="message_send",outcome="ok"}[${window}]))`,
    `sum(rate(${DELIVERY}_count[${window}]))`,
  ]);
  const times = () => past.answers()?.[0]?.times ?? [];
  const line = (label: string, index: number, more: Partial<Line> = {}): Line => ({
    label, values: past.answers()?.[index]?.series[0]?.values ?? times().map(() => null), ...more,
  });
  const brush = (fromMs: number, toMs: number) => setRange({ kind: "between", fromMs, toMs });
  const shared = { height: 150, group: "page", onBrush: brush, onReset: () => setRange(LIVE) };
  return (
    <>
      <Show when={past.error()}>{(error) => <Failure error={error()} />}</Show>
      <div class="grid">
        <Panel title="Delivery time" note="from sending to each reader">
          <LineChart label="Delivery time of messages over time" times={times()} bounds={past.span()} format={openSeconds} lines={[line("p50", 0), line("p99", 1, { colour: "series-2" })]} {...shared} />
        </Panel>
        <Panel title="Messages a second">
          <LineChart label="Messages sent and delivered a second over time" times={times()} bounds={past.span()} format={rate} lines={[line("sent", 2, { isFilled: true }), line("delivered", 3, { colour: "series-1" })]} {...shared} />
        </Panel>
      </div>
    </>
  );
}
