// One agent: what it is and does now, how it compares, what it did when. Owns the order of its parts.

import { createMemo, Show, type JSX } from "solid-js";
import { ago, parseTime, shortId, words } from "../../lib/format";
import { period } from "../../lib/performance";
import type { AgentPerformance } from "../../lib/wire";
import { refreshMs } from "../../lib/range";
import { pathOfId } from "../../lib/route";
import { ApiError } from "../../lib/api";
import { useAgent } from "../live";
import { isPage } from "../pages";
import { Badge } from "../parts/Badge";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { FeatureOff } from "../parts/FeatureOff";
import { Panel } from "../parts/Panel";
import { useReading } from "../reading";
import { range, route } from "../router";
import { api, now, serverNow } from "../session";
import { AgentFigures } from "./AgentFigures";
import { AgentTimeline } from "./AgentTimeline";
import { LiveLines } from "./LiveLines";
import { Messages } from "./Messages";
import { OwnMetrics } from "./OwnMetrics";
import { Quality } from "./Quality";
import { Tools } from "./Tools";
import { Verdict } from "./Verdict";

export default function AgentPage(): JSX.Element {
  // The page is made anew for another agent.
  const id = route().rest[0] ?? "";
  const live = useAgent(id);
  const performance = useReading(
    range,
    (one, signal) => api.get<AgentPerformance>("/api/agent-performance", { ...period(one, serverNow()), agent_id: id }, signal),
    () => refreshMs(range()) && 30_000,
  );
  const row = createMemo(() => performance()?.items.find((one) => one.agent_id === id) ?? null);
  const isOff = () => { const error = performance.error(); return error instanceof ApiError && error.isFeatureOff; };
  return (
    <>
      <Head live={live} id={id} />
      <Show when={live.error()}>
        <Panel title="No such agent is here">
          <Empty title="It left, or was imported, or never was" command="paceline agent list">What it did is below, as far as it is on the record for the time shown.</Empty>
        </Panel>
      </Show>
      <Show when={!isOff()} fallback={<FeatureOff />}>
        <Show when={performance.error()}>{(error) => <Failure error={error()} retry={performance.again} />}</Show>
        <Show when={row()}>
          {(one) => (
            <>
              <Verdict row={one()} performance={performance()} />
              <AgentFigures row={one()} />
            </>
          )}
        </Show>
      </Show>
      <AgentTimeline id={id} />
      <div class="grid">
        <LiveLines live={live} />
        <Quality id={id} row={row()} />
      </div>
      <Show when={isPage("messages")}>
        <Messages id={id} />
      </Show>
      <Show when={row()}>{(one) => <Tools tools={one().tools} />}</Show>
      <Show when={!isOff()}>
        <OwnMetrics id={id} />
      </Show>
    </>
  );
}

function Head(props: { live: ReturnType<typeof useAgent>; id: string }): JSX.Element {
  const agent = () => props.live().agent;
  const task = () => agent()?.current_task ?? null;
  return (
    <>
      <div class="page-head">
        <h1 dir="auto">{agent()?.name || props.id}</h1>
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
