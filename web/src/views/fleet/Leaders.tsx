// Who leads what, under which epoch.

import { For, Show, type JSX } from "solid-js";
import { count, shortId } from "../../lib/format";
import { agentPath, path } from "../../lib/route";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { Panel } from "../parts/Panel";

export function Leaders(props: { fleet: Live<FleetState> }): JSX.Element {
  const name = (id: string) => {
    const { agents } = props.fleet();
    const ref = agents.id.indexOf(id);
    return (0 <= ref && agents.name[ref]) || shortId(id);
  };
  return (
    <Show when={0 < props.fleet().leaders.length}>
      <Panel title="Leaders">
        <ul class="leaders">
          <For each={props.fleet().leaders}>
            {(one) => (
              <li>
                <a href={path("elections", [one.election])}>{one.election}</a>
                <Show when={one.leader} fallback={<b class="problem">no leader</b>}>
                  {(leader) => <a href={agentPath(leader())}>{name(leader())}</a>}
                </Show>
                <span class="soft number">epoch {count(one.epoch)}</span>
              </li>
            )}
          </For>
        </ul>
      </Panel>
    </Show>
  );
}
