// A canvas that is sharp on every screen and follows its holder's width. Owns size and redrawing; refuses to
// know what is drawn.

import { createEffect, createSignal, onCleanup, onMount, untrack } from "solid-js";
import { paint } from "../views/shell/theme";

export interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
}

/** Draws at once, whenever what `draw` reads changes, when the width does and when colours do. */
export function useCanvas(canvas: () => HTMLCanvasElement, height: () => number, draw: (surface: Surface) => void): () => void {
  return useKeptCanvas(canvas, height, (surface) => {
    steady(surface.context);
    surface.context.clearRect(0, 0, surface.width, surface.height);
    draw(surface);
  });
}

/** The same with a picture that stays; `draw` is told when it is gone: the size changed, or all colours did. */
export function useKeptCanvas(canvas: () => HTMLCanvasElement, height: () => number, draw: (surface: Surface, isBlank: boolean) => void): () => void {
  let painted = -1;
  let context: CanvasRenderingContext2D | null = null;
  // Observed, not asked: asking makes the browser lay the page out in the middle of a frame.
  const [width, setWidth] = createSignal(0);
  const render = () => {
    context ??= canvas().getContext("2d");
    if (!context || width() === 0) return;
    const isOtherSize = fit(canvas(), width(), height());
    const isOtherTheme = painted !== untrack(paint);
    painted = untrack(paint);
    // A canvas forgets these with its size only, and setting them costs more than some dots.
    if (isOtherSize) steady(context);
    if (isOtherTheme) context.clearRect(0, 0, width(), height());
    draw({ context, width: width(), height: height() }, isOtherSize || isOtherTheme);
  };
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    const parent = canvas().parentElement;
    if (parent) observer.observe(parent);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    paint();
    render();
  });
  return render;
}

function steady(context: CanvasRenderingContext2D): void {
  const ratio = devicePixelRatio || 1;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = "12px system-ui, sans-serif";
}

/** A canvas loses its picture when its size is set, and memory is given anew: only when it changed; answers whether. */
function fit(canvas: HTMLCanvasElement, width: number, height: number): boolean {
  const ratio = devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === across && canvas.height === down) return false;
  canvas.width = across;
  canvas.height = down;
  canvas.style.setProperty("width", `${width}px`);
  canvas.style.setProperty("height", `${height}px`);
  return true;
}

/** Where the pointer is on a canvas. */
export function place(event: MouseEvent): { x: number; y: number } {
  return { x: event.offsetX, y: event.offsetY };
}
