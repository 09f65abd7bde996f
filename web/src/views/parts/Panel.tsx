// A titled part of a page. Owns the heading and its place; refuses to know what is in it.

import { children, createUniqueId, Show, type JSX } from "solid-js";

export function Panel(props: { title: string; note?: JSX.Element; class?: string; children: JSX.Element }): JSX.Element {
  const id = createUniqueId();
  // Made once: asking whether there is one makes one, which would follow the feed unseen.
  const note = children(() => props.note);
  return (
    <section class={`panel ${props.class ?? ""}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        <Show when={note()}>
          <div class="note">{note()}</div>
        </Show>
      </header>
      {props.children}
    </section>
  );
}

/** One number with its word, large. With `href` all of it leads there. */
export function Figure(props: { label: string; value: JSX.Element; note?: JSX.Element; href?: string; tone?: string | undefined }): JSX.Element {
  const note = children(() => props.note);
  return (
    <div class="figure" data-tone={props.tone}>
      <dt>{props.label}</dt>
      <dd>
        <Show when={props.href} fallback={props.value}>
          {(href) => <a href={href()}>{props.value}</a>}
        </Show>
      </dd>
      <Show when={note()}>
        <dd class="soft small">{note()}</dd>
      </Show>
    </div>
  );
}
