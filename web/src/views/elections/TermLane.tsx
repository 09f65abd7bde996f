// Terms of an election on a line of time: who led when, and when nobody did. Owns their places; the words beside it
// say the same.

import { createEffect, createMemo, Index, Show, type Accessor, type JSX } from "solid-js";
import { dateTime, duration, plural } from "../../lib/format";
import { ending, history, leaderNumbers, type Stretch, type Term } from "../../lib/terms";

const COLOURS = 8;

interface TermLaneProps {
  terms: readonly Term[];
  fromMs: number;
  toMs: number;
  nowMs: number;
  isLed: boolean;
  /** A time without a leader is nothing to mind. */
  isRest: boolean;
  nameOf: (id: string) => string;
}

export function TermLane(props: TermLaneProps): JSX.Element {
  const told = createMemo(() => history(props.terms, props.isLed, props.fromMs, props.toMs, props.nowMs));
  const numbers = createMemo(() => leaderNumbers(props.terms));
  const series = (leader: string | null) => (leader === null ? undefined : (numbers().get(leader) ?? 0) % COLOURS);
  const words = () => {
    const terms = told().stretches.filter((one) => one.leader !== null).length;
    if (terms === 0 && told().outages === 0) return "nothing is known of this time";
    if (props.isRest) return plural(terms, "term");
    const lost = told().outages === 0 ? "never without a leader" : `${plural(told().outages, "outage")} of ${duration(told().outageMs)} together`;
    return `${plural(terms, "term")}, ${lost}`;
  };
  return (
    <div class="lane" role="img" aria-label={words()}>
      <Index each={told().stretches}>
        {(one) => <i class="stretch" classList={{ gap: one().leader === null && !props.isRest, rest: one().leader === null && props.isRest }} data-series={series(one().leader)} title={title(one(), props.nameOf)} ref={(element) => place(element, one, props)} />}
      </Index>
      <Show when={told().stretches.length === 0}>
        <span class="soft small">nothing in this time</span>
      </Show>
    </div>
  );
}

function place(element: HTMLElement, one: Accessor<Stretch>, props: TermLaneProps): void {
  createEffect(() => {
    const share = (ms: number) => `${((100 * ms) / Math.max(1, props.toMs - props.fromMs)).toFixed(3)}%`;
    element.style.setProperty("left", share(one().fromMs - props.fromMs));
    element.style.setProperty("width", share(one().toMs - one().fromMs));
  });
}

function title(one: Stretch, nameOf: (id: string) => string): string {
  const span = `${dateTime(one.fromMs)} to ${one.isNow ? "now" : dateTime(one.toMs)} (${duration(one.toMs - one.fromMs)})`;
  if (one.leader === null) return `Nobody led: ${span}`;
  const end = one.endedBy === null ? "" : `, ${ending(one.endedBy)}`;
  return `${nameOf(one.leader)}, epoch ${one.epoch}: ${span}${end}`;
}
