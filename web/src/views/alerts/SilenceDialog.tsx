// Makes a silence: which alerts, for how long, why. Owns the form, and says which firing alerts it would hold back before it does.

import { createMemo, createSignal, For, onMount, Show, type JSX } from "solid-js";
import type { Alert, Silence, SilenceMatcher, SilenceRequest } from "../../lib/wire";
import { matchersOf, parseMatchers, writeMatchers } from "../../lib/alerts/matchers";
import { meant } from "../../lib/alerts/matching";
import { parseSpan } from "../../lib/alerts/spans";
import { dateTime, plural, sentence } from "../../lib/format";
import { Failure } from "../parts/Failure";
import { Prose } from "../parts/Prose";
import { api, now } from "../session";
import { myName, rememberName } from "./me";

const SPANS = ["1h", "2h", "4h", "1d", "1w"];

interface SilenceDialogProps {
  /** Prefilled from it. */
  alert?: Alert | undefined;
  firing: readonly Alert[];
  onDone: () => void;
  onClose: () => void;
}

export function SilenceDialog(props: SilenceDialogProps): JSX.Element {
  let dialog!: HTMLDialogElement;
  let by!: HTMLInputElement;
  let comment!: HTMLInputElement;
  const [text, setText] = createSignal(props.alert ? writeMatchers(matchersOf(props.alert.labels)) : "");
  const [span, setSpan] = createSignal("2h");
  const [isAsked, setAsked] = createSignal(false);
  const [error, setError] = createSignal<unknown>(null);
  const [isBusy, setBusy] = createSignal(false);
  const parsed = createMemo(() => parseMatchers(text()));
  const seconds = createMemo(() => parseSpan(span()));
  const problem = () => (isAsked() || text() !== "" ? parsed().problem : null);
  onMount(() => dialog.showModal());
  const run = async (event: Event) => {
    event.preventDefault();
    setAsked(true);
    const [matchers, duration_seconds] = [parsed().matchers, seconds()];
    if (matchers === null || duration_seconds === null) return;
    setBusy(true);
    const request: SilenceRequest = { matchers, duration_seconds };
    if (by.value.trim() !== "") request.created_by = by.value.trim();
    if (comment.value.trim() !== "") request.comment = comment.value.trim();
    try {
      await api.post<Silence>("/api/silences", request);
      rememberName(by.value);
      props.onDone();
      dialog.close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="silence-title" onClose={() => props.onClose()}>
      <h2 id="silence-title">{props.alert ? "Silence this alert" : "Silence alerts"}</h2>
      <form onSubmit={run}>
        <p>Alerts that match all of it are held back from every channel. They stay on this page.</p>
        <label class="field">Alerts whose labels are
          <textarea rows="3" class="mono" spellcheck={false} maxlength="4000" placeholder={'alertname="TaskStuck", agent=~"build-.*"'} value={text()} aria-invalid={problem() !== null} aria-describedby="silence-which" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <div id="silence-which" aria-live="polite">
          <Show when={problem()} fallback={<Which matchers={parsed().matchers} firing={props.firing} />}>{(what) => <p class="problem"><Prose text={sentence(what())} /></p>}</Show>
        </div>
        <div class="field" role="group" aria-label="For how long">For how long
          <div class="line">
            <For each={SPANS}>{(one) => <button type="button" class="chip" aria-pressed={span() === one} onClick={() => setSpan(one)}>{one}</button>}</For>
            <input class="span-field" aria-label="Other time, such as 90m" value={span()} aria-invalid={seconds() === null} onInput={(event) => setSpan(event.currentTarget.value)} />
            <span class="soft small">{seconds() === null ? "Write a time, such as 90m or 1d 12h." : `until ${dateTime(now() + (seconds() ?? 0) * 1000)}`}</span>
          </div>
        </div>
        <label class="field">Why<input ref={comment} maxlength="1000" placeholder="such as: disk is being replaced" autofocus={props.alert !== undefined} /></label>
        <label class="field">Who you are<input ref={by} maxlength="200" value={myName()} placeholder="the token's name" autocomplete="name" /></label>
        <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
        <div class="line">
          <button class="button primary" disabled={isBusy()}>Silence</button>
          <button type="button" class="button" onClick={() => dialog.close()}>Close</button>
        </div>
      </form>
    </dialog>
  );
}

function Which(props: { matchers: readonly SilenceMatcher[] | null; firing: readonly Alert[] }): JSX.Element {
  const held = createMemo(() => (props.matchers === null ? null : meant(props.matchers, props.firing)));
  const told = () => {
    const number = held()?.length ?? 0;
    return number === 0 ? "None that fires now matches." : `${plural(number, "alert")} that ${number === 1 ? "fires now matches" : "fire now match"}: `;
  };
  return (
    <Show when={held()}>
      {(alerts) => <p class="soft small">{told()}<bdi>{[...new Set(alerts().map((one) => one.name))].slice(0, 5).join(", ")}</bdi></p>}
    </Show>
  );
}
