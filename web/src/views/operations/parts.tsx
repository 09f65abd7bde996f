// What both pages of operations show. Owns their tables of errors and of the slowest.

import { For, Show, type JSX } from "solid-js";
import { clockTime, count, date, dateTime, duration, words } from "../../lib/format";
import { share, subjectOf, type Performance, type Stages } from "../../lib/operations";
import { agentPath, path, pathOfId } from "../../lib/route";
import { Stack } from "../parts/Stack";
import type { Names } from "../names";
import { keepingRange } from "../router";
import { serverNow } from "../session";

export const STAGE_KINDS: readonly (keyof Stages)[] = ["queue", "execute", "commit", "other"];

export const operationPath = (name: string): string => keepingRange(path("operations", [name]));

export function StageBar(props: { stages: Stages | null }): JSX.Element {
  const parts = () => STAGE_KINDS.map((kind) => ({ kind, size: props.stages?.[kind] ?? 0, title: `${kind} ${duration(props.stages?.[kind])}` }));
  return <Show when={props.stages} fallback="–"><Stack parts={parts()} /></Show>;
}

export function Errors(props: { errors: Performance["reliability"]["errors"]; withOperation?: boolean }): JSX.Element {
  return (
    <Show when={0 < props.errors.length} fallback={<p class="soft">None in this time.</p>}>
      <div class="scroll-x">
        <table class="plain">
          <thead>
            <tr>
              <Show when={props.withOperation}><th scope="col">Operation</th></Show>
              <th scope="col">Error</th>
              <th scope="col" class="number">Times</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.errors}>
              {(one) => (
                <tr>
                  <Show when={props.withOperation}><td class="nowrap"><a href={operationPath(one.operation)}>{words(one.operation)}</a></td></Show>
                  <td class="any">{one.error}</td>
                  <td class="number">{count(one.count)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}

export function Slowest(props: { rows: Performance["slowest"]; names: Names; withOperation?: boolean }): JSX.Element {
  return (
    <Show when={0 < props.rows.length} fallback={<p class="soft">None in this time.</p>}>
      <div class="scroll-x">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col" class="number">Took</th>
              <Show when={props.withOperation}><th scope="col">Operation</th></Show>
              <th scope="col">When</th>
              <th scope="col">By</th>
              <th scope="col">About</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(one) => (
                <tr>
                  <td class="number">{one.success ? "" : "failed after "}{duration(one.duration_ms)}</td>
                  <Show when={props.withOperation}><td class="nowrap"><a href={operationPath(one.operation)}>{words(one.operation)}</a></td></Show>
                  <td class="nowrap number-left" title={dateTime(Date.parse(one.at))}>{when(Date.parse(one.at))}</td>
                  <td class="short"><Show when={one.agent_id} fallback="–">{(id) => <a href={agentPath(id())}>{props.names.of(id())}</a>}</Show></td>
                  <td class="short"><Subject context={one.context} names={props.names} /></td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}

function Subject(props: { context: string | null; names: Names }): JSX.Element {
  const subject = () => subjectOf(props.context);
  return (
    <Show when={subject()} fallback="–">
      {(id) => <Show when={pathOfId(id())} fallback={id()}>{(href) => <a href={href()} title={id()}>{props.names.of(id())}</a>}</Show>}
    </Show>
  );
}

/** The day too where it is not today. */
const when = (at: number): string => (date(at) === date(serverNow()) ? clockTime(at) : dateTime(at));

export const failedShare = (failed: number, all: number): string => (failed === 0 ? "0" : `${count(failed)} · ${share(failed / all)}`);
