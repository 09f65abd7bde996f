// An agent where its id is known: its name as a link to its page. Owns the look-up among those that are here;
// who has left is shown by id.

import { createMemo, type JSX } from "solid-js";
import { shortId } from "../../lib/format";
import { agentPath } from "../../lib/route";
import { useFleet } from "../live";
import { keepingRange } from "../router";

/** Names by id, and the other way round; for as long as the component lives. */
export function useNames(): { nameOf(id: string): string; idOf(text: string): string; all(): readonly { id: string; name: string }[] } {
  const fleet = useFleet();
  const membership = createMemo(() => fleet().membership);
  const all = createMemo(() => {
    membership();
    const { agents, present } = fleet();
    return present.map((ref) => ({ id: agents.id[ref] ?? "", name: agents.name[ref] ?? "" }));
  });
  const byId = createMemo(() => new Map(all().map((one) => [one.id, one.name])));
  return {
    nameOf: (id) => byId().get(id) || shortId(id),
    idOf: (text) => all().find((one) => one.name === text)?.id ?? text,
    all,
  };
}

export function AgentName(props: { id: string; name: string }): JSX.Element {
  return (
    <a class="agent-name" href={keepingRange(agentPath(props.id))} title={props.id}>
      <bdi>{props.name}</bdi>
    </a>
  );
}
