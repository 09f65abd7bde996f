// A canvas that is sharp on every screen and follows its holder's width. Owns size and redrawing; refuses to
// know what is drawn.

import { createEffect, onCleanup, onMount } from "solid-js";
import { paint } from "../views/shell/theme";

export interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
}

/** Draws at once, whenever what `draw` reads changes, when the width does and when colours do. */
export function useCanvas(canvas: () => HTMLCanvasElement, height: () => number, draw: (surface: Surface) => void): () => void {
  const render = () => {
    const element = canvas();
    const context = element.getContext("2d");
    const width = element.parentElement?.clientWidth ?? 0;
    if (!context || width === 0) return;
    const ratio = devicePixelRatio || 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height() * ratio);
    element.style.setProperty("width", `${width}px`);
    element.style.setProperty("height", `${height()}px`);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = "12px system-ui, sans-serif";
    draw({ context, width, height: height() });
  };
  onMount(() => {
    const observer = new ResizeObserver(render);
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

/** Where the pointer is on a canvas. */
export function place(event: MouseEvent): { x: number; y: number } {
  return { x: event.offsetX, y: event.offsetY };
}
