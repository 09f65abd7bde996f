// Asks before a task is cancelled, and says what goes with it. Owns the question and the answer; what is cascaded is
// read anew when the question is asked, because the graph on the page may be seconds old.

import { createMemo, createSignal, For, onMount, Show, type JSX } from "solid-js";
import { plural } from "../../lib/format";
import { cascade } from "../../lib/graph";
import { titleOf, type Task, type TaskGraph } from "../../lib/task-types";
import { Badge } from "../parts/Badge";
import { Failure } from "../parts/Failure";
import { useReading } from "../reading";
import { api } from "../session";

const SHOWN = 8;

interface Cancelled {
  total_cancelled: number;
}

export function CancelDialog(props: { task: Task; onClose: () => void }): JSX.Element {
  let dialog!: HTMLDialogElement;
  let reason!: HTMLInputElement;
  const path = `/api/tasks/${encodeURIComponent(props.task.task_id)}`;
  const graph = useReading(() => `${path}/graph`, (from, signal) => api.get<TaskGraph>(from, {}, signal));
  const [error, setError] = createSignal<unknown>(null);
  const [done, setDone] = createSignal<Cancelled | null>(null);
  const isLooking = () => graph() === null && graph.error() === null;
  const [isBusy, setBusy] = createSignal(false);
  const more = createMemo(() => {
    const around = graph();
    return around ? cascade(around.tasks, props.task.task_id) : null;
  });
  const all = () => (more() === null ? "the task" : plural(1 + (more()?.length ?? 0), "task"));
  onMount(() => dialog.showModal());
  const cancel = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      setDone(await api.post<Cancelled>(`${path}/cancel`, reason.value.trim() === "" ? {} : { reason: reason.value.trim() }));
      setError(null);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="cancel-title" onClose={() => props.onClose()}>
      <h2 id="cancel-title">{done() ? `${plural(done()!.total_cancelled, "task")} cancelled` : "Cancel this task?"}</h2>
      <Show when={!done()} fallback={<form method="dialog"><p>It stays in the list, with its story.</p><button class="button" autofocus>Close</button></form>}>
        <form onSubmit={cancel}>
          <p><b>{titleOf(props.task)}</b></p>
          <Show when={props.task.status === "running"}><p>An agent works on it now; what it hands in afterwards will be refused.</p></Show>
          <div aria-live="polite">
            <Show when={!isLooking()} fallback={<p class="soft">Looking what waits for it…</p>}>
              <Show when={more()} fallback={<p class="problem">What waits for it could not be read. It will be cancelled too.</p>}>
                {(list) => (
                  <Show when={0 < list().length} fallback={<p>Nothing else waits for it.</p>}>
                    <p>{graph()?.truncated ? "At least " : ""}{plural(list().length, "task")} {list().length === 1 ? "waits" : "wait"} for it and will be cancelled too:</p>
                    <ul class="cascade">
                      <For each={list().slice(0, SHOWN)}>{(node) => <li><Badge is={node.status} /> <span>{node.summary}</span></li>}</For>
                      <Show when={SHOWN < list().length}><li class="soft">and {list().length - SHOWN} more</li></Show>
                    </ul>
                  </Show>
                )}
              </Show>
            </Show>
          </div>
          <label class="field">Reason, for whoever reads the story<input ref={reason} maxlength="1000" placeholder="optional" /></label>
          <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
          <div class="line">
            <button type="button" class="button" autofocus onClick={() => dialog.close()}>Keep it</button>
            <button class="button danger" disabled={isBusy() || isLooking()}>Cancel {graph()?.truncated ? "all of them" : all()}</button>
          </div>
        </form>
      </Show>
    </dialog>
  );
}
