// A table of any length of which only the rows near the view exist. Owns scrolling, the header and sorting
// by it (in the address: `sort=name` or `sort=-name`); refuses to fetch, and cells' contents.

import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show, untrack, type JSX } from "solid-js";
import { windowOf } from "../../lib/window";
import { param, setParams } from "../router";
import { now } from "../session";

export interface Column<T> {
  key: string;
  title: string;
  /** A track of CSS grid, such as `minmax(8rem, 2fr)`. */
  width: string;
  isNumber?: boolean;
  /** What to sort by; a column without it cannot be sorted. Null and NaN go last, either way. */
  by?: (row: T) => string | number | null;
  cell: (row: T) => JSX.Element;
}

const ROW_HEIGHT = 36;

export interface RowsProps<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  /** The order at first, as in the address. */
  sort: string;
  /** Where the sort order is in the address; `sort` by default, for pages with several tables another. */
  parameter?: string;
  empty?: JSX.Element;
}

export function Rows<T>(props: RowsProps<T>): JSX.Element {
  let box!: HTMLDivElement;
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(600);
  const parameter = () => props.parameter ?? "sort";
  const order = () => param(parameter()) || props.sort;
  // Once a second, and at once for another order or other rows: a list that is sorted with each frame cannot be read.
  const sorted = createMemo(() => (now(), inOrder(props.rows, props.columns, order())));
  const view = createMemo(() => windowOf(sorted().length, 1, ROW_HEIGHT, top(), height()));
  const visible = createMemo(() => sorted().slice(view().from, view().to));
  const sortBy = (key: string) => setParams({ [parameter()]: order() === `-${key}` ? key : `-${key}` });
  onMount(() => {
    const observer = new ResizeObserver(() => setHeight(box.clientHeight));
    observer.observe(box);
    onCleanup(() => observer.disconnect());
  });
  return (
    <>
      <div class="rows" role="table" aria-label={props.label} aria-rowcount={sorted().length + 1} tabindex="0" ref={box} onScroll={() => setTop(box.scrollTop)}>
        <div class="row head" role="row" aria-rowindex="1" ref={(row) => createEffect(() => row.style.setProperty("--columns", tracks(props.columns)))}>
          <For each={props.columns}>
            {(column) => (
              <span role="columnheader" classList={{ number: column.isNumber ?? false }} aria-sort={direction(order(), column.key)}>
                <Show when={column.by} fallback={column.title}>
                  <button onClick={() => sortBy(column.key)}>{column.title}</button>
                </Show>
              </span>
            )}
          </For>
        </div>
        <Show when={0 < sorted().length}>
          <div class="spacer" role="rowgroup" ref={(element) => createEffect(() => element.style.setProperty("height", `${view().height}px`))}>
            <div class="rows-inner" role="presentation" ref={(element) => createEffect(() => element.style.setProperty("transform", `translateY(${view().offset}px)`))}>
              <For each={visible()}>
                {(row, index) => (
                  <div class="row" role="row" aria-rowindex={view().from + index() + 2} ref={(element) => createEffect(() => element.style.setProperty("--columns", tracks(props.columns)))}>
                    <For each={props.columns}>{(column) => <span role="cell" classList={{ number: column.isNumber ?? false }}>{column.cell(row)}</span>}</For>
                  </div>
                )}
              </For>
            </div>
          </div>
        </Show>
      </div>
      {/* Beside the table: a table has rows and nothing else. */}
      <Show when={sorted().length === 0}>{props.empty}</Show>
    </>
  );
}

const tracks = (columns: readonly Column<never>[]) => columns.map((one) => one.width).join(" ");

function direction(order: string, key: string): "ascending" | "descending" | undefined {
  if (order === key) return "ascending";
  return order === `-${key}` ? "descending" : undefined;
}

function inOrder<T>(rows: readonly T[], columns: readonly Column<T>[], order: string): readonly T[] {
  const isDescending = order.startsWith("-");
  const by = columns.find((one) => one.key === order.replace("-", ""))?.by;
  if (!by) return rows;
  return untrack(() => rows.map((row) => ({ row, key: by(row) })))
    .sort((a, b) => compare(a.key, b.key, isDescending))
    .map((one) => one.row);
}

/** `agent-2` before `agent-10`. Made once: `localeCompare` makes one for each comparison. */
const collator = new Intl.Collator(undefined, { numeric: true });

function compare(a: string | number | null, b: string | number | null, isDescending: boolean): number {
  const isNone = (value: string | number | null) => value === null || Number.isNaN(value);
  if (isNone(a) || isNone(b)) return Number(isNone(a)) - Number(isNone(b));
  const forward = typeof a === "string" || typeof b === "string" ? collator.compare(String(a), String(b)) : Number(a) - Number(b);
  return isDescending ? -forward : forward;
}
