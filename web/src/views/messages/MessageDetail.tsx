// One message in full. Owns the way to it where the list does not have it: a link, or the one that it answers.

import { createMemo, Show, type JSX } from "solid-js";
import { dateTime, duration, parseTime } from "../../lib/format";
import { after, type Message, type MessageLog } from "../../lib/message-log";
import type { Names } from "../names";
import { AgentName } from "../parts/AgentName";
import { Detail, Fact } from "../parts/Detail";
import { Failure } from "../parts/Failure";
import { JsonTree } from "../parts/JsonTree";
import { Moment } from "../parts/Time";
import { path } from "../../lib/route";
import { useReading } from "../reading";
import { setParams } from "../router";
import { api } from "../session";
import { To } from "./MessageList";

interface MessageDetailProps {
  id: string;
  log: MessageLog;
  names: Names;
}

export function MessageDetail(props: MessageDetailProps): JSX.Element {
  const listed = createMemo(() => {
    const position = props.log.order.find((one) => props.log.get(one)?.message_id === props.id);
    return position === undefined ? undefined : props.log.get(position);
  });
  const isListed = createMemo(() => listed() !== undefined);
  const fetched = useReading(isListed, (is, signal) => (is ? Promise.resolve(null) : api.get<Message>(path("api", ["messages", props.id]), {}, signal)));
  const message = () => listed() ?? fetched();
  return (
    <Detail title="Message" onClose={() => setParams({ message: null })}>
      <Show when={message()} fallback={<Show when={fetched.error()} fallback={<p class="loading">Reading the message…</p>}>{(what) => <Failure error={what()} />}</Show>}>
        {(one) => <Facts message={one()} names={props.names} />}
      </Show>
    </Detail>
  );
}

function Facts(props: { message: Message; names: Names }): JSX.Element {
  const one = () => props.message;
  const isToOne = () => "agent" in one().to;
  return (
    <>
      <dl class="facts">
        <Fact label="Type"><bdi>{one().type}</bdi></Fact>
        <Fact label="From"><AgentName id={one().from} names={props.names} /></Fact>
        <Fact label="To"><To to={one().to} names={props.names} /></Fact>
        <Fact label="Sent"><Moment at={one().sent_at} /></Fact>
        <Show when={isToOne()}>
          <Fact label="Delivered"><Came message={one()} at={one().delivered_at} /></Fact>
          <Fact label="Read"><Came message={one()} at={one().acked_at} /></Fact>
        </Show>
        <Show when={one().audience}>
          {(audience) => (
            <Fact label="Reached">
              delivered to {audience().delivered} and read by {audience().acked} of {audience().listeners} listening agents
            </Fact>
          )}
        </Show>
        <Show when={one().reply_to}>
          {(id) => <Fact label="Answers"><button class="link mono" onClick={() => setParams({ message: id() }, "push")}>{id()}</button></Fact>}
        </Show>
        <Fact label="Id"><span class="mono">{one().message_id}</span></Fact>
      </dl>
      <h3>Payload</h3>
      <Show when={one().payload !== undefined} fallback={<p class="soft">It has none.</p>}>
        <JsonTree label="Payload" value={one().payload} />
      </Show>
    </>
  );
}

function Came(props: { message: Message; at: string | undefined }): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="soft">not yet</span>}>
      {(at) => <>{dateTime(parseTime(at()))} <span class="soft">{duration(after(props.message, at()))} after it was sent</span></>}
    </Show>
  );
}
