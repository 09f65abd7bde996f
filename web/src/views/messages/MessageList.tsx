// The list: a line a message. Owns the columns, and what stands under and over the rows.

import { createMemo, Show, type Accessor, type JSX } from "solid-js";
import { dateTime, duration, NONE, parseTime } from "../../lib/format";
import { preview } from "../../lib/json-text";
import { reach, recipient, type Message, type Recipient } from "../../lib/message-log";
import { when } from "../../lib/when";
import { AgentName } from "../parts/AgentName";
import { Rows, type Column } from "../parts/Rows";
import { isNarrow } from "../narrow";
import { param, setParams } from "../router";
import { now } from "../session";
import type { Messages } from "./store";

interface MessageListProps {
  messages: Messages;
  nameOf: (id: string) => string;
}

export function MessageList(props: MessageListProps): JSX.Element {
  let box!: HTMLDivElement;
  const log = () => props.messages.log();
  const of = (read: (message: Accessor<Message>) => JSX.Element) => (position: number) => <Show when={log().get(position)}>{(one) => read(one)}</Show>;
  const column = (key: string, title: string, width: string, read: (message: Accessor<Message>) => JSX.Element, isNumber = false): Column<number> => ({ key, title, width, isNumber, cell: of(read) });
  const sent = column("sent", "Sent", "8.75rem", (one) => <Sent at={one().sent_at} />);
  const from = column("from", "From", "minmax(7rem, 1fr)", (one) => <From id={one().from} nameOf={props.nameOf} />);
  const to = column("to", "To", "minmax(8rem, 1.2fr)", (one) => <To to={one().to} nameOf={props.nameOf} />);
  const says = column("says", "Type and payload", "minmax(11rem, 3fr)", (one) => <Says message={one()} />);
  const reached = [column("delivered", "Delivered", "6rem", (one) => <Reach message={one()} which="delivered" />, true), column("acked", "Read", "6rem", (one) => <Reach message={one()} which="acked" />, true)];
  const columns = createMemo(() => (isNarrow() ? [says, sent, from, to, ...reached] : [sent, from, to, says, ...reached]));
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

function Sent(props: { at: string }): JSX.Element {
  return <time dateTime={props.at} title={dateTime(parseTime(props.at))}>{when(parseTime(props.at), now())}</time>;
}

function From(props: { id: string | undefined; nameOf: (id: string) => string }): JSX.Element {
  return <Show when={props.id} fallback={<span class="soft">an operator</span>}>{(id) => <AgentName id={id()} name={props.nameOf(id())} />}</Show>;
}

export function To(props: { to: Recipient; nameOf: (id: string) => string }): JSX.Element {
  const to = () => recipient(props.to);
  const narrow = () => setParams(to().kind === "topic" ? { topic: to().name, role: null } : { role: to().name, topic: null }, "push");
  return (
    <Show when={to().kind === "agent"} fallback={
      <Show when={to().kind !== "all"} fallback={<span>everybody</span>}>
        <span class="soft">{to().kind}</span> <button class="link" title={`Only messages to ${to().kind} ${to().name}`} onClick={narrow}><bdi>{to().name}</bdi></button>
      </Show>
    }>
      <AgentName id={to().name} name={props.nameOf(to().name)} />
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
