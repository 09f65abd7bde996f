// Moments in tables: how long ago, with the whole moment to point at.

import { Show, type JSX } from "solid-js";
import { ago, dateTime, NONE, parseTime } from "../../lib/format";
import { now } from "../session";

export function Ago(props: { at: string | null | undefined }): JSX.Element {
  const at = () => parseTime(props.at);
  return <Show when={at()} fallback={NONE}>{(ms) => <span title={dateTime(ms())}>{ago(ms(), now())}</span>}</Show>;
}

/** Both, for one thing in full. */
export function Moment(props: { at: string | null | undefined; none?: string }): JSX.Element {
  const at = () => parseTime(props.at);
  return <Show when={at()} fallback={<span class="soft">{props.none}</span>}>{(ms) => <>{dateTime(ms())} <span class="soft">{ago(ms(), now())}</span></>}</Show>;
}
