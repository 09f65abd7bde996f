// Charts side by side over the page's time, each with a few questions. Owns that they share time, crosshair and brush,
// and what stands there where collecting is switched off.

import { For, Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import { ApiError } from "../../lib/api";
import { LIVE } from "../../lib/range";
import { useHistory } from "../history";
import { setRange } from "../router";
import { Failure } from "./Failure";
import { FeatureOff } from "./FeatureOff";
import { Panel } from "./Panel";

export interface PastChart {
  title: string;
  note: string;
  format: (value: number | null) => string;
  lines: readonly { label: string; colour: string; ask: (window: string) => string }[];
}

/** A quantile of a histogram over a window. */
export const quantile = (q: number, family: string) => (window: string) => `histogram_quantile(${q}, sum by (le) (increase(${family}_bucket[${window}])))`;

export function PastCharts(props: { charts: readonly PastChart[] }): JSX.Element {
  const history = useHistory((window) => props.charts.flatMap((chart) => chart.lines.map((line) => line.ask(window))));
  const answer = (chart: PastChart, line: number) => {
    const before = props.charts.slice(0, props.charts.indexOf(chart)).reduce((sum, one) => sum + one.lines.length, 0);
    return history.answers()?.[before + line];
  };
  const isOff = () => {
    const error = history.error();
    return error instanceof ApiError && error.isFeatureOff;
  };
  return (
    <Show when={!isOff()} fallback={<FeatureOff />}>
      <Show when={history.error()}>{(error) => <Failure error={error()} />}</Show>
      <div class="grid">
        <For each={props.charts}>
          {(chart) => (
            <Panel title={chart.title} note={chart.note}>
              <LineChart
                label={`${chart.title}, ${chart.note}`} times={answer(chart, 0)?.times ?? []} format={chart.format} height={150} group="page" bounds={history.span()} isLoading={history.answers() === null}
                lines={chart.lines.map(({ label, colour }, index) => ({ label, colour, isFilled: index === 0, values: answer(chart, index)?.series[0]?.values ?? answer(chart, 0)?.times.map(() => null) ?? [] }))}
                onBrush={(fromMs, toMs) => setRange({ kind: "between", fromMs, toMs })} onReset={() => setRange(LIVE)}
              />
            </Panel>
          )}
        </For>
      </div>
    </Show>
  );
}
