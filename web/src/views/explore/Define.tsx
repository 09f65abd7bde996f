// A metric of one's own, from its definition to its first sample on the screen. Owns the form and the three
// steps; the sample comes over the live feed as any other value.

import { createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import { ApiError } from "../../lib/api";
import { curl, firstSample, watching } from "../../lib/explore";
import { ago, digits } from "../../lib/format";
import { seriesName } from "../../lib/prometheus";
import { starter } from "../../lib/promql";
import { useQuery } from "../live";
import { Command } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { api, now } from "../session";

const KINDS: readonly { kind: string; words: string }[] = [
  { kind: "gauge", words: "goes up and down, such as a queue's length" },
  { kind: "counter", words: "only rises, such as builds done" },
  { kind: "histogram", words: "counts below bounds, such as durations" },
];

interface Definition {
  name: string;
  kind: string;
  unit: string;
  description: string;
}

export function Define(props: { onDefined: () => void; onExplore: (query: string) => void }): JSX.Element {
  const id = createUniqueId();
  const [kind, setKind] = createSignal("gauge");
  const [error, setError] = createSignal<unknown>(null);
  const [defined, setDefined] = createSignal<Definition | null>(null);
  const define = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(fields.get(name) ?? "").trim();
    try {
      setDefined(await api.post<Definition>("/api/metrics/definitions", { name: text("name"), kind: kind(), unit: text("unit") || undefined, description: text("description") || undefined }));
      setError(null);
      props.onDefined();
    } catch (failure) {
      setDefined(null);
      setError(failure);
    }
  };
  const isWrong = (field: string) => error() instanceof ApiError && (error() as ApiError).message.includes(`\`${field}\``);
  return (
    <>
      <form class="form" onSubmit={define}>
        <label for={`${id}-name`}>Name</label>
        <input id={`${id}-name`} name="name" required maxlength={200} autocomplete="off" spellcheck={false} placeholder="build_queue_seconds" aria-invalid={isWrong("name")} />
        <label for={`${id}-kind`}>Kind</label>
        <select id={`${id}-kind`} value={kind()} onChange={(event) => setKind(event.currentTarget.value)}>
          <For each={KINDS}>{(one) => <option value={one.kind}>{one.kind}: {one.words}</option>}</For>
        </select>
        <label for={`${id}-unit`}>Unit</label>
        <input id={`${id}-unit`} name="unit" autocomplete="off" placeholder="seconds" list={`${id}-units`} aria-invalid={isWrong("unit")} />
        <datalist id={`${id}-units`}>
          <For each={["seconds", "bytes", "ratio"]}>{(unit) => <option value={unit} />}</For>
        </datalist>
        <label for={`${id}-description`}>What it is</label>
        <input id={`${id}-description`} name="description" autocomplete="off" placeholder="Time that a build waits for a machine." aria-invalid={isWrong("description")} />
        <button class="button primary">Define</button>
      </form>
      <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
      <Show when={defined()} keyed>{(one) => <First of={one} onExplore={props.onExplore} />}</Show>
    </>
  );
}

/** Follows the new metric until its first sample is there, and shows what comes after it too. */
function First(props: { of: Definition; onExplore: (query: string) => void }): JSX.Element {
  const { name, kind } = props.of;
  const values = useQuery(watching(name, kind));
  const body = firstSample(name, kind);
  const [sent, setSent] = createSignal<string | null>(null);
  const [error, setError] = createSignal<unknown>(null);
  const send = async () => {
    try {
      const answer = await api.post<{ accepted: number; rejected: { message: string }[] }>("/api/metrics/samples", body);
      setSent(answer.rejected[0]?.message ?? `${answer.accepted} accepted and on disk.`);
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  };
  const series = () => [...values().series.values()];
  return (
    <ol class="define-steps">
      <li class="done">
        <b>{name}</b> is defined: a {kind}
        {props.of.unit === "" ? "" : ` in ${props.of.unit}`}.
      </li>
      <li classList={{ done: 0 < series().length }}>
        <p>Send its first sample, from an agent or a shell:</p>
        <Command text={curl(location.origin, body, api.token.get() !== null)} />
        <p>
          <button class="button small" onClick={() => void send()}>Send it from this page</button> <span class="soft small" role="status">{sent()}</span>
        </p>
        <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
      </li>
      <li classList={{ done: 0 < series().length }} aria-live="polite">
        <Show when={values.error()}>{(refusal) => <Failure error={new ApiError(0, refusal())} />}</Show>
        <Show when={0 < series().length} fallback={<p class="waiting">Waiting for the first sample. It appears here by itself.</p>}>
          <p>Here it is, and whatever follows:</p>
          <table class="plain">
            <thead>
              <tr><th scope="col">Series</th><th scope="col" class="number">Value</th><th scope="col" class="number">Seen</th></tr>
            </thead>
            <tbody>
              <For each={series()}>
                {(one) => (
                  <tr><td><code>{seriesName(one.labels)}</code></td><td class="number">{digits(one.value)}</td><td class="number soft">{ago(one.history.time(one.history.length - 1) * 1000, now())}</td></tr>
                )}
              </For>
            </tbody>
          </table>
          <p>
            <button class="button primary" onClick={() => props.onExplore(starter(name, kind))}>Explore it</button>
          </p>
        </Show>
      </li>
    </ol>
  );
}
