// Many small lines on one canvas. Owns the sheet that lies over a list and draws every line that is there: thousands of
// canvases would cost a layer each (2,000 lines on one sheet: 15 ms). Refuses axes and pointers.

import { createContext, createEffect, onCleanup, onMount, useContext, type JSX } from "solid-js";
import { paint } from "../views/shell/theme";
import { loop } from "../views/session";
import { colour, faded } from "./colours";

export type Values = readonly (number | null)[];

interface Sheet {
  add(place: HTMLElement, line: { values: () => Values; colour: () => string }): () => void;
  touch(): void;
}

const Context = createContext<Sheet>();

export function SparklineSheet(props: { children: JSX.Element }): JSX.Element {
  let holder!: HTMLDivElement;
  let canvas!: HTMLCanvasElement;
  const lines = new Map<HTMLElement, { values: () => Values; colour: () => string }>();
  let isStale = false;
  const touch = () => {
    isStale = true;
    loop.ask();
  };
  const sheet: Sheet = {
    add(place, line) {
      lines.set(place, line);
      touch();
      return () => (lines.delete(place), touch());
    },
    touch,
  };
  const drawAll = () => {
    if (!isStale) return;
    isStale = false;
    const context = canvas.getContext("2d");
    if (!context) return;
    const box = holder.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(box.width * ratio)) canvas.width = Math.round(box.width * ratio);
    if (canvas.height !== Math.round(box.height * ratio)) canvas.height = Math.round(box.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, box.width, box.height);
    // Under a header that stays, lines do not show through.
    const head = holder.querySelector(".row.head")?.getBoundingClientRect().bottom ?? -Infinity;
    for (const [place, line] of lines) {
      const at = place.getBoundingClientRect();
      if (at.top < Math.max(head, box.top) || box.bottom < at.bottom) continue;
      drawLine(context, line.values(), colour(line.colour()), { left: at.left - box.left, top: at.top - box.top, width: at.width, height: at.height });
    }
  };
  onMount(() => {
    const stop = loop.onPaint(drawAll);
    const observer = new ResizeObserver(touch);
    observer.observe(holder);
    onCleanup(() => {
      stop();
      observer.disconnect();
    });
  });
  createEffect(() => (paint(), touch()));
  return (
    <Context.Provider value={sheet}>
      <div class="sheet" ref={holder} on:scroll={{ handleEvent: touch, capture: true, passive: true }}>
        {props.children}
        <canvas ref={canvas} aria-hidden="true" />
      </div>
    </Context.Provider>
  );
}

/** A line on the sheet around it; the words are for those who do not see it. */
export function Sparkline(props: { values: Values; label: string; colour?: string }): JSX.Element {
  const sheet = useContext(Context);
  return (
    <span
      class="spark" role="img" aria-label={props.label}
      ref={(place) => {
        onMount(() => onCleanup(sheet?.add(place, { values: () => props.values, colour: () => props.colour ?? "series-0" }) ?? (() => undefined)));
        createEffect(() => (props.values, sheet?.touch()));
      }}
    />
  );
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function drawLine(context: CanvasRenderingContext2D, values: Values, stroke: string, box: Box): void {
  const known = values.filter((one): one is number => one !== null && Number.isFinite(one));
  if (known.length < 2) return;
  const highest = known.reduce((a, b) => Math.max(a, b), 0) || 1;
  const x = (index: number) => box.left + (index / (values.length - 1)) * box.width;
  const y = (value: number) => box.top + box.height - 2 - (value / highest) * (box.height - 4);
  context.beginPath();
  let isOpen = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) return void (isOpen = false);
    if (isOpen) context.lineTo(x(index), y(value));
    else context.moveTo(x(index), y(value));
    isOpen = true;
  });
  context.strokeStyle = stroke;
  context.lineWidth = 1.25;
  context.stroke();
  context.lineTo(box.left + box.width, box.top + box.height);
  context.lineTo(box.left, box.top + box.height);
  context.fillStyle = faded(stroke, 0.1);
  context.fill();
}
