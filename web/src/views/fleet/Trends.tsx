// Throughput, operations' time and waiting over the page's time range. Owns the three questions.

import { createMemo, Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import type { Line } from "../../charts/options";
import { ApiError } from "../../lib/api";
import { rate, seconds } from "../../lib/format";
import { LIVE } from "../../lib/range";
import { useHistory } from "../history";
import { Failure } from "../parts/Failure";
import { FeatureOff } from "../parts/FeatureOff";
import { Panel } from "../parts/Panel";
import { setRange } from "../router";

const OPERATIONS = "paceline_operation_duration_seconds";
/** What no caller makes: from sent to read, from a leader lost to one known. */
const MADE = 'operation!~"message_deliver|leader_failover"';
const WAIT = "paceline_task_wait_seconds";
const quantile = (q: number, family: string, window: string, only = "") => `histogram_quantile(${q}, sum by (le) (rate(${family}_bucket{${only}}[${window}])))`;

export function Trends(): JSX.Element {
  const history = useHistory((window) => [
    `sum(rate(${OPERATIONS}_count{${MADE}}[${window}]))`,
    `sum(rate(${OPERATIONS}_count{${MADE},outcome!="ok"}[${window}]))`,
    quantile(0.5, OPERATIONS, window, MADE),
    quantile(0.99, OPERATIONS, window, MADE),
    quantile(0.5, WAIT, window),
    quantile(0.99, WAIT, window),
  ]);
  const chart = (labels: readonly [string, string], from: number, colours: readonly [string, string]) =>
    createMemo(() => {
      const answers = history.answers() ?? [];
      const lines: Line[] = labels.map((label, index) => ({
        label, colour: colours[index] ?? "series-0", isFilled: index === 0, values: answers[from + index]?.series[0]?.values ?? answers[from]?.times.map(() => null) ?? [],
      }));
      return { times: answers[from]?.times ?? [], lines };
    });
  const throughput = chart(["operations", "refused or failed"], 0, ["series-0", "bad"]);
  const times = chart(["median", "99 of 100"], 2, ["series-0", "series-1"]);
  const waiting = chart(["median", "99 of 100"], 4, ["series-0", "series-1"]);
  const shared = () => ({
    bounds: history.span(), isLoading: history.answers() === null, group: "fleet", height: 150,
    onBrush: (fromMs: number, toMs: number) => setRange({ kind: "between", fromMs, toMs }),
    onReset: () => setRange(LIVE),
  });
  return (
    <Show when={!isOff(history.error())} fallback={<FeatureOff />}>
      <Show when={history.error()}>{(error) => <Failure error={error()} />}</Show>
      <div class="grid">
        <Panel title="Operations a second">
          <LineChart label="Operations a second" format={(value) => rate(value)} {...throughput()} {...shared()} />
        </Panel>
        <Panel title="Time of an operation">
          <LineChart label="Time of an operation" format={seconds} {...times()} {...shared()} />
        </Panel>
        <Panel title="Waiting from ready to claimed">
          <LineChart label="Waiting from ready to claimed" format={seconds} {...waiting()} {...shared()} />
        </Panel>
      </div>
    </Show>
  );
}

const isOff = (error: Error | null) => error instanceof ApiError && error.isFeatureOff;
