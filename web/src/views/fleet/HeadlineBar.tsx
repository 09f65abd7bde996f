// The sentence on top: well, or what is wrong and where to click. The judgement is in `lib/headline`.

import { createMemo, For, Show, type JSX } from "solid-js";
import { headline, isNews, type Headline } from "../../lib/headline";
import type { FleetState } from "../../lib/state/fleet";
import { pulse } from "../alerting";
import type { Live } from "../live";
import { keepingRange } from "../router";
import { feedState, now } from "../session";

export function HeadlineBar(props: { fleet: Live<FleetState> }): JSX.Element {
  let shownAt = 0;
  // Numbers in a sentence that change faster than once a second can neither be read nor be read out, and move with the
  // ages; another judgement shows at once.
  const told = createMemo<Headline>((before) => {
    const next = headline(props.fleet(), now(), pulse());
    if (shownAt === now() && !isNews(before, next)) return before;
    shownAt = now();
    return next;
  }, headline(props.fleet(), now(), pulse()));
  /** One trouble is the sentence itself. */
  const only = () => (told().troubles.length === 1 ? told().troubles[0] : undefined);
  const waiting = () => (feedState() === "waiting" ? "The server does not answer." : "Asking how the fleet is…");
  return (
    <section class="headline" data-tone={props.fleet().isKnown ? told().tone : "none"} aria-label="How the fleet is" aria-live="polite">
      <p class="headline-text">
        <Show when={props.fleet().isKnown} fallback={props.fleet.error()?.message ?? waiting()}>
          <Show when={only()} fallback={told().text}>{(one) => <a href={keepingRange(one().href)}>{told().text}</a>}</Show>
        </Show>
      </p>
      <Show when={props.fleet().isKnown && 1 < told().troubles.length}>
        <ul>
          <For each={told().troubles}>
            {(one) => (
              <li>
                <a href={keepingRange(one.href)} data-tone={one.tone}>{one.text}</a>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
