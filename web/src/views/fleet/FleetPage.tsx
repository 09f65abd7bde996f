// The fleet at a glance. Owns the order of its parts.

import { createMemo, Show, type JSX } from "solid-js";
import { count } from "../../lib/format";
import { useFleet } from "../live";
import { Empty } from "../parts/Empty";
import { Panel } from "../parts/Panel";
import { AgentTiles } from "./AgentTiles";
import { Events } from "./Events";
import { Figures } from "./Figures";
import { HeadlineBar } from "./HeadlineBar";
import { Leaders } from "./Leaders";
import { StatusBar } from "./StatusBar";
import { Trends } from "./Trends";
import { WatchLine } from "./WatchLine";

export default function FleetPage(): JSX.Element {
  const fleet = useFleet();
  const isEmpty = createMemo(() => fleet().isKnown && fleet().present.length === 0);
  return (
    <>
      <h1 class="hidden">Fleet</h1>
      <HeadlineBar fleet={fleet} />
      <WatchLine />
      <Show when={isEmpty()}>
        <Panel title="No agent is here">
          <Empty title="See a simulated fleet at work" command="paceline demo" />
          <p>
            Or <a href="/connect">connect your own agents</a>: one address for every MCP client, or plain HTTP.
          </p>
        </Panel>
      </Show>
      <Show when={fleet().isKnown}>
        <Panel title="Now">
          <Figures fleet={fleet} />
          <StatusBar fleet={fleet} />
        </Panel>
      </Show>
      <Trends />
      <Show when={fleet().isKnown}>
        <div class="grid fleet-grid">
          <Show when={!isEmpty()}>
            <Panel title="Agents" note={<a href="/agents">{count(fleet().present.length)} in a table</a>}>
              <AgentTiles fleet={fleet} />
            </Panel>
          </Show>
          <div class="stack">
            <Leaders fleet={fleet} />
            <Events fleet={fleet} />
          </div>
        </div>
      </Show>
    </>
  );
}
