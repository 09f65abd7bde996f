// What was picked from a list, beside it where there is room and above it where there is none. Owns the frame,
// the way out and where focus goes; refuses content.

import { onMount, type JSX } from "solid-js";

export function Detail(props: { title: string; onClose: () => void; children: JSX.Element }): JSX.Element {
  let heading!: HTMLHeadingElement;
  onMount(() => {
    // Whoever opened it with the keyboard goes on in it; a link that opens with the page leaves focus alone.
    if (document.activeElement?.closest(".split")) heading.focus({ preventScroll: matchMedia("(min-width: 70rem)").matches });
  });
  return (
    <section class="panel detail" aria-label={props.title} onKeyDown={(event) => event.key === "Escape" && props.onClose()}>
      <header>
        <h2 ref={heading} tabindex="-1">{props.title}</h2>
        <button class="button small" onClick={() => props.onClose()}>Close</button>
      </header>
      {props.children}
    </section>
  );
}

/** One fact of a detail. */
export function Fact(props: { label: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="fact">
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
