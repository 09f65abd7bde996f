// The fleet's messages: how fast they arrive, which there are, and one of them in full. Owns the order of the parts.

import { Show, type JSX } from "solid-js";
import { ApiError } from "../../lib/api";
import { plural, rate } from "../../lib/format";
import { openSeconds } from "../../lib/when";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { param, setParams } from "../router";
import { PastCharts, quantile, type PastChart } from "../parts/PastCharts";
import { useNames } from "../names";
import { MessageDetail } from "./MessageDetail";
import { ALL, MessageFilters } from "./MessageFilters";
import { MessageList } from "./MessageList";
import { useMessages } from "./store";

const SEND = "paceline message send --to all --type note --payload '\"hello\"'";

const DELIVERY = "paceline_message_delivery_seconds";
const CHARTS: readonly PastChart[] = [
  {
    title: "Delivery time", note: "from sending to each reader", format: openSeconds,
    lines: [{ label: "median", colour: "series-0", ask: quantile(0.5, DELIVERY) }, { label: "99 of 100", colour: "series-1", ask: quantile(0.99, DELIVERY) }],
  },
  {
    title: "Messages a second", note: "delivered: to each reader", format: rate,
    lines: [
      { label: "sent", colour: "series-0", ask: (window) => `sum(rate(paceline_operation_duration_seconds_count{operation="message_send",outcome="ok"}[${window}]))` },
      { label: "delivered", colour: "series-1", ask: (window) => `sum(rate(${DELIVERY}_count[${window}]))` },
    ],
  },
];

export default function MessagesPage(): JSX.Element {
  const messages = useMessages();
  const names = useNames();
  const open = () => param("message");
  const isForbidden = () => messages.error() instanceof ApiError && (messages.error() as ApiError).refusal.code === "forbidden";
  return (
    <>
      <div class="page-head">
        <h1>Messages</h1>
      </div>
      <PastCharts charts={CHARTS} />
      <Panel title="Sent, the newest first" note={<span aria-live="polite">{note(messages.log().order.length, messages.log().cursor !== null)}</span>}>
        <MessageFilters log={messages.log()} names={names} />
        <Show when={messages.error()}>{(error) => <Failure error={error()} {...(isForbidden() ? {} : { retry: messages.showNewest })} />}</Show>
        <div class="split" classList={{ open: open() !== "" }}>
          <div class="split-list">
            <Show when={messages.isKnown()} fallback={<Show when={!messages.error()}><p class="loading">Reading messages…</p></Show>}>
              <Show when={0 < messages.log().order.length || messages.log().cursor !== null} fallback={<Nothing hasFilter={messages.hasFilter()} />}>
                <MessageList messages={messages} names={names} />
              </Show>
            </Show>
          </div>
          <Show when={open()} keyed>
            {(id) => <MessageDetail id={id} log={messages.log()} names={names} />}
          </Show>
        </div>
      </Panel>
    </>
  );
}

function note(shown: number, isMore: boolean): string {
  return shown === 0 ? "" : `${isMore ? "the newest " : ""}${plural(shown, "message")}`;
}

function Nothing(props: { hasFilter: boolean }): JSX.Element {
  return (
    <Show when={props.hasFilter} fallback={<Empty title="Nobody has sent a message yet" command={SEND}>Agents write to each other, to a role, to a topic or to all.</Empty>}>
      <Empty title="No message is like that">
        <button class="link" onClick={() => setParams(ALL)}>Show all messages</button>
      </Empty>
    </Show>
  );
}
