// What the bands of a chart are, in words: those at the pointer, and all of them in a list that is opened by hand, by keys and by
// a screen reader. Owns nothing but that; which are near, `lib/bands` says.

import { createMemo, For, Show, type JSX } from "solid-js";
import { named, wordsAt, type Band } from "../lib/bands";
import { dateTime, plural } from "../lib/format";
import { between } from "../lib/range";

const SHOWN_MAX = 50;

export function BandWords(props: { bands: readonly Band[]; times: readonly number[]; span: [number, number] | undefined; cursor: number | null }): JSX.Element {
  const all = createMemo(() => named(props.bands, props.span));
  const step = () => (props.times[1] ?? 0) - (props.times[0] ?? 0);
  const pointed = () => (props.cursor === null ? [] : wordsAt(all(), props.times[props.cursor] ?? NaN, 2 * step()));
  return (
    <Show when={0 < all().length}>
      <div class="band-words">
        <p class="band-at" aria-hidden="true">{pointed()[0] ?? ""}</p>
        <details>
          <summary>{plural(all().length, "stretch", "stretches")} marked in the chart</summary>
          <ul>
            <For each={all().slice(0, SHOWN_MAX)}>
              {(band) => (
                <li data-tone={band.colour}>
                  <time>{band.isOpen ? `since ${dateTime(band.from * 1000)}` : between(band.from * 1000, band.to * 1000)}</time> <Show when={band.href} fallback={<bdi>{band.label}</bdi>}>{(href) => <a href={href()}><bdi>{band.label}</bdi></a>}</Show>
                </li>
              )}
            </For>
          </ul>
        </details>
      </div>
    </Show>
  );
}
