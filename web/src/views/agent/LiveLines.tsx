// What the agent does at this moment: its operations and tool calls as they come.

import { createMemo, For, Show, type JSX } from "solid-js";
import { clockTime, count, duration, microseconds, shortId, words } from "../../lib/format";
import { pathOfId } from "../../lib/route";
import type { useAgent } from "../live";
import { Panel } from "../parts/Panel";

const SHOWN = 30;

interface Line {
  key: string;
  at: number;
  what: string;
  took: string;
  isBad: boolean;
  note: string;
}

export function LiveLines(props: { live: ReturnType<typeof useAgent> }): JSX.Element {
  const lines = createMemo(() => {
    const operations = props.live().operations.slice(0, SHOWN).map((one): Line => ({
      key: `o${one.n}`, at: one.at_ms, what: words(one.operation), took: microseconds(one.duration_us), isBad: one.outcome !== "ok", note: one.outcome === "ok" ? (one.subject ?? "") : (one.error ?? one.outcome),
    }));
    const calls = props.live().toolCalls.slice(0, SHOWN).map((one): Line => ({
      key: `t${one.n}`, at: one.at_ms, what: `tool ${one.tool}`, took: duration(one.duration_ms), isBad: !one.success, note: one.success ? "" : "failed",
    }));
    return operations.concat(calls).sort((a, b) => b.at - a.at).slice(0, SHOWN);
  });
  return (
    <Panel title="Now" note={<Show when={0 < props.live().skipped}>{count(props.live().skipped)} left out</Show>}>
      <ol class="events">
        <For each={lines()} fallback={<li class="soft">Nothing since this page was opened.</li>}>
          {(line) => (
            <li data-tone={line.isBad ? "bad" : undefined}>
              <time class="soft">{clockTime(line.at)}</time>
              <span>
                {line.what} <span class="soft">{line.took}</span> <Note text={line.note} />
              </span>
            </li>
          )}
        </For>
      </ol>
    </Panel>
  );
}

function Note(props: { text: string }): JSX.Element {
  return <Show when={pathOfId(props.text)} fallback={<span class="soft">{props.text}</span>}>{(href) => <a href={href()}>{shortId(props.text)}</a>}</Show>;
}
