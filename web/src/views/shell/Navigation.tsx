// The navigation. Owns which page is marked; the pages come from the list.

import { createSignal, For, Show, type JSX } from "solid-js";
import { PAGES } from "../pages";
import { keepingRange, route } from "../router";
import { AlertCount } from "./AlertCount";

const [isOpen, setOpen] = createSignal(false);
/** On a narrow screen the navigation is folded away. */
export { isOpen, setOpen };

export function Navigation(): JSX.Element {
  return (
    <nav id="pages" aria-label="Pages" classList={{ open: isOpen() }} onClick={() => setOpen(false)}>
      <For each={PAGES}>
        {(page) => (
          <a href={keepingRange(`/${page.page}`)} aria-current={route().page === page.page ? "page" : undefined}>
            {page.title} <Show when={page.page === "alerts"}><AlertCount /></Show>
          </a>
        )}
      </For>
      <div class="nav-end">
        <a href="/api/docs" target="_blank" rel="noopener">HTTP interface</a>
      </div>
    </nav>
  );
}
