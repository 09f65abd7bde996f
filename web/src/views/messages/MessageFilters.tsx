// By whom and to whom, and of which type. Owns the fields; what is suggested is what the list and the fleet know.

import { createMemo, For, Show, type JSX } from "solid-js";
import { recipient, type MessageLog } from "../../lib/message-log";
import type { Names } from "../names";
import { FilterField } from "../parts/FilterField";
import { param, setParams } from "../router";

const CHOICES_MAX = 200;
const FIELDS = [["agent", "From or to agent"], ["topic", "To topic"], ["role", "To role"], ["type", "Type"]] as const;
export const ALL = { agent: null, topic: null, role: null, type: null };

export function MessageFilters(props: { log: MessageLog; names: Names }): JSX.Element {
  const choices = createMemo(() => {
    const found: Record<string, Set<string>> = { agent: new Set(props.names.known().values()), topic: new Set(), role: new Set(), type: new Set() };
    for (const position of props.log.order) {
      const message = props.log.get(position);
      if (!message) continue;
      const to = recipient(message.to);
      if (to.kind !== "agent") found[to.kind]?.add(to.name);
      found["type"]?.add(message.type);
    }
    return found;
  });
  const few = (name: string) => [...(choices()[name] ?? [])].sort((a, b) => a.localeCompare(b)).slice(0, CHOICES_MAX);
  const idOf = (text: string) => [...props.names.known()].find(([, name]) => name === text)?.[0] ?? text;
  const choose = (name: string, text: string) => {
    if (name === "agent") setParams({ agent: idOf(text) });
    else if (name === "type") setParams({ type: text });
    else setParams({ topic: null, role: null, [name]: text });
  };
  return (
    <div class="filters" role="group" aria-label="Filters">
      <For each={FIELDS}>
        {([name, label]) => <FilterField label={label} value={name === "agent" && param(name) !== "" ? props.names.of(param(name)) : param(name)} choices={few(name)} onChoose={(text) => choose(name, text)} />}
      </For>
      <Show when={FIELDS.some(([name]) => param(name) !== "")}>
        <button class="link" onClick={() => setParams(ALL)}>All messages</button>
      </Show>
    </div>
  );
}
