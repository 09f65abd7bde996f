// Takes an alert on: who, and a note for the others. Owns the question; the name is remembered in this browser.

import { createSignal, onMount, Show, type JSX } from "solid-js";
import type { Alert } from "../../lib/wire";
import { path } from "../../lib/route";
import { Failure } from "../parts/Failure";
import { api } from "../session";
import { myName, rememberName } from "./me";

export function AcknowledgeDialog(props: { alert: Alert; onDone: () => void; onClose: () => void }): JSX.Element {
  let dialog!: HTMLDialogElement;
  let by!: HTMLInputElement;
  let note!: HTMLInputElement;
  const [error, setError] = createSignal<unknown>(null);
  const [isBusy, setBusy] = createSignal(false);
  onMount(() => dialog.showModal());
  const run = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const said = { by: by.value.trim() || undefined, note: note.value.trim() || undefined };
    try {
      await api.post<Alert>(path("api", ["alerts", props.alert.fingerprint, "acknowledge"]), said);
      rememberName(by.value);
      props.onDone();
      dialog.close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="acknowledge-title" onClose={() => props.onClose()}>
      <h2 id="acknowledge-title">Acknowledge <bdi>{props.alert.name}</bdi></h2>
      <form onSubmit={run}>
        <p>You look after it: until it is over, no channel is told again, and it is not escalated. It stays on this page.</p>
        <label class="field">Note, for the others<input ref={note} maxlength="1000" placeholder="optional" autofocus /></label>
        <label class="field">Who you are<input ref={by} maxlength="200" value={myName()} placeholder="the token's name" autocomplete="name" /></label>
        <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
        <div class="line">
          <button class="button primary" disabled={isBusy()}>Acknowledge</button>
          <button type="button" class="button" onClick={() => dialog.close()}>Close</button>
        </div>
      </form>
    </dialog>
  );
}
