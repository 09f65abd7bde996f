// A JSON value to read: branches fold, texts are texts. Owns how much of it exists at once: what is folded, and
// what lies beyond the first hundreds, does not.

import { createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import { count } from "../../lib/format";
import { branches, isBranch, size, sizeText, type Branch } from "../../lib/json-text";

const BRANCHES_MAX = 200;
const LETTERS_MAX = 2_000;
/** Branches that are larger begin folded. */
const OPEN_SIZE_MAX = 30;

export function JsonTree(props: { value: unknown; label: string }): JSX.Element {
  return (
    <div class="json" role="group" aria-label={props.label}>
      <Show when={isBranch(props.value)} fallback={<Leaf value={props.value} />}>
        <Branches of={props.value as object} depth={0} />
      </Show>
    </div>
  );
}

function Branches(props: { of: object; depth: number }): JSX.Element {
  const [max, setMax] = createSignal(BRANCHES_MAX);
  const left = () => size(props.of) - max();
  return (
    <ul>
      <For each={branches(props.of, max())} fallback={<li class="soft">{sizeText(props.of)}</li>}>{(one) => <Node branch={one} depth={props.depth} />}</For>
      <Show when={0 < left()}>
        <li>
          <button class="link" onClick={() => setMax(max() + BRANCHES_MAX)}>Show more of {count(left())}</button>
        </li>
      </Show>
    </ul>
  );
}

function Node(props: { branch: Branch; depth: number }): JSX.Element {
  const value = props.branch.value;
  if (!isBranch(value)) {
    return (
      <li>
        <Name text={props.branch.name} /> <Leaf value={value} />
      </li>
    );
  }
  const [isOpen, setOpen] = createSignal(props.depth < 2 && size(value) <= OPEN_SIZE_MAX);
  return (
    <li>
      <details open={isOpen()} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Name text={props.branch.name} /> <span class="soft">{sizeText(value)}</span>
        </summary>
        <Show when={isOpen()}>
          <Branches of={value} depth={props.depth + 1} />
        </Show>
      </details>
    </li>
  );
}

function Name(props: { text: string }): JSX.Element {
  return (
    <span class="json-name">
      <bdi>{props.text}</bdi>
    </span>
  );
}

function Leaf(props: { value: unknown }): JSX.Element {
  const [isWhole, setWhole] = createSignal(false);
  const text = () => (typeof props.value === "string" ? props.value : String(props.value));
  const shown = () => (isWhole() ? text() : text().slice(0, LETTERS_MAX));
  return (
    <Switch>
      <Match when={typeof props.value === "string"}>
        <span class="json-text" dir="auto">{shown() === "" ? "(empty)" : shown()}</span>
        <Show when={!isWhole() && LETTERS_MAX < text().length}>
          {" "}
          <button class="link" onClick={() => setWhole(true)}>Show all {count(text().length)} characters</button>
        </Show>
      </Match>
      <Match when={true}>
        <span class="json-other">{text()}</span>
      </Match>
    </Switch>
  );
}
