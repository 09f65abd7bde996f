// All agents at once: a dot each, coloured by health, brighter while it works. Owns the layout of dots and what is under
// the pointer; refuses to replace the tiles: a screen reader and the keyboard have those.

import { createSignal, type JSX } from "solid-js";
import { plural } from "../../lib/format";
import { agentPath } from "../../lib/route";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { go } from "../router";
import { serverNow } from "../session";
import { place, useCanvas } from "../../charts/canvas";
import { colour, faded } from "../../charts/colours";

const COLOURS = { healthy: "well", warning: "warn", stale: "stale", dead: "bad" } as const;
const FRESH_MS = 1_000;

export function FleetMap(props: { fleet: Live<FleetState>; order: readonly number[] }): JSX.Element {
  let canvas!: HTMLCanvasElement;
  const [told, setTold] = createSignal("");
  const [width, setWidth] = createSignal(0);
  // Dots are as large as fits three hundred to some thousands in a strip.
  const cell = () => (props.order.length < 600 ? 12 : props.order.length < 2500 ? 9 : 6);
  const perLine = () => Math.max(1, Math.floor(width() / cell()));
  const height = () => Math.ceil(props.order.length / perLine()) * cell() + 2;
  useCanvas(() => canvas, height, (surface) => {
    setWidth(surface.width);
    const { agents } = props.fleet();
    const at = serverNow();
    const shades = Object.fromEntries(Object.entries(COLOURS).map(([health, name]) => {
      const full = colour(name);
      return [health, [faded(full, 0.38), faded(full, 0.7), full]];
    }));
    props.order.forEach((ref, index) => {
      const health = agents.health[ref] ?? "healthy";
      const level = health !== "healthy" || at - (agents.changedAt[ref] ?? 0) < FRESH_MS ? 2 : 0 < (agents.running[ref] ?? 0) ? 1 : 0;
      surface.context.fillStyle = shades[health]?.[level] ?? "";
      surface.context.fillRect((index % perLine()) * cell(), Math.floor(index / perLine()) * cell(), cell() - 2, cell() - 2);
    });
  });
  const under = (event: MouseEvent) => {
    const { x, y } = place(event);
    return props.order[Math.floor(y / cell()) * perLine() + Math.floor(x / cell())];
  };
  const tell = (event: MouseEvent) => {
    const ref = under(event);
    const state = props.fleet();
    setTold(ref === undefined ? "" : `${state.nameOf(ref)}: ${state.agents.health[ref]}, ${plural(state.agents.running[ref] ?? 0, "task")} running`);
  };
  const open = (event: MouseEvent) => {
    const id = props.fleet().agents.id[under(event) ?? -1];
    if (id) go(agentPath(id));
  };
  return (
    <div class="chart fleet-map">
      <div>
        <canvas ref={canvas} role="img" aria-label={`Map of ${plural(props.order.length, "agent")}`} onMouseMove={tell} onMouseLeave={() => setTold("")} onClick={open} />
      </div>
      <p class="readout">{told() || "brighter: working, brightest: just now"}</p>
    </div>
  );
}
