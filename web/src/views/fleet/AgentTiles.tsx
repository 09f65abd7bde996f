// Every agent as a tile; only the tiles near the view exist, and above many of them a map of all. Owns the
// window and what a tile says; those who need a look come first.

import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { FleetMap } from "./FleetMap";
import { count, plural } from "../../lib/format";
import { agentPath } from "../../lib/route";
import type { FleetState } from "../../lib/state/fleet";
import { windowOf } from "../../lib/window";
import type { Live } from "../live";
import { now } from "../session";

const TILE_WIDTH = 168;
const TILE_HEIGHT = 58;
/** From so many on, a map shows all of them at once. */
const MAP_FROM = 120;

export function AgentTiles(props: { fleet: Live<FleetState> }): JSX.Element {
  let box!: HTMLDivElement;
  const [size, setSize] = createSignal({ width: 800, height: 400 });
  const [top, setTop] = createSignal(0);
  // Nearly always the order of before: what follows from it rests then.
  const order = createMemo(() => props.fleet().byHealth(), [], { equals: isSame });
  const perLine = () => Math.max(1, Math.floor(size().width / TILE_WIDTH));
  const view = createMemo(() => windowOf(order().length, perLine(), TILE_HEIGHT, top(), size().height, 1));
  const visible = createMemo(() => order().slice(view().from, view().to));
  onMount(() => {
    const observer = new ResizeObserver(() => setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    onCleanup(() => observer.disconnect());
  });
  return (
    <>
      <Show when={MAP_FROM < order().length}>
        <FleetMap fleet={props.fleet} order={order()} />
      </Show>
      <div class="tiles" ref={box} onScroll={() => setTop(box.scrollTop)} tabindex="0" role="group" aria-label={plural(order().length, "agent")}>
        <div class="spacer" ref={(element) => createEffect(() => element.style.setProperty("height", `${view().height}px`))}>
          <div
            class="tiles-inner"
            ref={(element) =>
              createEffect(() => {
                element.style.setProperty("transform", `translateY(${view().offset}px)`);
                element.style.setProperty("grid-template-columns", `repeat(${perLine()}, minmax(0, 1fr))`);
              })
            }
          >
            <For each={visible()}>{(ref) => <Tile fleet={props.fleet} agent={ref} />}</For>
          </div>
        </div>
      </div>
    </>
  );
}

const isSame = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((one, index) => one === b[index]);

/** Tiles that changed a moment ago shine. */
const FRESH_MS = 1_500;

function Tile(props: { fleet: Live<FleetState>; agent: number }): JSX.Element {
  const agents = () => props.fleet().agents;
  const health = createMemo(() => agents().health[props.agent] ?? "healthy");
  const isFresh = createMemo(() => now() - (agents().changedAt[props.agent] ?? 0) < FRESH_MS);
  const doing = createMemo(() => {
    if (health() !== "healthy") return health();
    const running = agents().running[props.agent] ?? 0;
    return 0 < running ? (1 < running ? `runs ${count(running)}` : "runs a task") : (agents().status[props.agent] ?? "idle");
  });
  const done = createMemo(() => (props.fleet().hasCounts ? `${count(agents().completed[props.agent])} done` : ""));
  return (
    <a class="tile" href={agentPath(agents().id[props.agent] ?? "")} data-is={health()} classList={{ fresh: isFresh(), busy: 0 < (agents().running[props.agent] ?? 0) }}>
      <b dir="auto">{props.fleet().nameOf(props.agent)}</b>
      <span>
        <span>{doing()}</span>
        <span class="number">{done()}</span>
      </span>
    </a>
  );
}
