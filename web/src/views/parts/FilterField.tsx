// A filter that is typed, in the address. Owns the field and its suggestions; applied when it is left or Enter
// is pressed, so that half a word asks nobody.

import { createUniqueId, For, type JSX } from "solid-js";

interface FilterFieldProps {
  label: string;
  value: string;
  /** A few words; what is typed need not be among them. */
  choices: readonly string[];
  onChoose: (text: string) => void;
}

export function FilterField(props: FilterFieldProps): JSX.Element {
  const list = createUniqueId();
  return (
    <label class="filter">
      <span>{props.label}</span>
      <input
        type="search" list={list} autocomplete="off" spellcheck={false} placeholder="any" value={props.value} maxlength="200"
        onChange={(event) => props.onChoose(event.currentTarget.value.trim())}
      />
      <datalist id={list}>
        <For each={props.choices}>{(one) => <option value={one} />}</For>
      </datalist>
    </label>
  );
}
