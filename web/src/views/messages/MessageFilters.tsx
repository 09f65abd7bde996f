// By whom and to whom, and of which type. Owns the fields; what is suggested is what the list and the fleet know.

import { createMemo, Show, type JSX } from "solid-js";
import { recipient, type MessageLog } from "../../lib/message-log";
import { FilterField } from "../parts/FilterField";
import type { useNames } from "../parts/AgentName";
import { param, setParams } from "../router";

const CHOICES_MAX = 200;

export function MessageFilters(props: { log: MessageLog; names: ReturnType<typeof useNames> }): JSX.Element {
  const seen = createMemo(() => {
    const found = { topics: new Set<string>(), roles: new Set<string>(), types: new Set<string>() };
    for (const position of props.log.order) {
      const message = props.log.get(position);
      if (!message) continue;
      const to = recipient(message.to);
      if (to.kind === "topic") found.topics.add(to.name);
      if (to.kind === "role") found.roles.add(to.name);
      found.types.add(message.type);
    }
    return found;
  });
  const few = (names: Iterable<string>) => [...names].sort((a, b) => a.localeCompare(b)).slice(0, CHOICES_MAX);
  const isFiltered = () => ["agent", "role", "topic", "type"].some((name) => param(name) !== "");
  return (
    <div class="filters" role="group" aria-label="Filters">
      <FilterField label="From or to agent" value={param("agent") === "" ? "" : props.names.nameOf(param("agent"))} choices={few(props.names.all().map((one) => one.name || one.id))} onChoose={(text) => setParams({ agent: props.names.idOf(text) })} />
      <FilterField label="To topic" value={param("topic")} choices={few(seen().topics)} onChoose={(topic) => setParams({ topic, role: null })} />
      <FilterField label="To role" value={param("role")} choices={few(seen().roles)} onChoose={(role) => setParams({ role, topic: null })} />
      <FilterField label="Type" value={param("type")} choices={few(seen().types)} onChoose={(type) => setParams({ type })} />
      <Show when={isFiltered()}>
        <button class="link" onClick={() => setParams({ agent: null, role: null, topic: null, type: null })}>All messages</button>
      </Show>
    </div>
  );
}
