// What narrows the list of tasks, all of it in the address. Owns the fields; refuses to filter: that is the server's.

import { createMemo, createSignal, For, onCleanup, type JSX } from "solid-js";
import { words } from "../../lib/format";
import { SOURCES } from "../../lib/task-types";
import type { Names } from "../names";
import { param, setParams } from "../router";
import type { Listed } from "./list";

const AGENTS_OFFERED = 200;
const PAUSE_MS = 250;

export const isFiltered = (): boolean => ["status", "source", "type", "agent", "q"].some((name) => param(name) !== "");

export function Filters(props: { names: Names; list: Listed }): JSX.Element {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const search = (text: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => setParams({ q: text.trim() }), PAUSE_MS);
  };
  // Types that were seen stay on offer while one of them is chosen.
  const types = createMemo<string[]>((before) => {
    const seen = new Set(before);
    for (const row of props.list.list().rows.values()) if (row.type) seen.add(row.type);
    if (param("type")) seen.add(param("type"));
    return seen.size === before.length ? before : [...seen].sort();
  }, []);
  return (
    <div class="filters" role="search" aria-label="Filter tasks">
      <input class="grow" type="search" placeholder="Text in the task" aria-label="Text in the task" maxlength="200" value={param("q")} onInput={(event) => search(event.currentTarget.value)} />
      <Choice name="type" label="Type" choices={types()} />
      <Choice name="source" label="Source" choices={SOURCES} />
      <Agent names={props.names} />
    </div>
  );
}

function Choice(props: { name: string; label: string; choices: readonly string[] }): JSX.Element {
  return (
    <select aria-label={props.label} value={param(props.name)} onChange={(event) => setParams({ [props.name]: event.currentTarget.value })}>
      <option value="">{`Any ${props.label.toLowerCase()}`}</option>
      <For each={props.choices}>{(choice) => <option value={choice} selected={param(props.name) === choice}>{words(choice)}</option>}</For>
    </select>
  );
}

/** By name or id. */
function Agent(props: { names: Names }): JSX.Element {
  const [typed, setTyped] = createSignal<string | null>(null);
  const shown = () => typed() ?? (param("agent") && props.names.of(param("agent")));
  const choose = (text: string) => {
    const wanted = text.trim();
    const byName = [...props.names.known()].find(([, name]) => name === wanted)?.[0];
    setTyped(null);
    setParams({ agent: byName ?? wanted });
  };
  const offered = () => [...new Set(props.names.known().values())].filter((name) => name.toLowerCase().includes((typed() ?? "").toLowerCase())).slice(0, AGENTS_OFFERED);
  return (
    <>
      <input type="search" list="task-agents" placeholder="Any agent" aria-label="Agent, by name or id" value={shown()} onInput={(event) => setTyped(event.currentTarget.value)} onChange={(event) => choose(event.currentTarget.value)} />
      <datalist id="task-agents">
        <For each={offered()}>{(name) => <option value={name} />}</For>
      </datalist>
    </>
  );
}
