// The help dialog. Owns nothing but its words: the keys come from the list that the keyboard has.

import { createEffect, For, type JSX } from "solid-js";
import { PAGES } from "../pages";
import { isHelpOpen, KEYS, setHelpOpen } from "./keys";

export function Help(): JSX.Element {
  let dialog!: HTMLDialogElement;
  createEffect(() => {
    if (isHelpOpen()) dialog.showModal();
    else dialog.close();
  });
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="help-title" onClose={() => setHelpOpen(false)}>
      <h2 id="help-title">Keyboard</h2>
      <dl class="keys">
        <For each={KEYS}>{(one) => <Line keys={one.keys} does={one.does} />}</For>
        <For each={PAGES}>{(page) => <Line keys={`g ${page.key}`} does={page.title.toLowerCase()} />}</For>
      </dl>
      <p class="soft">
        Drag over a chart to zoom into a time; double-click or <kbd>l</kbd> goes back. The address holds the view: send it to
        somebody and they see what you see.
      </p>
      <form method="dialog">
        <button class="button">Close</button>
      </form>
    </dialog>
  );
}

function Line(props: { keys: string; does: string }): JSX.Element {
  return (
    <div>
      <dt>
        <For each={props.keys.split(" ")}>{(key) => <kbd>{key}</kbd>}</For>
      </dt>
      <dd>{props.does}</dd>
    </div>
  );
}
