// A task among those it waits for and those that wait for it: a column a level, and the plan of what is still to do.
// Owns pixels; levels and order are `lib/graph`'s.

import { createEffect, createMemo, For, Show, type JSX } from "solid-js";
import { plural, words } from "../../lib/format";
import { layout, type Placed } from "../../lib/graph";
import { taskPath } from "../../lib/route";
import type { Plan, TaskGraph } from "../../lib/task-types";
import { Panel } from "../parts/Panel";

const WIDTH = 190;
const HEIGHT = 46;
const [GAP_X, GAP_Y] = [56, 14];

const x = (one: Placed) => one.level * (WIDTH + GAP_X);
const y = (one: Placed) => one.line * (HEIGHT + GAP_Y);

export function Graph(props: { id: string; graph: TaskGraph | null; plan: Plan | null }): JSX.Element {
  const nodes = () => props.graph?.tasks ?? [];
  const placed = createMemo(() => layout(nodes()));
  return (
    <Panel title="Depends on, and is needed by" class="graph-panel" note={1 < nodes().length ? `${plural(nodes().length, "task")} in ${plural(placed().levels, "level")}` : ""}>
      <Show when={1 < nodes().length} fallback={<p class="soft">{props.graph ? "It waits for no other task, and none waits for it." : "Looking what is around it…"}</p>}>
        <Show when={props.graph?.truncated}>
          <p class="problem">More tasks belong to it: these are the nearest {nodes().length}.</p>
        </Show>
        <Picture id={props.id} placed={placed()} />
        <Show when={props.plan}>{(plan) => <Steps plan={plan()} graph={props.graph} />}</Show>
      </Show>
    </Panel>
  );
}

function Picture(props: { id: string; placed: ReturnType<typeof layout> }): JSX.Element {
  const width = () => props.placed.levels * (WIDTH + GAP_X) - GAP_X;
  const height = () => props.placed.lines * (HEIGHT + GAP_Y) - GAP_Y;
  const size = (element: HTMLElement | SVGElement) => createEffect(() => {
    element.style.setProperty("width", `${width()}px`);
    element.style.setProperty("height", `${height()}px`);
  });
  const path = (from: Placed, to: Placed) => {
    const [x1, y1, x2, y2] = [x(from) + WIDTH, y(from) + HEIGHT / 2, x(to), y(to) + HEIGHT / 2];
    const bend = Math.min(GAP_X * 0.6, (x2 - x1) / 2);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 2} ${y2}`;
  };
  return (
    <div class="graph" tabindex="0" role="group" aria-label="Dependency graph, what comes first on the left">
      <div ref={size}>
        <svg aria-hidden="true" ref={size}>
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto"><path d="M0 0.500L8 4L0 7.500z" /></marker>
          </defs>
          <For each={props.placed.edges}>{(edge) => <path classList={{ near: edge.from.node.task_id === props.id || edge.to.node.task_id === props.id }} d={path(edge.from, edge.to)} marker-end="url(#arrow)" />}</For>
        </svg>
        <For each={props.placed.placed}>{(one) => <Node one={one} isThis={one.node.task_id === props.id} />}</For>
      </div>
    </div>
  );
}

function Node(props: { one: Placed; isThis: boolean }): JSX.Element {
  const node = () => props.one.node;
  return (
    <a
      class="node" data-is={node().status} href={taskPath(node().task_id)} aria-current={props.isThis ? "true" : undefined} title={`${node().summary}\n${words(node().status)}${node().agent_type ? `, for ${node().agent_type}` : ""}`}
      ref={(element) => createEffect(() => element.style.setProperty("transform", `translate(${x(props.one)}px, ${y(props.one)}px)`))}
    >
      <b>{node().summary || node().task_id}</b>
      <span>{words(node().status)}<Show when={node().agent_type}> · {node().agent_type}</Show></span>
    </a>
  );
}

function Steps(props: { plan: Plan; graph: TaskGraph | null }): JSX.Element {
  const names = createMemo(() => new Map(props.graph?.tasks.map((one) => [one.task_id, one.summary])));
  const name = (id: string) => names().get(id) || id;
  return (
    <>
      <h3>What is still to do, in {plural(props.plan.total_batches, "step")}</h3>
      <p class="soft small">Tasks of one step can run side by side: with {plural(props.plan.max_parallelism, "free agent")} nothing waits longer than it must.</p>
      <ol class="steps">
        <For each={props.plan.batches}>
          {(batch) => (
            <li>
              <For each={batch.slice(0, 12)}>{(id) => <a class="step" href={taskPath(id)} title={name(id)}>{name(id)}</a>}</For>
              <Show when={12 < batch.length}><span class="soft">and {batch.length - 12} more</span></Show>
            </li>
          )}
        </For>
      </ol>
    </>
  );
}
