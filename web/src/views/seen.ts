// Which part of an element the page is scrolled to: what nobody sees need neither exist nor follow the feed. Owns the observer;
// refuses to know what rests meanwhile.

import { createSignal, onCleanup, onMount, type Accessor } from "solid-js";

/** So much beyond the window counts as seen, so that it is there before it is scrolled to. */
const MARGIN = 60;
/** How often it is told while something comes into view: by parts smaller than the margin, of an element of some hundred pixels. */
const STEPS = Array.from({ length: 21 }, (_, step) => step / 20);

/** In pixels from the element's top; nothing where `to` is `from`. */
export interface Seen {
  from: number;
  to: number;
}

export function useSeen(element: () => Element): Accessor<Seen> {
  // All of it at first: nothing is known of the layout yet.
  const [seen, setSeen] = createSignal<Seen>({ from: 0, to: Infinity });
  onMount(() => {
    const tell = ({ intersectionRect: part, boundingClientRect: whole }: IntersectionObserverEntry) => setSeen({ from: part.top - whole.top, to: part.bottom - whole.top });
    const observer = new IntersectionObserver((entries) => entries.slice(-1).forEach(tell), { rootMargin: `${MARGIN}px`, threshold: STEPS });
    observer.observe(element());
    onCleanup(() => observer.disconnect());
  });
  return seen;
}
