// Who did something, where the id is known: an agent's name as a link to its page. What no agent did an operator did.

import { Show, type JSX } from "solid-js";
import { agentPath } from "../../lib/route";
import type { Names } from "../names";
import { keepingRange } from "../router";

export function AgentName(props: { id: string | null | undefined; names: Names }): JSX.Element {
  return (
    <Show when={props.id} fallback={<span class="soft">an operator</span>}>
      {(id) => <a dir="auto" href={keepingRange(agentPath(id()))} title={id()}>{props.names.of(id())}</a>}
    </Show>
  );
}
