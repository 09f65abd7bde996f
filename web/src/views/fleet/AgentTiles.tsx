// Every agent as a tile; only the tiles near the view exist, and above many of them a map of all. Owns the
// window and what a tile says; those who need a look come first. Tiles that the page is not scrolled to do not exist either.

import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { FleetMap } from "./FleetMap";
import { count, plural } from "../../lib/format";
import { agentPath } from "../../lib/route";
import type { FleetState } from "../../lib/state/fleet";
import { doing, isSameTile, tileOf } from "../../lib/tile";
import { windowOf } from "../../lib/window";
import type { Live } from "../live";
import { useSeen } from "../seen";
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
  const order = createMemo(() => props.fleet().byHealth());
  const perLine = () => Math.max(1, Math.floor(size().width / TILE_WIDTH));
  const seen = useSeen(() => box);
  const view = createMemo(() => windowOf(order().length, perLine(), TILE_HEIGHT, top() + seen().from, Math.min(size().height, seen().to) - seen().from, 1));
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

function Tile(props: { fleet: Live<FleetState>; agent: number }): JSX.Element {
  const tile = createMemo(() => tileOf(props.fleet(), props.agent, now()), undefined, { equals: isSameTile });
  const done = () => tile().completed;
  return (
    <a class="tile" href={agentPath(tile().id)} data-is={tile().health} classList={{ fresh: tile().isFresh, busy: 0 < tile().running }}>
      {/* What is in a grid is laid out with the grid: the words have a box that is not. */}
      <span class="tile-words">
        <b dir="auto">{tile().name}</b>
        <span>
          <span>{doing(tile())}</span>
          <span class="number">{done() === null ? "" : `${count(done())} done`}</span>
        </span>
      </span>
    </a>
  );
}
