// Asks before something that cannot be taken back. Owns the question, the answer and what went wrong.

import { createSignal, onMount, Show, type JSX } from "solid-js";
import { Failure } from "../parts/Failure";

interface ConfirmProps {
  title: string;
  /** What it does. */
  children: JSX.Element;
  /** The word on the button that does it, and on the one that does not. */
  does: string;
  keeps: string;
  run: () => Promise<unknown>;
  onClose: () => void;
}

export function Confirm(props: ConfirmProps): JSX.Element {
  let dialog!: HTMLDialogElement;
  const [error, setError] = createSignal<unknown>(null);
  const [isBusy, setBusy] = createSignal(false);
  onMount(() => dialog.showModal());
  const run = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await props.run();
      dialog.close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <dialog class="dialog" ref={dialog} aria-label={props.title} onClose={() => props.onClose()}>
      <h2>{props.title}</h2>
      <form onSubmit={run}>
        {props.children}
        <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
        <div class="line">
          <button type="button" class="button" autofocus onClick={() => dialog.close()}>{props.keeps}</button>
          <button class="button danger" disabled={isBusy()}>{props.does}</button>
        </div>
      </form>
    </dialog>
  );
}
