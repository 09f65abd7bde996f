// What the agent did when: the tasks it held and the tools it called. Owns reading them for the time shown.

import { createMemo, createSignal, createEffect, Show, type JSX } from "solid-js";
import { Timeline, type TimelineSpan } from "../../charts/Timeline";
import { BandWords } from "../../charts/BandWords";
import { duration, parseTime, plural, words } from "../../lib/format";
import type { AgentHold, PageOfAgentHold, PageOfRecordedToolCall, RecordedToolCall } from "../../lib/wire";
import { bounds, refreshMs } from "../../lib/range";
import { taskPath } from "../../lib/route";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useAnomalyBands } from "../anomalies/bands";
import { useReading } from "../reading";
import { go, range, setRange } from "../router";
import { api, serverNow } from "../session";

const LIMIT = 500;
const COLOURS: Record<string, string> = { running: "series-1", completed: "well", failed: "bad", will_retry: "warn", lease_expired: "warn", agent_died: "bad", cancelled: "stale", released: "series-7", agent_left: "series-7" };

interface Pages {
  holds: PageOfAgentHold;
  calls: PageOfRecordedToolCall;
  fromMs: number;
  toMs: number;
}

export function AgentTimeline(props: { id: string }): JSX.Element {
  const read = async (_: unknown, signal: AbortSignal): Promise<Pages> => {
    const { fromMs, toMs } = bounds(range(), serverNow());
    const time = { from: new Date(fromMs).toISOString(), limit: LIMIT };
    const [holds, calls] = await Promise.all([
      api.get<Pages["holds"]>(`/api/agents/${encodeURIComponent(props.id)}/timeline`, time, signal),
      api.get<Pages["calls"]>("/api/tool-calls", { ...time, to: new Date(toMs).toISOString(), agent_id: props.id }, signal),
    ]);
    return { holds, calls, fromMs, toMs };
  };
  const pages = useReading(range, read, () => refreshMs(range()));
  const bands = useAnomalyBands(() => [{ agent_id: props.id }]);
  const unusual = createMemo(() => bands().map((band): TimelineSpan => ({ from: band.from * 1000, to: band.to * 1000, label: band.label ?? "", told: band.label ?? "", colour: band.colour, href: band.href })));
  const [end, setEnd] = createSignal(serverNow());
  createEffect(() => (pages(), setEnd(serverNow())));
  const tasks = createMemo(() => (pages()?.holds.items ?? []).map((hold) => ofHold(hold, end())));
  const tools = createMemo(() => (pages()?.calls.items ?? []).map(ofCall));
  return (
    <Panel title="Timeline" note={<Note pages={pages()} />}>
      <Show when={pages.error()}>{(error) => <Failure error={error()} retry={pages.again} />}</Show>
      <Show when={pages()}>
        {(one) => (
          <Timeline
            label="Tasks and tool calls over time" fromMs={one().fromMs} toMs={one().toMs}
            groups={[{ name: "tasks", spans: tasks() }, { name: "tools", spans: tools() }, ...(0 < unusual().length ? [{ name: "unusual", spans: unusual() }] : [])]}
            onPick={go} onBrush={(fromMs, toMs) => setRange({ kind: "between", fromMs, toMs })}
          />
        )}
      </Show>
      <BandWords bands={bands()} times={[]} span={undefined} cursor={null} />
    </Panel>
  );
}

function Note(props: { pages: Pages | null }): JSX.Element {
  const isCut = () => props.pages !== null && (Boolean(props.pages.holds.next_cursor ?? props.pages.calls.next_cursor));
  return (
    <Show when={props.pages}>
      {(one) => <>{plural(one().holds.items.length, "task")}, {plural(one().calls.items.length, "tool call")}{isCut() ? ", the newest" : ""}</>}
    </Show>
  );
}

function ofHold(hold: AgentHold, nowMs: number): TimelineSpan {
  const from = parseTime(hold.claimed_at) ?? parseTime(hold.ended_at) ?? nowMs;
  const to = parseTime(hold.ended_at) ?? nowMs;
  const label = hold.summary || hold.agent_type || hold.task_id;
  const waited = (hold.waited_ms ?? null) === null ? "" : `, waited ${duration(hold.waited_ms)}`;
  return { from, to, label, told: `${label}: ${words(hold.outcome)} after ${duration(to - from)}${waited}`, colour: COLOURS[hold.outcome] ?? "series-7", href: taskPath(hold.task_id) };
}

function ofCall(call: RecordedToolCall): TimelineSpan {
  const from = parseTime(call.started_at) ?? 0;
  const told = `${call.tool}: ${call.success ? "ok" : (call.error ?? "failed")} after ${duration(call.duration_ms)}`;
  return { from, to: from + call.duration_ms, label: call.tool, told, colour: call.success ? "series-5" : "bad" };
}
