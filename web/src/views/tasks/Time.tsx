// Where a task's time went, as a bar in the order of events and as sums. The reading is `lib/story`'s.

import { createMemo, For, Show, type JSX } from "solid-js";
import { clockTime, dateTime, duration, parseTime } from "../../lib/format";
import { share } from "../../lib/operations";
import { KIND_WORDS, shares, stretches, type Stretch } from "../../lib/story";
import { isOver, type StoryEvent, type Task } from "../../lib/task-types";
import { Panel } from "../parts/Panel";
import { Key, Stack } from "../parts/Stack";
import type { Names } from "../names";
import { now } from "../session";

/** An imported task whose beginning nobody wrote down. */
function unreported(task: Task): string {
  const [from, to] = [parseTime(task.submitted_at), parseTime(task.finished_at)];
  return from === null || to === null ? "Its times were not reported." : `It was over ${duration(to - from)} after it was queued; when it was begun was not reported.`;
}

export function Time(props: { task: Task; story: readonly StoryEvent[]; names: Names }): JSX.Element {
  const end = createMemo(() => (isOver(props.task.status) ? (parseTime(props.task.finished_at) ?? now()) : now()));
  const found = createMemo(() => stretches(props.story, props.task, end()));
  const sums = createMemo(() => shares(found()));
  const total = () => sums().reduce((sum, one) => sum + one.ms, 0);
  const title = (one: Stretch) => `${KIND_WORDS[one.kind]} ${duration(one.toMs - one.fromMs)}, from ${clockTime(one.fromMs)}${one.agent && one.fence ? ` by ${props.names.of(one.agent)}` : ""}`;
  return (
    <Panel title="Where the time went" note={0 < total() ? `${duration(total())} ${isOver(props.task.status) ? "in all" : "so far"}` : ""}>
      <Show when={0 < total()} fallback={<p class="soft">{props.task.reported ? unreported(props.task) : "It has only just been queued."}</p>}>
        <Stack class="wide-bar" parts={found().map((one) => ({ kind: one.kind, size: one.toMs - one.fromMs, title: title(one) }))} />
        <p class="ends soft small">
          <span>{dateTime(found()[0]?.fromMs)}</span>
          <span>{isOver(props.task.status) ? dateTime(found().at(-1)?.toMs) : "now"}</span>
        </p>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Time spent</th>
              <th scope="col" class="number">Time</th>
              <th scope="col" class="number">Share</th>
            </tr>
          </thead>
          <tbody>
            <For each={sums()}>
              {(one) => (
                <tr>
                  <td><Key kind={one.kind} /> {KIND_WORDS[one.kind]}</td>
                  <td class="number">{duration(one.ms)}</td>
                  <td class="number">{share(one.share)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </Panel>
  );
}
