// The agent's freshest messages, sent and received. Owns their lines; the page of messages has all of them.

import { For, Show, type JSX } from "solid-js";
import { dateTime, parseTime } from "../../lib/format";
import { path } from "../../lib/route";
import { when } from "../../lib/when";
import type { MessageListed } from "../../lib/wire";
import { useNames, type Names } from "../names";
import { AgentName } from "../parts/AgentName";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useReading } from "../reading";
import { api, now } from "../session";

const SHOWN = 20;
const PREVIEW = 160;

export function Messages(props: { id: string }): JSX.Element {
  const page = useReading(() => props.id, (agent_id, signal) => api.get<{ items: MessageListed[] }>("/api/messages", { agent_id, limit: SHOWN }, signal), () => 10_000);
  const names = useNames();
  const isSent = (one: MessageListed) => one.from === props.id;
  return (
    <Panel title="Messages" note={<a href={path("messages", [], { agent: props.id })}>all of them</a>}>
      <Show when={page.error()}>{(error) => <Failure error={error()} retry={page.again} />}</Show>
      <ol class="events">
        <For each={page()?.items ?? []} fallback={<li><Empty title="No messages yet" command={`paceline message send --to agent:${props.id} --type note --payload hello`} /></li>}>
          {(one) => (
            <li>
              <time class="soft" title={dateTime(parseTime(one.sent_at))}>{when(parseTime(one.sent_at), now())}</time>
              <span>
                <b>{one.type}</b> <Who message={one} isSent={isSent(one)} names={names} /> <span class="soft" dir="auto">{preview(one.payload)}</span>
              </span>
            </li>
          )}
        </For>
      </ol>
    </Panel>
  );
}

function Who(props: { message: MessageListed; isSent: boolean; names: Names }): JSX.Element {
  const other = () => (props.isSent ? props.message.to.agent : props.message.from) ?? null;
  const group = () => {
    const { role, topic } = props.message.to;
    return role ? `role ${role}` : topic ? `topic ${topic}` : "all";
  };
  return (
    <span class="soft">
      {props.isSent ? "to " : "from "}
      <Show when={other()} fallback={props.isSent ? group() : "outside"}>{(id) => <AgentName id={id()} names={props.names} />}</Show>
    </span>
  );
}

function preview(payload: unknown): string {
  const text = payload === undefined || payload === null ? "" : typeof payload === "string" ? payload : JSON.stringify(payload);
  return text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW)}…`;
}
