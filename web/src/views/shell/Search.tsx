// The search field: a combobox over pages, agents and ids. Owns the list's keyboard; what is found is decided in `lib/search`.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { find } from "../../lib/search";
import { PAGES } from "../pages";
import { go } from "../router";
import { api } from "../session";

interface Listed {
  items: { agent_id: string; name?: string | null; role?: string | null }[];
}

export function Search(): JSX.Element {
  let field!: HTMLInputElement;
  const [text, setText] = createSignal("");
  const [agents, setAgents] = createSignal<Listed["items"]>([]);
  const [at, setAt] = createSignal(0);
  const found = createMemo(() => find(text(), PAGES, agents()));
  const load = () => api.get<Listed>("/api/agents", { limit: 500 }).then((answer) => setAgents(answer.items), () => undefined);
  const leave = () => {
    setText("");
    field.blur();
  };
  const choose = (href: string | undefined) => {
    if (href === undefined) return;
    leave();
    go(href);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => setAt(Math.min(found().length - 1, at() + 1)),
    ArrowUp: () => setAt(Math.max(0, at() - 1)),
    Enter: () => choose(found()[at()]?.href),
    Escape: leave,
  };
  return (
    <search class="search">
      <input
        id="search" ref={field} type="search" role="combobox" placeholder="Search  /" autocomplete="off" spellcheck={false}
        aria-label="Search agents, tasks and pages" aria-expanded={0 < found().length} aria-controls="found"
        aria-activedescendant={0 < found().length ? `found-${at()}` : undefined}
        value={text()} onFocus={load}
        onInput={(event) => (setText(event.currentTarget.value), setAt(0))}
        onKeyDown={(event) => keys[event.key] && (event.preventDefault(), keys[event.key]?.())}
        onBlur={() => setTimeout(() => setText(""), 150)}
      />
      <Show when={text().trim() !== ""}>
        <ul id="found" role="listbox" aria-label="Found">
          <For each={found()} fallback={<li class="soft">Nothing is called that.</li>}>
            {(one, index) => (
              <li id={`found-${index()}`} role="option" aria-selected={index() === at()} onMouseDown={() => choose(one.href)}>
                <span>{one.label}</span> <small>{one.kind}</small>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </search>
  );
}
