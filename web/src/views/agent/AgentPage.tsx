// One agent: what it is and does now, its messages and its metrics. Owns the order of its parts.

import { Show, type JSX } from "solid-js";
import { ago, parseTime, shortId, words } from "../../lib/format";
import { pathOfId } from "../../lib/route";
import { ApiError } from "../../lib/api";
import { useAgent } from "../live";
import { isPage } from "../pages";
import { Badge } from "../parts/Badge";
import { Failure } from "../parts/Failure";
import { route } from "../router";
import { now } from "../session";
import { LiveLines } from "./LiveLines";
import { Messages } from "./Messages";
import { OwnMetrics } from "./OwnMetrics";

export default function AgentPage(): JSX.Element {
  // The page is made anew for another agent.
  const id = route().rest[0] ?? "";
  const live = useAgent(id);
  return (
    <>
      <Head live={live} id={id} />
      <Show when={live.error()}>{(error) => <Failure error={new ApiError(404, error())} />}</Show>
      <div class="grid">
        <LiveLines live={live} />
      </div>
      <Show when={isPage("messages")}>
        <Messages id={id} />
      </Show>
      <OwnMetrics id={id} />
    </>
  );
}

function Head(props: { live: ReturnType<typeof useAgent>; id: string }): JSX.Element {
  const agent = () => props.live().agent;
  const task = () => agent()?.current_task ?? null;
  return (
    <>
      <div class="page-head">
        <h1 dir="auto">{agent()?.name || shortId(props.id)}</h1>
        <Show when={agent()}>
          {(one) => (
            <>
              <Badge is={one().health} />
              <span>{words(one().status)}</span>
              <Show when={task()}>
                {(what) => <Show when={pathOfId(what())} fallback={<span class="soft" dir="auto">{what()}</span>}>{(href) => <a href={href()}>{shortId(what())}</a>}</Show>}
              </Show>
            </>
          )}
        </Show>
      </div>
      <Show when={agent()}>
        {(one) => (
          <p class="lead">
            <Show when={one().role}><span dir="auto">{one().role}</span> · </Show>
            <Show when={0 < (one().agent_types?.length ?? 0)}>takes {one().agent_types?.join(", ")} · </Show>
            joined {ago(parseTime(one().registered_at), now())} · heartbeat {ago(parseTime(one().last_heartbeat_at), now())} · <code>{one().agent_id}</code>
          </p>
        )}
      </Show>
    </>
  );
}
