// One question being typed. Owns colours under the text, the list of what could come next, and where an error
// is shown; what could come next and where the error is, `lib/promql` says.

import { createEffect, createMemo, createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import { choices, chosen, pieces, placeAt, type Choice, type Mistake, type Place } from "../../lib/promql";
import type { Vocabulary } from "./vocabulary";

export interface EditorProps {
  label: string;
  text: string;
  mistake: Mistake | null;
  vocabulary: Vocabulary;
  onText: (text: string) => void;
  onRun: () => void;
}

export function Editor(props: EditorProps): JSX.Element {
  let area!: HTMLTextAreaElement;
  let mirror!: HTMLPreElement;
  const id = createUniqueId();
  const [place, setPlace] = createSignal<Place | null>(null);
  const [offered, setOffered] = createSignal<readonly Choice[]>([]);
  const [at, setAt] = createSignal(-1);
  const isOpen = () => place() !== null && 0 < offered().length;
  const parts = createMemo(() => pieces(props.text));
  const isWrong = (from: number, length: number) => {
    const mistake = props.mistake;
    return mistake !== null && mistake.from !== null && from < mistake.to && mistake.from < from + Math.max(1, length);
  };

  const close = () => setPlace(null);
  const offer = async (isAsked = false) => {
    const next = area.selectionStart === area.selectionEnd ? placeAt(area.value, area.selectionStart) : null;
    if (!next || (!isAsked && next.kind === "name" && next.typed === "")) return close();
    const { vocabulary } = props;
    const labels = next.kind === "label" ? await vocabulary.labels(next.metrics) : [];
    const values = next.kind === "value" ? await vocabulary.values(next.label, next.metrics) : [];
    if (document.activeElement !== area) return close();
    setOffered(choices(next, { metrics: vocabulary.metrics() ?? [], labels, values }));
    setAt(-1);
    setPlace(next);
  };
  const take = (choice: Choice | undefined) => {
    const where = place();
    if (!choice || !where) return;
    const next = chosen(area.value, where, choice);
    close();
    props.onText(next.text);
    area.value = next.text;
    area.setSelectionRange(next.cursor, next.cursor);
    area.focus();
    if (choice.kind === "function") void offer();
  };
  const move = (by: number) => {
    const count = offered().length;
    setAt((at() + by + count) % count);
    document.getElementById(`${id}-${at()}`)?.scrollIntoView({ block: "nearest" });
  };

  const onKey = (event: KeyboardEvent) => {
    const done = () => event.preventDefault();
    if (event.key === " " && event.ctrlKey) return done(), void offer(true);
    if (isOpen()) {
      if (event.key === "ArrowDown") return done(), move(1);
      if (event.key === "ArrowUp") return done(), move(at() < 0 ? 0 : -1);
      if (event.key === "Escape") return done(), event.stopPropagation(), void close();
      if (event.key === "Tab" && !event.shiftKey) return done(), take(offered()[Math.max(0, at())]);
      if (event.key === "Enter" && 0 <= at()) return done(), take(offered()[at()]);
    }
    if (event.key === "Enter" && !event.shiftKey) {
      done();
      close();
      props.onRun();
    }
  };

  return (
    <div class="editor" classList={{ wrong: props.mistake !== null }}>
      <div class="editor-text">
        <pre class="mirror" aria-hidden="true" ref={mirror}>
          <For each={parts()}>{(one) => <span class={`p-${one.kind}`} classList={{ wrong: isWrong(one.at, one.text.length) }}>{one.text}</span>}</For>
          <span classList={{ wrong: isWrong(props.text.length, 1) }}> </span>
        </pre>
        <textarea
          ref={area} rows={1} spellcheck={false} autocapitalize="off" autocomplete="off" placeholder="PromQL, such as rate(paceline_operation_duration_seconds_count[5m])"
          role="combobox" aria-label={`Question ${props.label}`} aria-autocomplete="list" aria-expanded={isOpen()} aria-controls={`${id}-list`}
          aria-activedescendant={isOpen() && 0 <= at() ? `${id}-${at()}` : undefined} aria-invalid={props.mistake !== null} aria-describedby={`${id}-problem`}
          value={props.text}
          onInput={() => (props.onText(area.value), void offer())}
          onClick={() => void close()} onBlur={() => void close()} onKeyDown={onKey}
        />
        <ul id={`${id}-list`} class="choices" role="listbox" aria-label="What could come here" hidden={!isOpen()}
          ref={(list) => createEffect(() => { const where = place(); if (where && isOpen()) moveTo(list, mirror, where.from); })}>
          <For each={offered()}>
            {(choice, index) => (
              <li id={`${id}-${index()}`} role="option" aria-selected={index() === at()} onMouseDown={(event) => (event.preventDefault(), take(choice))}>
                <span>{choice.text}</span> <span class="soft small">{choice.kind}</span>
              </li>
            )}
          </For>
        </ul>
      </div>
      <p class="problem" id={`${id}-problem`} role="status">
        <Show when={props.mistake}>{(mistake) => <>{where(props.text, mistake())}{mistake().message}</>}</Show>
      </p>
    </div>
  );
}

/** `Line 2, column 3: `; nothing on the only line, where the mark in the text says it. */
function where(text: string, mistake: Mistake): string {
  if (mistake.from === null) return "";
  const before = text.slice(0, mistake.from).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return text.includes("\n") ? `Line ${before.length}, column ${column}: ` : `Column ${column}: `;
}

/** Under the letter that the choice would replace, as far as there is room. */
function moveTo(list: HTMLElement, mirror: HTMLElement, offset: number): void {
  let rest = offset;
  const box = mirror.getBoundingClientRect();
  let left = 0;
  let top = box.height;
  for (const span of mirror.children) {
    const node = span.firstChild;
    const length = node?.textContent?.length ?? 0;
    if (node && rest <= length) {
      const range = document.createRange();
      range.setStart(node, Math.min(rest, length));
      range.setEnd(node, Math.min(rest, length));
      const spot = range.getBoundingClientRect();
      left = spot.left - box.left;
      top = spot.bottom - box.top;
      break;
    }
    rest -= length;
  }
  list.style.setProperty("--left", `${Math.max(0, Math.min(left, box.width - list.offsetWidth))}px`);
  list.style.setProperty("--top", `${top + 4}px`);
}
