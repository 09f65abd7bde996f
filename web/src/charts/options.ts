// uPlot's options for a line over time. Owns how every chart looks and behaves: axes, crosshair, brush,
// bands; refuses to hold data.

import uPlot from "uplot";
import type { Band } from "../lib/bands";
import { axisTime } from "../lib/format";
import { timeTicks } from "../lib/scales";
import { colour, faded, seriesColour } from "./colours";

export interface Line {
  label: string;
  values: readonly (number | null)[];
  /** A colour of the theme; one of the series' own by default. */
  colour?: string;
  isFilled?: boolean;
  isDashed?: boolean;
  /** Each value is a dot too: where values are few. */
  isDotted?: boolean;
  /** Not drawn and not asked about, but in the table. */
  isOff?: boolean;
}

export type { Band } from "../lib/bands";

export interface Wishes {
  lines: readonly Line[];
  width: number;
  height: number;
  format(value: number | null): string;
  /** Seconds since 1970; of the data where absent. */
  bounds?: [number, number] | undefined;
  bands?: readonly Band[];
  /** Charts of one name share the crosshair. */
  group?: string | undefined;
  isLogarithmic?: boolean;
  onBrush?: ((fromMs: number, toMs: number) => void) | undefined;
  onReset?: (() => void) | undefined;
  onCursor(index: number | null): void;
}

export function optionsOf(wishes: Wishes): uPlot.Options {
  const { group } = wishes;
  return {
    width: wishes.width,
    height: wishes.height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    scales: { x: { time: false, range: (_, from, to) => wishes.bounds ?? [from, to] }, y: yScale(wishes.isLogarithmic ?? false) },
    series: [{}, ...wishes.lines.map(series)],
    axes: [axis({ size: 32, splits, values: times }), axis({ size: labelRoom, values: (_, splits) => splits.map((one) => (one === null ? "" : wishes.format(one))) })],
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: false },
      ...(group ? { sync: { key: group, setSeries: false } } : {}),
    },
    hooks: {
      setCursor: [(plot) => wishes.onCursor(plot.cursor.idx ?? null)],
      setSelect: [(plot) => brush(plot, wishes)],
      ready: [(plot) => plot.over.addEventListener("dblclick", () => wishes.onReset?.())],
      drawClear: [(plot) => wishes.bands?.forEach((band) => drawBand(plot, band))],
    },
  };
}

/** The same for most charts, so that those above each other align; more where words are longer. */
const labelRoom = (_: uPlot, labels: string[] | null) => Math.max(62, ...(labels ?? []).map((one) => 14 + 6.6 * one.length));

function yScale(isLogarithmic: boolean): uPlot.Scale {
  if (isLogarithmic) return { distr: 3, log: 10 };
  // From zero where values are positive: half a chart must mean half as much.
  return { range: (_, from, to) => [Math.min(0, from ?? 0), (to ?? 1) === (from ?? 0) && to === 0 ? 1 : Math.max(0, (to ?? 1) * 1.06)] };
}

function series(line: Line, index: number): uPlot.Series {
  const stroke = colour(line.colour ?? seriesColour(index));
  return {
    label: line.label,
    show: !line.isOff,
    stroke,
    width: 1.75,
    points: line.isDotted ? { show: true, size: 6, fill: stroke } : { show: false },
    ...(line.isFilled ? { fill: faded(stroke, 0.13) } : {}),
    ...(line.isDashed ? { dash: [6, 4] } : {}),
  };
}

function axis(more: uPlot.Axis): uPlot.Axis {
  const line = colour("line");
  return {
    stroke: colour("soft"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    ...more,
  };
}

function splits(plot: uPlot, _: number, from: number, to: number): number[] {
  return timeTicks(from, to, plot.bbox.width / devicePixelRatio / 90, new Date().getTimezoneOffset());
}

/** In the reader's zone; uPlot's own words are American, and cut away in `build/lean.ts`. */
function times(plot: uPlot, splits: number[]): string[] {
  const { min, max } = plot.scales["x"] ?? {};
  return splits.map((at) => axisTime(at * 1000, (max ?? 0) - (min ?? 0)));
}

function brush(plot: uPlot, wishes: Wishes): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  wishes.onBrush?.(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
}

function drawBand(plot: uPlot, band: Band): void {
  const { ctx, bbox } = plot;
  const [from, to] = [plot.valToPos(band.from, "x", true), plot.valToPos(band.to, "x", true)];
  ctx.save();
  ctx.fillStyle = faded(colour(band.colour), 0.16);
  ctx.fillRect(Math.max(from, bbox.left), bbox.top, Math.max(1, Math.min(to, bbox.left + bbox.width) - Math.max(from, bbox.left)), bbox.height);
  ctx.restore();
}
