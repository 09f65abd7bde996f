// What happened to a task, line by line, with notes and tool calls at their place. Owns the list; the words are
// `lib/story`'s.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { clockTime, count, dateTime, duration, parseTime, plural } from "../../lib/format";
import { agentPath } from "../../lib/route";
import { byTool, lines, sentence, type Line } from "../../lib/story";
import type { StoryEvent, Task, ToolCall } from "../../lib/task-types";
import { Panel } from "../parts/Panel";
import type { Names } from "../names";

const LINES_AT_ONCE = 100;

export function Story(props: { task: Task; story: readonly StoryEvent[]; calls: ToolCall[] | null; names: Names }): JSX.Element {
  const [isWhole, setWhole] = createSignal(false);
  const all = createMemo(() => lines(props.story, props.task));
  const shown = () => (isWhole() ? all() : all().slice(-LINES_AT_ONCE));
  return (
    <Panel title="Story" note={plural(all().length, "line")}>
      <Show when={shown().length < all().length}>
        <button class="link" onClick={() => setWhole(true)}>Show the first {count(all().length - shown().length)} too</button>
      </Show>
      <ol class="story" tabindex="0">
        <For each={shown()}>{(line, index) => <StoryLine line={line} before={shown()[index() - 1]} names={props.names} />}</For>
      </ol>
      <Show when={props.calls?.length ? props.calls : null}>{(calls) => <Calls calls={calls()} />}</Show>
    </Panel>
  );
}

function StoryLine(props: { line: Line; before: Line | undefined; names: Names }): JSX.Element {
  const later = () => (props.before ? `+${duration(props.line.at - props.before.at)}` : "");
  return (
    <li data-event={props.line.event}>
      <time class="number soft" title={dateTime(props.line.at)}>{clockTime(props.line.at)}</time>
      <span class="number soft">{later()}</span>
      <div>
        <b>{sentence(props.line)}</b>
        <Show when={props.line.agent}>{(id) => <> by <a href={agentPath(id())}>{props.names.of(id())}</a></>}</Show>
        <Show when={props.line.detail}>{(text) => <p class="soft detail">{text()}</p>}</Show>
      </div>
    </li>
  );
}

function Calls(props: { calls: readonly ToolCall[] }): JSX.Element {
  const sums = createMemo(() => byTool(props.calls));
  const from = (call: ToolCall) => parseTime(call.started_at) ?? 0;
  const newest = createMemo(() => [...props.calls].sort((a, b) => from(b) - from(a)).slice(0, LINES_AT_ONCE));
  return (
    <>
      <h3>Tool calls while it was held</h3>
      <table class="plain">
        <thead>
          <tr><th scope="col">Tool</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Time</th></tr>
        </thead>
        <tbody>
          <For each={sums()}>{(sum) => <tr><td>{sum.tool}</td><td class="number">{count(sum.calls)}</td><td class="number">{count(sum.failed)}</td><td class="number">{duration(sum.ms)}</td></tr>}</For>
        </tbody>
      </table>
      <details>
        <summary>{props.calls.length <= LINES_AT_ONCE ? `Each of the ${plural(props.calls.length, "call")}` : `The last ${LINES_AT_ONCE} of ${count(props.calls.length)} calls`}</summary>
        <ol class="story">
          <For each={newest()}>
            {(call) => (
              <li data-event={call.success ? "call" : "failed"}>
                <time class="number soft">{clockTime(from(call))}</time>
                <span class="number soft">{duration(call.duration_ms)}</span>
                <div>{call.tool}<Show when={!call.success}> <b>failed</b><Show when={call.error}>{(text) => <p class="soft detail">{text()}</p>}</Show></Show></div>
              </li>
            )}
          </For>
        </ol>
      </details>
    </>
  );
}
