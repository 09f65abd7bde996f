// The agent's own series with their values of now. Owns the one question; a name leads to the explorer.

import { createMemo, For, Show, type JSX } from "solid-js";
import { digits, count } from "../../lib/format";
import { queryNow, quoted } from "../../lib/prometheus";
import { path } from "../../lib/route";
import { isPage } from "../pages";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useReading } from "../reading";
import { api } from "../session";

const SHOWN = 100;

export function OwnMetrics(props: { id: string }): JSX.Element {
  const question = () => `{agent=${quoted(props.id)}}`;
  const answer = useReading(question, (query, signal) => queryNow(api, query, signal), () => 15_000);
  const rows = createMemo(() =>
    (answer()?.result ?? [])
      .map(({ labels, value }) => {
        const { __name__: name = "", agent: _, ...rest } = labels;
        return { name, rest: Object.entries(rest).map(([key, one]) => `${key}=${one}`).join(", "), value };
      })
      .sort((a, b) => a.name.localeCompare(b.name) || a.rest.localeCompare(b.rest)),
  );
  return (
    <Panel title="Metrics" note={<>{count(rows().length)} series{SHOWN < rows().length ? `, the first ${SHOWN}` : ""}</>}>
      <Show when={answer.error()}>{(error) => <Failure error={error()} retry={answer.again} />}</Show>
      <Show when={answer.error() || 0 < rows().length} fallback={<Empty title="The agent wrote no metrics yet" command={`paceline metric record my_metric=1 --agent-id ${props.id}`} />}>
        <div class="scroll-x" tabindex="0" role="group" aria-label="Metrics">
          <table class="plain">
            <tbody>
              <For each={rows().slice(0, SHOWN)}>
                {(row) => (
                  <tr>
                    <th scope="row"><Show when={isPage("explore")} fallback={row.name}><a href={path("explore", [], { q: `${row.name}${question()}` })}>{row.name}</a></Show></th>
                    <td class="soft">{row.rest}</td>
                    <td class="number">{digits(row.value)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </Show>
    </Panel>
  );
}
