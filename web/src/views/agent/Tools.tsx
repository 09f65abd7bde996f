// How the agent uses its tools: how often, how fast, what fails, what it does in a row, where it goes in circles.

import { For, Show, type JSX } from "solid-js";
import { count, dateTime, duration, parseTime, percent, plural } from "../../lib/format";
import type { ToolPatterns } from "../../lib/wire";
import { Empty } from "../parts/Empty";
import { Panel } from "../parts/Panel";

export function Tools(props: { tools: ToolPatterns }): JSX.Element {
  const tools = () => props.tools;
  return (
    <Show when={tools()}>
      <Panel title="Tools" note={<>{plural(tools().calls, "call")}{tools().is_complete ? "" : ", the newest"}, {count(tools().failed)} failed</>}>
        <Show when={0 < tools().tools.length} fallback={<Empty title="No tool calls were recorded" command="paceline tool-call record --call-id call_1 --tool Bash --duration-ms 120.5 --success=true">Agents tell them by OpenTelemetry, see <a href="/connect">Connect</a>, or one by one.</Empty>}>
          <div class="scroll-x" tabindex="0" role="group" aria-label="Tools">
            <table class="plain">
              <thead>
                <tr>
                  <th scope="col">tool</th>
                  <For each={["calls", "failed", "failure rate", "median", "p95", "in all"]}>{(head) => <th scope="col" class="number">{head}</th>}</For>
                </tr>
              </thead>
              <tbody>
                <For each={tools().tools}>
                  {(tool) => (
                    <tr>
                      <th scope="row">{tool.tool}</th>
                      <td class="number">{count(tool.calls)}</td>
                      <td class="number">{count(tool.failed)}</td>
                      <td class="number">{percent(tool.failure_rate)}</td>
                      <td class="number">{duration(tool.p50_ms)}</td>
                      <td class="number">{duration(tool.p95_ms)}</td>
                      <td class="number">{duration(tool.total_ms)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
          <div class="grid patterns">
            <Sequences title="Two in a row" list={tools().pairs} />
            <Sequences title="Three in a row" list={tools().triples} />
            <div>
              <h3>In circles</h3>
              <p class="soft small">
                {plural(tools().looped_calls, "call")} in loops; {count(tools().retried_calls)} failed calls tried again at once, {count(tools().retries_succeeded)} of them with success.
              </p>
              <ol class="sequences">
                <For each={tools().loops} fallback={<li class="soft">None.</li>}>
                  {(loop) => <li title={`${dateTime(parseTime(loop.from))} to ${dateTime(parseTime(loop.to))}`}><span>{loop.tools.join(" → ")}, {loop.success ? "each time ok" : "each time failed"}</span><b class="number">× {count(loop.times)}</b></li>}
                </For>
              </ol>
            </div>
          </div>
        </Show>
      </Panel>
    </Show>
  );
}

function Sequences(props: { title: string; list: readonly { tools: string[]; count: number }[] }): JSX.Element {
  return (
    <div>
      <h3>{props.title}</h3>
      <ol class="sequences">
        <For each={props.list} fallback={<li class="soft">None.</li>}>
          {(one) => <li><span>{one.tools.join(" → ")}</span><b class="number">{count(one.count)}</b></li>}
        </For>
      </ol>
    </div>
  );
}
