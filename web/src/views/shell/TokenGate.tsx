// Asks for a token where the server wants one. Owns the dialog; the token ends with the tab.

import { createEffect, createSignal, Show, type JSX } from "solid-js";
import { sentence } from "../../lib/format";
import { isToken } from "../../lib/token";
import { api, feed, feedState } from "../session";

export function TokenGate(): JSX.Element {
  let dialog!: HTMLDialogElement;
  const [text, setText] = createSignal("");
  const [problem, setProblem] = createSignal("");
  createEffect(() => {
    if (feedState() === "refused") dialog.showModal();
    else dialog.close();
  });
  const enter = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!isToken(text().trim())) return setProblem("A token has letters, digits and . _ ~ - only.");
    api.token.set(text().trim());
    const failure = await api.get("/api/features").then(() => null, (error: Error) => error);
    if (failure) return setProblem(sentence(failure.message));
    // Pages that were refused begin again with it.
    location.reload();
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="token-title" onCancel={(event) => event.preventDefault()}>
      <h2 id="token-title">A token is needed</h2>
      <p>
        This server answers only to those who have one. Make one where it runs: <code>paceline token create me</code>
      </p>
      <form class="line" onSubmit={enter}>
        <input class="hidden" type="text" autocomplete="username" value="paceline" tabindex="-1" aria-hidden="true" readonly />
        <label>
          <span class="hidden">Token</span>
          <input type="password" autocomplete="current-password" placeholder="Token" value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button class="button primary">Enter</button>
        <button class="button" type="button" onClick={() => feed.connect()}>Try without</button>
      </form>
      <Show when={problem() !== ""}>
        <p class="problem" role="alert">{problem()}</p>
      </Show>
    </dialog>
  );
}
