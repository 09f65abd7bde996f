// All agents at once: a dot each, coloured by health, brighter while it works. Owns the layout of dots, of which only
// those are drawn that changed, and what is under the pointer; refuses to replace the tiles: a screen reader and the keyboard have those.

import { createMemo, createSignal, type JSX } from "solid-js";
import { Dots } from "../../lib/dots";
import { plural } from "../../lib/format";
import { agentPath } from "../../lib/route";
import { HEALTHS, type FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { go } from "../router";
import { useSeen } from "../seen";
import { serverNow } from "../session";
import { place, useKeptCanvas } from "../../charts/canvas";
import { colour, mixed } from "../../charts/colours";

const COLOURS = { healthy: "well", warning: "warn", stale: "stale", dead: "bad" } as const;
/** At rest, at work, just now; as `lib/dots.ts` counts them. */
const shadesOf = (full: string, ground: string) => [mixed(full, ground, 0.38), mixed(full, ground, 0.7), full];

export function FleetMap(props: { fleet: Live<FleetState>; order: readonly number[] }): JSX.Element {
  let canvas!: HTMLCanvasElement;
  const [told, setTold] = createSignal("");
  const [width, setWidth] = createSignal(0);
  // Dots are as large as fits three hundred to some thousands in a strip.
  const cell = () => (props.order.length < 600 ? 12 : props.order.length < 2500 ? 9 : 6);
  const perLine = () => Math.max(1, Math.floor(width() / cell()));
  const height = () => Math.ceil(props.order.length / perLine()) * cell() + 2;
  const dots = new Dots();
  let shades: string[] = [];
  const seen = useSeen(() => canvas);
  const isSeen = createMemo(() => seen().from < seen().to);
  useKeptCanvas(() => canvas, height, ({ context, width }, isBlank) => {
    setWidth(width);
    if (!isSeen() && !isBlank) return;
    const { agents } = props.fleet();
    // Read once: two thousand dots would ask for each of them again.
    const [order, size, across] = [props.order, cell(), perLine()];
    // Another theme is a blank canvas, too.
    if (isBlank) shades = HEALTHS.flatMap((health) => shadesOf(colour(COLOURS[health]), colour("paper")));
    if (isBlank || dots.isOther(order, across)) {
      context.clearRect(0, 0, width, height());
      dots.begin(order, across);
    }
    dots.each(agents, serverNow(), (index, shade) => {
      context.fillStyle = shades[shade] ?? "";
      context.fillRect((index % across) * size, Math.floor(index / across) * size, size - 2, size - 2);
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
