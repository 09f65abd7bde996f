// The search of memory: words as they are typed, and a tag. Owns the pause before a question is asked.

import { createMemo, onCleanup, type JSX } from "solid-js";
import type { Keyed } from "../../lib/keyed";
import { FilterField } from "../parts/FilterField";
import { param, setParams } from "../router";
import type { Hit } from "./store";

const PAUSE_MS = 200;
const TAGS_MAX = 200;

export function MemorySearch(props: { hits: Keyed<Hit> }): JSX.Element {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (q: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => setParams({ q }), PAUSE_MS);
  };
  onCleanup(() => clearTimeout(timer));
  const tags = createMemo(() => [...new Set(props.hits.keys.flatMap((key) => props.hits.get(key)?.entry.tags ?? []))].sort().slice(0, TAGS_MAX));
  return (
    <div class="filters" role="group" aria-label="Search memory">
      <label class="filter grow">
        <span>Words</span>
        <input type="search" placeholder="in keys, values and tags" autocomplete="off" spellcheck={false} maxlength="1000" value={param("q")} onInput={(event) => ask(event.currentTarget.value)} />
      </label>
      <FilterField label="Tag" value={param("tag")} choices={tags()} onChoose={(tag) => setParams({ tag })} />
    </div>
  );
}
