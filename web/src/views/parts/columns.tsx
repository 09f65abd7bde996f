// Columns of a table whose rows are keys. Owns looking the row up, so that a cell follows what is known of it and
// the row itself stays.

import { Show, type Accessor, type JSX } from "solid-js";
import type { Column } from "./Rows";

export function columnsOf<K, T>(get: (key: K) => T | undefined) {
  return (title: string, width: string, cell: (one: Accessor<T>, key: K) => JSX.Element, by?: (one: T) => string | number | null, isNumber = false): Column<K> => {
    const column: Column<K> = { key: title.toLowerCase(), title, width, isNumber, cell: (key) => <Show when={get(key)}>{(one) => cell(one, key)}</Show> };
    if (by) {
      column.by = (key) => {
        const one = get(key);
        return one === undefined ? null : by(one);
      };
    }
    return column;
  };
}
