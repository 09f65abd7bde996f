// Lines over time with a table of their values. Owns the plot's life: made on mount, destroyed on cleanup, made
// anew when lines or colours change, fed otherwise.

import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, untrack, type JSX } from "solid-js";
import uPlot from "uplot";
import { digits, dateTime } from "../lib/format";
import { paint } from "../views/shell/theme";
import { colour, seriesColour } from "./colours";
import { BandWords } from "./BandWords";
import { optionsOf, type Band, type Line } from "./options";

/** More lines are scrolled. */
const LINES_SEEN_MAX = 12;

export interface LineChartProps {
  /** What a screen reader says. */
  label: string;
  /** Seconds since 1970. */
  times: readonly number[];
  lines: readonly Line[];
  format?: (value: number | null) => string;
  height?: number;
  bounds?: [number, number] | undefined;
  bands?: readonly Band[];
  group?: string;
  isLogarithmic?: boolean;
  /** Without the table, where the lines are told apart elsewhere. */
  isBare?: boolean;
  /** Nothing was answered yet. */
  isLoading?: boolean;
  onBrush?: (fromMs: number, toMs: number) => void;
  onReset?: () => void;
  onToggle?: (label: string) => void;
}

export function LineChart(props: LineChartProps): JSX.Element {
  let holder!: HTMLDivElement;
  let plot: uPlot | undefined;
  const [cursor, setCursor] = createSignal<number | null>(null);
  const [width, setWidth] = createSignal(0);
  const format = () => props.format ?? digits;
  const height = () => props.height ?? 180;
  const data = (): uPlot.AlignedData => [props.times, ...props.lines.map((line) => line.values)] as uPlot.AlignedData;
  const isEmpty = () => !props.lines.some((line) => line.values.some((value) => value !== null && !Number.isNaN(value)));
  const isLong = () => LINES_SEEN_MAX < props.lines.length;
  // What the plot must be made anew for.
  const shape = createMemo(() => JSON.stringify([props.lines.map((one) => [one.label, one.colour, one.isOff]), props.isLogarithmic, height(), paint()]));

  const make = () => {
    plot?.destroy();
    const options = optionsOf({
      lines: props.lines, width: width(), height: height(), format: format(), group: props.group, isLogarithmic: props.isLogarithmic ?? false,
      onBrush: (from, to) => props.onBrush?.(from, to),
      onReset: () => props.onReset?.(),
      onCursor: setCursor,
      // Read when drawn, so that they may change without a new plot.
      get bounds() { return untrack(() => props.bounds); },
      get bands() { return untrack(() => props.bands ?? []); },
    });
    plot = new uPlot(options, data(), holder);
  };

  onMount(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder);
    onCleanup(() => {
      observer.disconnect();
      plot?.destroy();
    });
  });
  createEffect(on([shape, () => 0 < width()], () => 0 < width() && untrack(make)));
  createEffect(on(width, (now) => 0 < now && plot?.setSize({ width: now, height: height() })));
  createEffect(on([() => props.times, () => props.lines, () => props.bounds, () => props.bands], () => plot?.setData(untrack(data))));

  return (
    <figure class="chart" aria-label={props.label} role="group">
      <div ref={holder} aria-hidden="true" />
      <Show when={isEmpty()}>
        <div class="no-data" ref={(element) => createEffect(() => element.style.setProperty("--height", `${height()}px`))}>
          {props.isLoading ? "Reading…" : "No data in this time"}
        </div>
      </Show>
      <Show when={props.bands}>{(bands) => <BandWords bands={bands()} times={props.times} span={props.bounds} cursor={cursor()} />}</Show>
      <Show when={!props.isBare}>
        {/* What scrolls can be scrolled by keys. */}
        <div class="legend-box" classList={{ long: isLong() }} tabindex={isLong() ? 0 : undefined} role={isLong() ? "group" : undefined} aria-label={isLong() ? "Values of the lines" : undefined}>
          <SeriesTable times={props.times} lines={props.lines} cursor={cursor()} format={format()} {...(props.onToggle ? { onToggle: props.onToggle } : {})} />
        </div>
      </Show>
    </figure>
  );
}

interface TableProps {
  times: readonly number[];
  lines: readonly Line[];
  cursor: number | null;
  format: (value: number | null) => string;
  onToggle?: (label: string) => void;
}

function SeriesTable(props: TableProps): JSX.Element {
  const at = () => props.cursor ?? props.times.length - 1;
  const when = () => (props.cursor === null ? "latest" : dateTime((props.times[at()] ?? NaN) * 1000));
  return (
    <table class="legend">
      <thead>
        <tr>
          <th scope="col">{when()}</th>
          <td>value</td>
          <td>mean</td>
          <td>max</td>
        </tr>
      </thead>
      <tbody>
        <For each={props.lines}>
          {(line, index) => (
            <tr classList={{ off: line.isOff ?? false }}>
              <th scope="row">
                <Swatch colour={line.colour ?? seriesColour(index())} />
                <Show when={props.onToggle} fallback={line.label}>
                  {(toggle) => <button aria-pressed={!line.isOff} onClick={() => toggle()(line.label)}>{line.label}</button>}
                </Show>
              </th>
              <td>{props.format(props.cursor === null ? latest(line.values) : (line.values[at()] ?? null))}</td>
              <td>{props.format(mean(line.values))}</td>
              <td>{props.format(max(line.values))}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function Swatch(props: { colour: string }): JSX.Element {
  return <i class="swatch" aria-hidden="true" ref={(element) => createEffect(() => (paint(), element.style.setProperty("--swatch", colour(props.colour))))} />;
}

const known = (values: readonly (number | null)[]) => values.filter((value): value is number => value !== null && !Number.isNaN(value));
const latest = (values: readonly (number | null)[]) => known(values).at(-1) ?? null;
const max = (values: readonly (number | null)[]) => known(values).reduce<number | null>((best, one) => (best === null || best < one ? one : best), null);

function mean(values: readonly (number | null)[]): number | null {
  const all = known(values);
  return all.length === 0 ? null : all.reduce((sum, one) => sum + one, 0) / all.length;
}
