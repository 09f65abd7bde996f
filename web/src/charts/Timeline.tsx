// Spans over time in lanes: what somebody did when. Owns the picture, the pointer and the brush; refuses to know what a
// span is.

import { createMemo, createSignal, type JSX } from "solid-js";
import { axisTime, duration, plural } from "../lib/format";
import { laneCount, lanes, type Span } from "../lib/lanes";
import { linear, timeTicks, type Scale } from "../lib/scales";
import { place, useCanvas, type Surface } from "./canvas";
import { colour, faded } from "./colours";

export interface TimelineSpan extends Span {
  /** On it, where it fits. */
  label: string;
  told: string;
  colour: string;
  href?: string | undefined;
}

export interface TimelineProps {
  label: string;
  /** Milliseconds since 1970. */
  fromMs: number;
  toMs: number;
  /** Groups, one under the other. */
  groups: readonly { name: string; spans: readonly TimelineSpan[] }[];
  onPick?: (href: string) => void;
  onBrush?: (fromMs: number, toMs: number) => void;
}

const [LEFT, AXIS, LANE, GAP, LANES_MAX] = [62, 22, 18, 10, 12];

export function Timeline(props: TimelineProps): JSX.Element {
  let canvas!: HTMLCanvasElement;
  let started: number | null = null;
  const [told, setTold] = createSignal("");
  const [width, setWidth] = createSignal(600);
  const placed = createMemo(() => arrange(props.groups));
  const height = () => placed().height + AXIS;
  const x = createMemo(() => linear([props.fromMs, props.toMs], [LEFT, width() - 8]));
  useCanvas(() => canvas, height, (surface) => {
    setWidth(surface.width);
    draw(surface, placed().rows, x(), props, height());
  });
  const under = (event: MouseEvent) => {
    const at = place(event);
    const isOn = (row: Placed) => row.top <= at.y && at.y < row.top + LANE && x()(row.span.from) - 2 <= at.x && at.x <= Math.max(x()(row.span.to), x()(row.span.from) + 3) + 2;
    return placed().rows.find(isOn)?.span;
  };
  const move = (event: MouseEvent) => setTold(under(event)?.told ?? "");
  const up = (event: MouseEvent) => {
    const from = started;
    started = null;
    if (from === null) return;
    const to = place(event).x;
    const picked = under(event);
    if (4 < Math.abs(to - from)) props.onBrush?.(x().invert(Math.min(from, to)), x().invert(Math.max(from, to)));
    else if (picked?.href) props.onPick?.(picked.href);
  };
  const total = () => props.groups.reduce((sum, group) => sum + group.spans.length, 0);
  return (
    <figure class="chart timeline" role="group" aria-label={props.label}>
      <div>
        <canvas
          ref={canvas} role="img" aria-label={`${props.label}: ${plural(total(), "entry", "entries")} over ${duration(props.toMs - props.fromMs)}`}
          onMouseMove={move} onMouseLeave={() => setTold("")} onMouseDown={(event) => (started = place(event).x)} onMouseUp={up}
        />
      </div>
      <p class="readout">{told()}</p>
    </figure>
  );
}

interface Placed {
  span: TimelineSpan;
  top: number;
}

function arrange(groups: TimelineProps["groups"]): { rows: Placed[]; height: number } {
  const rows: Placed[] = [];
  let top = 4;
  for (const group of groups) {
    const laid = lanes(group.spans);
    for (const { span, lane } of laid) rows.push({ span, top: top + Math.min(lane, LANES_MAX - 1) * LANE });
    top += Math.max(1, Math.min(LANES_MAX, laneCount(laid))) * LANE + GAP;
  }
  return { rows, height: top };
}

function draw({ context, width }: Surface, rows: readonly Placed[], x: Scale, props: TimelineProps, height: number): void {
  context.strokeStyle = colour("line");
  context.fillStyle = colour("soft");
  context.textBaseline = "middle";
  context.textAlign = "center";
  for (const at of timeTicks(props.fromMs / 1000, props.toMs / 1000, width / 120, new Date().getTimezoneOffset())) {
    context.strokeRect(x(at * 1000), 0, 0, height - AXIS);
    context.fillText(axisTime(at * 1000, (props.toMs - props.fromMs) / 1000), Math.min(x(at * 1000), width - 20), height - 9);
  }
  names(context, props.groups);
  context.save();
  context.beginPath();
  context.rect(LEFT, 0, width - LEFT, height - AXIS);
  context.clip();
  context.textAlign = "left";
  for (const { span, top } of rows) bar(context, span, x, top);
  context.restore();
}

function names(context: CanvasRenderingContext2D, groups: TimelineProps["groups"]): void {
  let top = 4;
  context.textAlign = "left";
  for (const group of groups) {
    context.fillText(group.name, 0, top + LANE / 2 - 1);
    top += Math.max(1, Math.min(LANES_MAX, laneCount(lanes(group.spans)))) * LANE + GAP;
  }
}

function bar(context: CanvasRenderingContext2D, span: TimelineSpan, x: Scale, top: number): void {
  const left = x(span.from);
  const wide = Math.max(2, x(span.to) - left);
  const shade = colour(span.colour);
  context.fillStyle = faded(shade, 0.28);
  context.fillRect(left, top, wide, LANE - 3);
  context.fillStyle = shade;
  context.fillRect(left, top, Math.min(3, wide), LANE - 3);
  if (wide < 46) return;
  context.save();
  context.beginPath();
  context.rect(left, top, wide - 4, LANE);
  context.clip();
  context.fillStyle = colour("ink");
  context.fillText(span.label, left + 7, top + LANE / 2 - 1);
  context.restore();
}
