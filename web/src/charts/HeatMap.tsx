// How often, over time and size: a column a moment, a row a bucket, darker for more. Owns the picture, the readout under the
// pointer and the brush; counts and shades are `lib/heat`'s.

import { createSignal, type JSX } from "solid-js";
import { axisTime, count, dateTime } from "../lib/format";
import { most, shade } from "../lib/heat";
import { linear, timeTicks } from "../lib/scales";
import { place, useCanvas, type Surface } from "./canvas";
import { colour, faded } from "./colours";

export interface HeatMapProps {
  label: string;
  /** The moments, in seconds, evenly spaced: each ends the step that it counts. */
  times: readonly number[];
  /** Upper bounds of the buckets, rising. */
  bounds: readonly number[];
  /** For each bucket, for each moment. */
  counts: readonly (readonly number[])[];
  format: (bound: number) => string;
  /** What the picture spans, in seconds: the same as the charts below it. */
  span: [number, number];
  height?: number;
  onBrush?: (fromMs: number, toMs: number) => void;
}

// As in `options.ts`: charts above each other share their axis.
const LEFT = 62;
const RIGHT = 8;
const BOTTOM = 22;
const TOP = 8;

export function HeatMap(props: HeatMapProps): JSX.Element {
  let canvas!: HTMLCanvasElement;
  let started: number | null = null;
  const [told, setTold] = createSignal("");
  const height = () => props.height ?? 200;
  const step = () => (props.times[1] ?? 1) - (props.times[0] ?? 0);
  const across = (width: number) => linear(props.span, [LEFT, width - RIGHT]);
  const rowHeight = () => (height() - BOTTOM - TOP) / Math.max(1, props.bounds.length);

  const draw = ({ context, width }: Surface) => {
    const x = across(width);
    const [ink, soft] = [colour("accent"), colour("soft")];
    const highest = most(props.counts);
    const shades = Array.from({ length: 17 }, (_, index) => faded(ink, index / 16));
    props.counts.forEach((row, bucket) => {
      const top = height() - BOTTOM - (bucket + 1) * rowHeight();
      row.forEach((one, at) => {
        const level = Math.round(shade(one, highest) * 16);
        if (level === 0) return;
        const [left, right] = [Math.max(LEFT, x((props.times[at] ?? 0) - step())), x(props.times[at] ?? 0)];
        context.fillStyle = shades[level] ?? ink;
        context.fillRect(left, top, Math.max(1, right - left - 0.5), rowHeight() - 0.5);
      });
    });
    context.fillStyle = soft;
    labels(context, width);
  };

  const labels = (context: CanvasRenderingContext2D, width: number) => {
    context.textAlign = "right";
    context.textBaseline = "middle";
    const each = Math.max(1, Math.ceil(18 / rowHeight()));
    for (let bucket = 0; bucket < props.bounds.length; bucket += each) {
      context.fillText(props.format(props.bounds[bucket] ?? 0), LEFT - 8, height() - BOTTOM - (bucket + 1) * rowHeight() + 1);
    }
    context.textAlign = "center";
    const x = across(width);
    for (const at of timeTicks(...props.span, width / 130, new Date().getTimezoneOffset())) context.fillText(axisTime(at * 1000, props.span[1] - props.span[0]), Math.min(x(at), width - 28), height() - 8);
  };
  useCanvas(() => canvas, height, draw);

  const at = (event: MouseEvent) => {
    const { x, y } = place(event);
    const time = across(canvas.clientWidth).invert(x);
    return { time, index: Math.ceil((time - (props.times[0] ?? 0)) / step()), bucket: Math.floor((height() - BOTTOM - y) / rowHeight()) };
  };
  const tell = (event: MouseEvent) => {
    const { index, bucket } = at(event);
    const [time, bound] = [props.times[index], props.bounds[bucket]];
    if (time === undefined || bound === undefined) return setTold("");
    const from = bucket === 0 ? "up" : `${props.format(props.bounds[bucket - 1] ?? 0)}`;
    return setTold(`${dateTime(time * 1000)}: ${count(Math.round(props.counts[bucket]?.[index] ?? 0))} from ${from} to ${props.format(bound)}`);
  };
  const end = (event: MouseEvent) => {
    const [from, to] = [started ?? 0, at(event).time];
    if (started !== null && step() < Math.abs(to - from)) props.onBrush?.(Math.min(from, to) * 1000, Math.max(from, to) * 1000);
    started = null;
  };
  return (
    <figure class="chart heat" role="group" aria-label={props.label}>
      <div>
        <canvas ref={canvas} role="img" aria-label={props.label} onMouseMove={tell} onMouseLeave={() => setTold("")} onMouseDown={(event) => (started = at(event).time)} onMouseUp={end} />
      </div>
      <p class="readout">{told()}</p>
    </figure>
  );
}
