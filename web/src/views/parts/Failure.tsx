// An error where content would be: what failed, what to do, and a way to try again.

import { Show, type JSX } from "solid-js";
import { ApiError } from "../../lib/api";
import { sentence } from "../../lib/format";
import { Prose } from "./Prose";

export function Failure(props: { error: unknown; retry?: () => void }): JSX.Element {
  const hint = () => (props.error instanceof ApiError ? props.error.hint : null);
  return (
    <div class="failure" role="alert">
      <p>
        <b><Prose text={sentence(props.error instanceof Error ? props.error.message : String(props.error))} /></b>
        <Show when={hint()}>{(text) => <span class="soft"> <Prose text={sentence(text())} /></span>}</Show>
      </p>
      <Show when={props.retry}>
        {(retry) => <button class="button" onClick={() => retry()()}>Try again</button>}
      </Show>
    </div>
  );
}
