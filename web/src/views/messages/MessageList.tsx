// The list: a line a message. Owns the columns, and what stands under and over the rows.

import { createMemo, Show, type JSX } from "solid-js";
import { dateTime, duration, NONE, parseTime } from "../../lib/format";
import { preview } from "../../lib/json-text";
import { reach, recipient, type Message, type Recipient } from "../../lib/message-log";
import { when } from "../../lib/when";
import { AgentName } from "../parts/AgentName";
import { columnsOf } from "../parts/columns";
import { Rows } from "../parts/Rows";
import type { Names } from "../names";
import { isNarrow } from "../narrow";
import { param, setParams } from "../router";
import { now } from "../session";
import type { Messages } from "./store";

interface MessageListProps {
  messages: Messages;
  names: Names;
}

export function MessageList(props: MessageListProps): JSX.Element {
  let box!: HTMLDivElement;
  const log = () => props.messages.log();
  const column = columnsOf((position: number) => log().get(position));
  const sent = column("Sent", "8.75rem", (one) => <span title={dateTime(parseTime(one().sent_at))}>{when(parseTime(one().sent_at), now())}</span>);
  const from = column("From", "minmax(7rem, 1fr)", (one) => <AgentName id={one().from} names={props.names} />);
  const to = column("To", "minmax(8rem, 1.2fr)", (one) => <To to={one().to} names={props.names} />);
  const says = column("Type and payload", "minmax(11rem, 3fr)", (one) => <Says message={one()} />);
  const reached = (title: string, which: "delivered" | "acked") => column(title, "6rem", (one) => <Reach message={one()} which={which} />, undefined, true);
  const ends = [reached("Delivered", "delivered"), reached("Read", "acked")];
  const columns = createMemo(() => (isNarrow() ? [says, sent, from, to, ...ends] : [sent, from, to, says, ...ends]));
  const follow = (element: HTMLDivElement) => {
    box = element;
    // A scroll of the table inside does not bubble.
    element.addEventListener("scroll", (event) => props.messages.setAtTop((event.target as HTMLElement).scrollTop < 8), true);
  };
  const toTop = () => {
    box.querySelector(".rows")?.scrollTo({ top: 0 });
    props.messages.showNewest();
  };
  return (
    <div ref={follow}>
      <p class="newer" role="status">
        <Show when={0 < props.messages.waiting()}>
          <button class="button small" onClick={toTop}>Show newer messages</button>
        </Show>
      </p>
      <Rows label="Messages" rows={log().order} columns={columns()} sort="" parameter="order" />
      <Show when={log().cursor !== null}>
        <p class="more">
          <Show when={log().order.length === 0}>
            <span class="soft">None among the newest that were looked through.</span>{" "}
          </Show>
          <button class="button" onClick={() => props.messages.older()}>{log().order.length === 0 ? "Look further back" : "Show older messages"}</button>
        </p>
      </Show>
    </div>
  );
}

export function To(props: { to: Recipient; names: Names }): JSX.Element {
  const to = () => recipient(props.to);
  const narrow = () => setParams(to().kind === "topic" ? { topic: to().name, role: null } : { role: to().name, topic: null }, "push");
  return (
    <Show when={to().kind === "agent"} fallback={
      <Show when={to().kind !== "all"} fallback={<span>everybody</span>}>
        <span class="soft">{to().kind}</span> <button class="link" title={`Only messages to ${to().kind} ${to().name}`} onClick={narrow}><bdi>{to().name}</bdi></button>
      </Show>
    }>
      <AgentName id={to().name} names={props.names} />
    </Show>
  );
}

function Says(props: { message: Message }): JSX.Element {
  const isOpen = () => param("message") === props.message.message_id;
  const toggle = () => setParams({ message: isOpen() ? null : props.message.message_id });
  return (
    <button class="opener" aria-expanded={isOpen()} onClick={toggle}>
      <b><bdi>{props.message.type}</bdi></b> <Show when={props.message.payload !== undefined}><span class="soft mono"><bdi>{preview(props.message.payload)}</bdi></span></Show>
    </button>
  );
}

function Reach(props: { message: Message; which: "delivered" | "acked" }): JSX.Element {
  const told = () => reach(props.message, props.which, duration);
  return <span classList={{ soft: told().isOpen || told().text === NONE }}>{told().text}</span>;
}
