// A funnel plot: a point an agent, by how much it did and how it compares, between the lines that chance draws. Owns the
// picture and what is under the pointer; verdicts and lines are the server's.

import { createEffect, createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { count, plural } from "../lib/format";
import { linear, logarithmic, ticks, type Scale } from "../lib/scales";
import { place, useCanvas, type Surface } from "./canvas";
import { colour, faded } from "./colours";

export interface FunnelPoint {
  id: string;
  name: string;
  tasks: number;
  value: number;
  verdict: string;
}

export interface FunnelLines {
  tasks: readonly number[];
  inner_low: readonly number[];
  inner_high: readonly number[];
  outer_low: readonly number[];
  outer_high: readonly number[];
}

export interface FunnelProps {
  label: string;
  target: number;
  points: readonly FunnelPoint[];
  lines: FunnelLines;
  format: (value: number) => string;
  /** What the value is, for the axis. */
  measure: string;
  isRatio?: boolean;
  onPick: (id: string) => void;
}

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [62, 12, 10, 38, 320];
export const VERDICT_COLOURS: Record<string, string> = { above_expected: "well", as_expected: "series-7", below_expected: "bad", not_enough_data: "stale" };
const WORDS: Record<string, string> = { above_expected: "above expected", as_expected: "as expected", below_expected: "below expected", not_enough_data: "not enough data" };

export function Funnel(props: FunnelProps): JSX.Element {
  let canvas!: HTMLCanvasElement;
  const [at, setAt] = createSignal<FunnelPoint | null>(null);
  const [width, setWidth] = createSignal(600);
  const scales = createMemo(() => scalesOf(props, width()));
  useCanvas(() => canvas, () => HEIGHT, (surface) => {
    setWidth(surface.width);
    draw(surface, props, scales(), at());
  });
  const move = (event: MouseEvent) => setAt(nearest(props.points, scales(), place(event)));
  return (
    <figure class="chart funnel" role="group" aria-label={props.label}>
      <div>
        <canvas ref={canvas} role="img" aria-label={`${props.label}: ${count(props.points.length)} agents`} onMouseMove={move} onMouseLeave={() => setAt(null)} onClick={() => at() && props.onPick(at()?.id ?? "")} />
      </div>
      <p class="readout">
        <Show when={at()} fallback={<Key />}>
          {(point) => <>{`${point().name}: ${props.format(point().value)} over ${plural(point().tasks, "task")}, ${WORDS[point().verdict] ?? point().verdict}`}</>}
        </Show>
      </p>
    </figure>
  );
}

function Key(): JSX.Element {
  return (
    <span class="funnel-key">
      <For each={Object.entries(WORDS)}>
        {([verdict, words]) => (
          <span>
            <i ref={(element) => createEffect(() => element.style.setProperty("background", `var(--${VERDICT_COLOURS[verdict]})`))} aria-hidden="true" />
            {words}
          </span>
        )}
      </For>
    </span>
  );
}

interface Scales {
  x: Scale;
  y: Scale;
  low: number;
  high: number;
  most: number;
}

function scalesOf(props: FunnelProps, width: number): Scales {
  const values = [props.target, ...props.points.map((one) => one.value), ...props.lines.inner_low.slice(1), ...props.lines.inner_high.slice(1)].filter(Number.isFinite);
  const least = Math.min(...values);
  const low = props.isRatio ? Math.max(0.02, least * 0.9) : least - 0.02;
  const high = Math.max(...values) * 1.08 + (props.isRatio ? 0 : 0.02);
  const most = Math.max(1, ...props.points.map((one) => one.tasks)) * 1.05;
  const y = props.isRatio ? logarithmic([low, high], [HEIGHT - BOTTOM, TOP]) : linear([low, high], [HEIGHT - BOTTOM, TOP]);
  return { x: linear([0, most], [LEFT, width - RIGHT]), y, low, high, most };
}

function draw(surface: Surface, props: FunnelProps, scales: Scales, marked: FunnelPoint | null): void {
  axes(surface, props, scales);
  const { context, width } = surface;
  const { x, y } = scales;
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
  context.clip();
  const { lines } = props;
  area(context, scales, lines.tasks, lines.outer_low, lines.outer_high, faded(colour("series-1"), 0.1));
  area(context, scales, lines.tasks, lines.inner_low, lines.inner_high, faded(colour("series-1"), 0.12));
  context.strokeStyle = colour("soft");
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(LEFT, y(props.target));
  context.lineTo(width - RIGHT, y(props.target));
  context.stroke();
  context.restore();
  for (const point of props.points) {
    const isMarked = point.id === marked?.id;
    context.beginPath();
    context.arc(x(point.tasks), y(point.value), isMarked ? 7 : 4.5, 0, 2 * Math.PI);
    const fill = colour(VERDICT_COLOURS[point.verdict] ?? "series-7");
    context.fillStyle = faded(fill, isMarked ? 1 : 0.75);
    context.fill();
    context.strokeStyle = isMarked ? colour("ink") : colour("paper");
    context.stroke();
  }
}

function area(context: CanvasRenderingContext2D, { x, y }: Scales, tasks: readonly number[], low: readonly number[], high: readonly number[], fill: string): void {
  context.beginPath();
  tasks.forEach((at, index) => context.lineTo(x(at), y(high[index] ?? 0)));
  for (let index = tasks.length - 1; 0 <= index; index -= 1) context.lineTo(x(tasks[index] ?? 0), y(low[index] ?? 0));
  context.closePath();
  context.fillStyle = fill;
  context.fill();
}

function axes({ context, width }: Surface, props: FunnelProps, { x, y, low, high, most }: Scales): void {
  context.strokeStyle = colour("line");
  context.fillStyle = colour("soft");
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of props.isRatio ? [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10].filter((one) => low <= one && one <= high) : ticks(low, high, 5)) {
    line(context, LEFT, y(value), width - RIGHT, y(value));
    context.fillText(props.format(value), LEFT - 8, y(value));
  }
  context.textAlign = "center";
  for (const value of ticks(0, most, 6)) {
    line(context, x(value), TOP, x(value), HEIGHT - BOTTOM);
    context.fillText(count(value), x(value), HEIGHT - BOTTOM + 12);
  }
  context.fillText(`compared tasks · up: ${props.measure}`, (LEFT + width) / 2, HEIGHT - 8);
}

function line(context: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

const REACH = 14;

function nearest(points: readonly FunnelPoint[], { x, y }: Scales, to: { x: number; y: number }): FunnelPoint | null {
  let best: FunnelPoint | null = null;
  let least = REACH;
  for (const point of points) {
    const distance = Math.hypot(x(point.tasks) - to.x, y(point.value) - to.y);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}
