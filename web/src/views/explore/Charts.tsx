// The answers over time: one chart for each unit, so that an axis means one thing. Owns how lines are named
// and how many are drawn.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { LineChart } from "../../charts/LineChart";
import type { Line } from "../../charts/options";
import type { Band } from "../../lib/bands";
import { aboutOf } from "../../lib/alerts/about";
import { DRAWN_MAX, drawn, letter, names } from "../../lib/explore";
import { count } from "../../lib/format";
import { unitOf, type Metadata, type Unit } from "../../lib/units";
import { useAnomalyBands } from "../anomalies/bands";
import { setRange } from "../router";
import type { Answers } from "./answers";

interface Group {
  unit: Unit;
  times: readonly number[];
  lines: Line[];
  /** Of all its questions. */
  total: number;
}

export function Charts(props: { answers: Answers; metadata: Readonly<Record<string, Metadata>>; judged: readonly Band[] }): JSX.Element {
  const [off, setOff] = createSignal<ReadonlySet<string>>(new Set());
  const groups = createMemo(() => {
    const asked = props.answers.all().flatMap((answer, index) => (answer.range ? [{ answer, result: answer.range, index }] : []));
    const found = new Map<string, Group>();
    for (const { answer, result, index } of asked) {
      const unit = unitOf(answer.query, props.metadata);
      const group = found.get(unit.word) ?? { unit, times: result.times, lines: [], total: 0 };
      found.set(unit.word, group);
      const shown = drawn(result.series);
      const prefix = 1 < asked.length ? `${letter(index)} ` : "";
      names(shown).forEach((name, at) => group.lines.push({ label: prefix + name, values: shown[at]?.values ?? [], isOff: off().has(prefix + name) }));
      group.total += result.series.length;
    }
    return [...found.values()];
  });
  const known = useAnomalyBands(() => [...new Set(props.answers.all().flatMap((one) => aboutOf(one.query)))].map((about) => ({ about })));
  // What was just judged says the same and more of what was watched.
  const bands = () => (0 < props.judged.length ? props.judged : known());
  // The same element while the same units are shown, so that a refresh does not make the plots anew.
  const units = createMemo(() => groups().map((one) => one.unit.word), [], { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const toggle = (label: string) => setOff((before) => new Set(before.has(label) ? [...before].filter((one) => one !== label) : [...before, label]));
  return (
    <For each={units()}>
      {(word) => {
        const group = () => groups().find((one) => one.unit.word === word);
        return (
          <Show when={group()}>
            {(one) => (
              <section class="explored" aria-label={word === "" ? "Chart" : `Chart in ${word}`}>
                <p class="soft small unit">
                  <Show when={word !== ""} fallback="no unit">in {word}</Show>
                  <Show when={one().lines.length < one().total}>
                    {" "}· {count(one().total)} series, of which the {count(one().lines.length)} that are largest on average are drawn ({DRAWN_MAX} a question)
                  </Show>
                </p>
                <LineChart
                  label={`Answers${word === "" ? "" : ` in ${word}`} over time`} times={one().times} lines={one().lines} format={one().unit.format} height={260} bands={bands()}
                  bounds={props.answers.span()} group="explore" onToggle={toggle}
                  onBrush={(fromMs, toMs) => setRange({ kind: "between", fromMs, toMs })} onReset={() => setRange({ kind: "live" })}
                />
              </section>
            )}
          </Show>
        );
      }}
    </For>
  );
}
