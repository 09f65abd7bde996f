// The queue: how much of what, and the list with its filters. Owns the order of its parts; the list's data is `list.ts`.

import { Show, type JSX } from "solid-js";
import { STATUSES } from "../../lib/task-types";
import { ago, count, digits, duration, parseTime, plural } from "../../lib/format";
import type { Queue } from "../../lib/feed-types";
import { taskPath } from "../../lib/route";
import { ranMs, waitedMs, type Row } from "../../lib/task-list";
import { Badge } from "../parts/Badge";
import { Chips } from "../parts/Chips";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Rows, type Column } from "../parts/Rows";
import { Stack } from "../parts/Stack";
import { useTasks } from "../live";
import { useNames, type Names } from "../names";
import { param, setParams } from "../router";
import { useReading } from "../reading";
import { api, now } from "../session";
import { Filters, isFiltered } from "./Filters";
import { useList, type Listed } from "./list";

interface QueueStatus extends Queue {
  total_tasks: number;
  avg_priority: number;
  max_depth: number;
  oldest_pending: string | null;
  oldest_pending_task_id?: string | null;
}

export default function TasksPage(): JSX.Element {
  const names = useNames();
  const listed = useList();
  const live = useTasks();
  const status = useReading(() => "/api/tasks/queue", (path, signal) => api.get<QueueStatus>(path, {}, signal), () => 5_000);
  const queue = () => live().queue ?? status();
  return (
    <>
      <header class="page-head">
        <h1>Tasks</h1>
        <p class="soft"><Show when={queue()}>{(counts) => <>{told(counts())}</>}</Show></p>
      </header>
      <section class="panel" aria-label="Queue by status">
        <Waiting queue={queue()} />
        <Chips name="status" label="Status" choices={STATUSES} {...(queue() ? { counts: queue()! } : {})} />
        <QueueFacts status={status()} />
        <Filters names={names} list={listed} />
        <Show when={listed.error()}>{(error) => <Failure error={error()} retry={listed.again} />}</Show>
        <List listed={listed} names={names} />
        <Foot listed={listed} queue={queue()} />
      </section>
    </>
  );
}

function told(queue: Queue): string {
  const waiting = queue.pending + queue.blocked + queue.ready;
  return `${count(queue.running)} running, ${count(waiting)} waiting, ${count(queue.completed + queue.failed + queue.cancelled)} over`;
}

/** What is not over, in proportion: what is over outgrows everything. */
function Waiting(props: { queue: Queue | null }): JSX.Element {
  const parts = () => STATUSES.slice(0, 4).map((kind) => ({ kind, size: props.queue?.[kind] ?? 0, title: `${count(props.queue?.[kind] ?? 0)} ${kind}` }));
  return <Stack class="wide-bar" parts={parts()} />;
}

function QueueFacts(props: { status: QueueStatus | null }): JSX.Element {
  const oldest = () => parseTime(props.status?.oldest_pending);
  return (
    <p class="facts soft small">
      <Show when={props.status?.oldest_pending_task_id} fallback={<span>Nothing waits.</span>}>
        {(id) => (
          <>
            <span>
              The <a href={taskPath(id())}>oldest</a> that waits was queued {ago(oldest(), now())}
            </span>
            <span>mean priority of what waits {digits(props.status?.avg_priority)}</span>
            <span>at most {plural(props.status?.max_depth ?? 0, "step")} of prerequisites</span>
          </>
        )}
      </Show>
    </p>
  );
}

