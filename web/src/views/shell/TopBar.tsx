// The top bar: name, menu, search, time range, theme, help.

import { For, Show, type JSX } from "solid-js";
import { between, CHOICES, LIVE, type Range } from "../../lib/range";
import { range, setRange } from "../router";
import { setHelpOpen } from "./keys";
import { isOpen, setOpen } from "./Navigation";
import { Search } from "./Search";
import { theme, toggleTheme } from "./theme";

export function TopBar(): JSX.Element {
  return (
    <header class="top">
      <button class="icon menu" aria-expanded={isOpen()} aria-controls="pages" aria-label="Pages" onClick={() => setOpen(!isOpen())}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" />
        </svg>
      </button>
      <a class="brand" href="/">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 18h6l3-9 5 15 4-10 2 4h6" />
        </svg>
        Paceline
      </a>
      <Search />
      <RangePicker />
      <button class="icon" onClick={toggleTheme} aria-label={`Theme: ${theme()}`} title={`Theme: ${theme()} (t)`}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="5.500" />
          <path class="half" d="M8 2.500a5.500 5.500 0 0 1 0 11z" />
        </svg>
      </button>
      <button class="icon" onClick={() => setHelpOpen(true)} aria-label="Keyboard help" title="Help (?)">?</button>
    </header>
  );
}

function RangePicker(): JSX.Element {
  const word = () => {
    const now: Range = range();
    return now.kind === "between" ? "between" : now.kind === "last" ? now.word : "live";
  };
  const choose = (next: string) => setRange(next === "live" ? LIVE : { kind: "last", word: next });
  return (
    <label class="range">
      <span class="hidden">Time range</span>
      <select value={word()} onChange={(event) => choose(event.currentTarget.value)}>
        <For each={CHOICES}>{(one) => <option value={one.word} selected={word() === one.word}>{one.label}</option>}</For>
        <Show when={word() === "between"}>
          <option value="between" selected>{stretch()}</option>
        </Show>
      </select>
    </label>
  );
}

function stretch(): string {
  const now = range();
  return now.kind === "between" ? between(now.fromMs, now.toMs) : "";
}
