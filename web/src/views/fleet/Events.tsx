// The freshest events, newest first. Owns their tone by kind and the pace of a flood, which rests while somebody is in it;
// the sentences are the server's.

import { createMemo, Index, Show, type JSX } from "solid-js";
import { Calm } from "../../lib/calm";
import type { FleetEvent } from "../../lib/feed-types";
import { clockTime, count } from "../../lib/format";
import { agentPath, taskPath } from "../../lib/route";
import type { FleetState } from "../../lib/state/fleet";
import type { Live } from "../live";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { now, serverNow } from "../session";

const SHOWN = 40;
/** More new ones than this in a frame are a flood: all others move down, and are painted again. */
const FEW = 1;
const FLOOD_MS = 800;
const TONES: Record<string, string> = {
  agent_dead: "bad", task_failed: "bad", agent_stale: "stale", agent_warning: "warn", task_lease_expired: "warn",
  task_retried: "warn", task_cancelled: "stale", task_completed: "well", agent_recovered: "well",
};

export function Events(props: { fleet: Live<FleetState> }): JSX.Element {
  const calm = new Calm(FEW, FLOOD_MS);
  let isHeld = false;
  const shown = createMemo<readonly FleetEvent[]>((before) => {
    const fresh = props.fleet().events.slice(0, SHOWN);
    const isOther = (fresh[0]?.n ?? 0) < (before[0]?.n ?? 0);
    const newLines = (fresh[0]?.n ?? 0) - (before[0]?.n ?? 0);
    // The clock asks again, where no frame does.
    now();
    return isOther || (!isHeld && calm.mayShow(newLines, serverNow())) ? fresh : before;
  }, []);
  return (
    <Panel title="Events" note={<Show when={0 < props.fleet().eventsSkipped}>{count(props.fleet().eventsSkipped)} left out</Show>}>
      {/* The size of a full list does not hang on what is in it, and its lines stay where they are and get other words. */}
      <ol
        class="events" classList={{ full: shown().length === SHOWN }}
        on:pointerenter={() => (isHeld = true)} on:pointerleave={() => (isHeld = false)} on:focusin={() => (isHeld = true)} on:focusout={() => (isHeld = false)}
      >
        <Index each={shown()} fallback={<li class="soft">None yet: tasks that end, agents that come and go and changes of leaders stand here.</li>}>
          {(event) => (
            <li data-tone={TONES[event().kind]}>
              <time class="soft">{clockTime(event().at_ms)}</time>
              <Show when={hrefOf(event())} fallback={<span><Prose text={event().text} /></span>}>
                {(href) => <a href={href()}><Prose text={event().text} /></a>}
              </Show>
            </li>
          )}
        </Index>
      </ol>
    </Panel>
  );
}

const hrefOf = ({ task_id, agent_id }: FleetEvent) => (task_id ? taskPath(task_id) : agent_id ? agentPath(agent_id) : null);