function List(props: { listed: Listed; names: Names }): JSX.Element {
  const row = (id: string): Row | undefined => props.listed.list().rows.get(id);
  const of = <T,>(id: string, read: (row: Row) => T): T | null => {
    const found = row(id);
    return found ? read(found) : null;
  };
  const columns: Column<string>[] = [
    { key: "status", title: "Status", width: "7.25rem", by: (id) => of(id, (one) => STATUSES.indexOf(one.status)), cell: (id) => <Badge is={row(id)?.status ?? "pending"} /> },
    { key: "task", title: "Task", width: "minmax(14rem, 1fr)", by: (id) => of(id, (one) => one.title), cell: (id) => <a href={taskPath(id)} title={row(id)?.title}>{row(id)?.title || id}</a> },
    { key: "type", title: "Type", width: "minmax(5rem, 7rem)", by: (id) => of(id, (one) => one.type), cell: (id) => <span title={row(id)?.type ?? undefined}>{row(id)?.type ?? "any"}</span> },
    { key: "priority", title: "Priority", width: "4.5rem", isNumber: true, by: (id) => of(id, (one) => one.priority), cell: (id) => of(id, (one) => one.priority?.toFixed(1) ?? "–") },
    { key: "agent", title: "Agent", width: "minmax(6rem, 9rem)", by: (id) => of(id, (one) => (one.agent ? props.names.of(one.agent) : null)), cell: (id) => <AgentCell id={row(id)?.agent ?? null} names={props.names} /> },
    { key: "waited", title: "Waited", width: "6rem", isNumber: true, by: (id) => of(id, (one) => waitedMs(one, now())), cell: (id) => of(id, (one) => duration(waitedMs(one, now()))) },
    { key: "ran", title: "Ran", width: "6rem", isNumber: true, by: (id) => of(id, (one) => ranMs(one, now())), cell: (id) => of(id, (one) => duration(ranMs(one, now()))) },
    { key: "retries", title: "Retries", width: "4.25rem", isNumber: true, by: (id) => of(id, (one) => one.retries), cell: (id) => of(id, (one) => count(one.retries)) },
    { key: "queued", title: "Queued", width: "6.5rem", isNumber: true, by: (id) => of(id, (one) => one.submittedAt), cell: (id) => of(id, (one) => ago(one.submittedAt, now())) },
  ];
  return (
    <Show when={0 < props.listed.ids().length} fallback={<Nothing listed={props.listed} />}>
      <Rows label="Tasks" rows={props.listed.ids()} columns={columns} sort="-queued" />
    </Show>
  );
}

function AgentCell(props: { id: string | null; names: Names }): JSX.Element {
  return (
    <Show when={props.id} fallback="–">
      {(id) => <a href={`/agents/${encodeURIComponent(id())}`} title={props.names.of(id())}>{props.names.of(id())}</a>}
    </Show>
  );
}

function Nothing(props: { listed: Listed }): JSX.Element {
  return (
    <Show when={!props.listed.isBusy() && props.listed.list().cursor !== undefined} fallback={<p class="loading">Reading the list…</p>}>
      <Show when={isFiltered()} fallback={<Empty title="No task has been queued yet" command="paceline task enqueue 'write the release notes' --agent-type writer">Queue one, or let an agent do it with the tool <code>task_enqueue</code>.</Empty>}>
        <Empty title={param("status") ? `No task is ${param("status")}${hasOthers() ? " and fits the other filters" : ""}` : "No task fits these filters"}>
          <button class="button" onClick={() => setParams({ status: null, source: null, type: null, agent: null, q: null })}>Show all tasks</button>
        </Empty>
      </Show>
    </Show>
  );
}

const hasOthers = () => ["source", "type", "agent", "q"].some((name) => param(name) !== "");

function Foot(props: { listed: Listed; queue: Queue | null }): JSX.Element {
  const shown = () => props.listed.ids().length;
  return (
    <p class="facts soft small" aria-live="polite">
      <Show when={0 < shown()}>
        <span>{props.listed.hasMore() ? `The newest ${count(shown())}; more are there.` : `${plural(shown(), "task")}, all there are.`}</span>
      </Show>
      <Show when={props.listed.hasMore() && props.listed.list().cursor !== undefined}>
        <button class="link" disabled={props.listed.isBusy()} onClick={() => props.listed.more()}>{props.listed.isBusy() ? "Reading…" : "Read 1,000 more"}</button>
      </Show>
    </p>
  );
}
