// One task: what it is, where its time went, what happened, what it hangs on. Owns the order of its parts.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { ApiError } from "../../lib/api";
import { dateTime, digits, duration, parseTime, words } from "../../lib/format";
import { pathOfId } from "../../lib/route";
import { isOver, titleOf, type Task } from "../../lib/task-types";
import { Badge } from "../parts/Badge";
import { Empty } from "../parts/Empty";
import { Crumbs } from "../parts/Crumbs";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { useNames, type Names } from "../names";
import { route } from "../router";
import { CancelDialog } from "./CancelDialog";
import { Graph } from "./Graph";
import { Story } from "./Story";
import { useTask, type Told } from "./task";
import { Time } from "./Time";

export default function TaskPage(): JSX.Element {
  const id = route().rest[0] ?? "";
  const told = useTask(id);
  const names = useNames();
  const isUnknown = () => told.error() instanceof ApiError && (told.error() as ApiError).status === 404;
  return (
    <Show when={told.task()} fallback={<Missing id={id} told={told} isUnknown={isUnknown()} />}>
      {(task) => (
        <>
          <Head task={task()} told={told} />
          <Show when={told.error()}>{(error) => <Failure error={error()} retry={told.again} />}</Show>
          <div class="grid">
            <Time task={task()} story={told.story()} names={names} />
            <Story task={task()} story={told.story()} calls={told.calls()} names={names} />
          </div>
          <Graph id={id} graph={told.graph()} plan={told.plan()} />
          <div class="grid">
            <Facts task={task()} names={names} />
            <Content task={task()} />
          </div>
        </>
      )}
    </Show>
  );
}

function Missing(props: { id: string; told: Told; isUnknown: boolean }): JSX.Element {
  return (
    <Show when={props.told.error()} fallback={<><h1 class="hidden">Task</h1><p class="loading">Reading the task…</p></>}>
      {(error) => (
        <Show when={props.isUnknown} fallback={<Failure error={error()} retry={props.told.again} />}>
          <h1>No such task</h1>
          <Empty title={`Nothing is known of ${props.id}`} command="paceline task list"><a href="/tasks">See the tasks that there are</a>, or list them in a terminal.</Empty>
        </Show>
      )}
    </Show>
  );
}

function Head(props: { task: Task; told: Told }): JSX.Element {
  const [isAsking, setAsking] = createSignal(false);
  return (
    <header class="page-head task-head">
      <div>
        <Crumbs page="tasks" title="Tasks" at={props.task.task_id} />
        <h1>{titleOf(props.task)}</h1>
      </div>
      <div class="end">
        <span aria-live="polite"><Badge is={props.task.status} /></span>
        <Show when={!isOver(props.task.status)}>
          <button class="button danger" onClick={() => setAsking(true)}>Cancel…</button>
        </Show>
      </div>
      <Show when={isAsking()}>
        <CancelDialog task={props.task} onClose={() => (setAsking(false), props.told.again())} />
      </Show>
    </header>
  );
}

interface Fact {
  name: string;
  value: JSX.Element;
}

function Facts(props: { task: Task; names: Names }): JSX.Element {
  const at = (text: string | null | undefined) => (text ? dateTime(parseTime(text)) : null);
  const link = (id: string | null | undefined, name: (id: string) => string = (one) => one) =>
    id ? <Show when={pathOfId(id)} fallback={name(id)}>{(href) => <a href={href()}>{name(id)}</a>}</Show> : null;
  const facts = createMemo<Fact[]>(() => {
    const { task } = props;
    const all: Fact[] = [
      { name: "For agents of type", value: task.agent_type ?? "any" },
      { name: "Held by", value: link(task.assigned_to, props.names.of) },
      { name: "Queued by", value: link(task.submitted_by, props.names.of) },
      { name: "Source", value: words(task.source) },
      { name: "Priority", value: `${digits(task.calculated_priority)} of 100, from a base of ${task.base_priority} of 10` },
      { name: "Queued", value: at(task.submitted_at) },
      { name: "Ready", value: at(task.ready_at) },
      { name: "Started", value: at(task.started_at) },
      { name: "Finished", value: at(task.finished_at) },
      { name: "Not before", value: at(task.not_before) },
      { name: "Deadline", value: at(task.deadline) },
      { name: "Lease until", value: at(task.lease_expires_at) },
      { name: "Estimated", value: task.estimated_duration_seconds ? duration(task.estimated_duration_seconds * 1000) : null },
      { name: "Retries", value: `${task.retries} of ${task.max_retries}` },
      { name: "Fence", value: task.fence === 0 ? null : String(task.fence) },
      { name: "Part of", value: link(task.parent_task_id) },
      { name: "Session", value: task.session_id ?? null },
      { name: "Origin", value: task.reported ? "imported, not run here" : null },
    ];
    return all.filter((fact) => fact.value !== null);
  });
  return (
    <Panel title="Details">
      <dl class="facts-list">
        <For each={facts()}>{(fact) => <div><dt>{fact.name}</dt><dd>{fact.value}</dd></div>}</For>
      </dl>
    </Panel>
  );
}

function Content(props: { task: Task }): JSX.Element {
  const json = (value: unknown) => (value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value, null, 2));
  const parts = createMemo(() => [
    ["Error", props.task.error ?? null], ["Reason", props.task.reason ?? null], ["Result", json(props.task.result)], ["Input", json(props.task.input)],
  ].filter((part): part is [string, string] => part[1] !== null));
  return (
    <Panel title="What is to be done">
      <p class="prose">{props.task.description}</p>
      <For each={parts()}>
        {([name, text]) => (
          <>
            <h3>{name}</h3>
            <pre class="block" tabindex="0">{text}</pre>
          </>
        )}
      </For>
    </Panel>
  );
}
