// Any question to any metric. Owns the list of questions, which is in the address, and the order of the parts.

import { createEffect, createMemo, createSignal, For, Index, on, Show, type JSX } from "solid-js";
import { ApiError } from "../../lib/api";
import { letter, QUERIES_MAX, readQueries, writeQueries } from "../../lib/explore";
import { mistake, type Mistake } from "../../lib/promql";
import { bounds } from "../../lib/range";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { param, range, route, setParams, setRange } from "../router";
import { serverNow } from "../session";
import { useAnswers } from "./answers";
import { Charts } from "./Charts";
import { Define } from "./Define";
import { Editor } from "./Editor";
import { useJudging } from "./judging";
import { Metrics } from "./Metrics";
import { Values } from "./Values";
import { Verdicts } from "./Verdicts";
import { useVocabulary } from "./vocabulary";
import "../../styles/explore.css";

export default function ExplorePage(): JSX.Element {
  const vocabulary = useVocabulary();
  const asked = createMemo(() => readQueries(route().params), [], { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const [texts, setTexts] = createSignal<readonly string[]>(asked());
  createEffect(on(asked, (queries) => setTexts((before) => (writeKey(before) === writeKey(queries) ? before : queries)), { defer: true }));
  const isTable = () => param("view") === "table";
  const answers = useAnswers(asked, isTable);
  const judging = useJudging(asked);
  const isOff = () => [vocabulary.error(), ...answers.all().map((one) => one.error)].some((error) => error instanceof ApiError && error.isFeatureOff);
  const hasQuestion = () => asked().some((one) => one !== "");

  const setText = (index: number, text: string) => setTexts(texts().map((one, at) => (at === index ? text : one)));
  const run = () => {
    if (writeKey(texts()) === writeKey(asked())) answers.again();
    else setParams(writeQueries(texts()), "push");
  };
  const add = (query: string) => {
    const free = texts().findIndex((one) => one.trim() === "");
    if (0 <= free) setText(free, query);
    else if (texts().length < QUERIES_MAX) setTexts([...texts(), query]);
    if (query !== "") run();
  };
  const remove = (index: number) => {
    const rest = texts().filter((_, at) => at !== index);
    setTexts(rest.length === 0 ? [""] : rest);
    run();
  };
  const explore = (query: string) => {
    add(query);
    scrollTo({ top: 0 });
  };
  /** Only of the text that was asked: while it is being corrected the mark would be in the way. */
  const mistakeOf = (index: number): Mistake | null => {
    const answer = answers.all()[index];
    if (!answer?.error || answer.query !== texts()[index]?.trim() || (answer.error as ApiError).refusal?.code === "unreachable") return null;
    return mistake(texts()[index] ?? "", (answer.error as Error).message);
  };
  const unreachable = () => answers.all().find((one) => one.error instanceof ApiError && one.error.refusal.code === "unreachable")?.error;

  return (
    <>
      <h1 class="hidden">Metrics</h1>
      <Show when={!isOff()} fallback={<Off />}>
        <Panel title="Metrics" note={<LinkHere />}>
          <Index each={texts()}>
            {(text, index) => (
              <div class="question">
                <b class="letter" aria-hidden="true">{letter(index)}</b>
                <Editor label={letter(index)} text={text()} mistake={mistakeOf(index)} vocabulary={vocabulary} onText={(next) => setText(index, next)} onRun={run} />
                <Show when={1 < texts().length || text() !== ""}>
                  <button class="icon" aria-label={`Remove question ${letter(index)}`} title="Remove" onClick={() => remove(index)}>×</button>
                </Show>
              </div>
            )}
          </Index>
          <div class="line">
            <button class="button primary" onClick={run}>Run</button>
            <button class="button" disabled={QUERIES_MAX <= texts().length} onClick={() => setTexts([...texts(), ""])}>Add a question</button>
            <div class="tabs" role="group" aria-label="Shown as">
              <button class="chip" aria-pressed={!isTable()} onClick={() => setParams({ view: null })}>Chart</button>
              <button class="chip" aria-pressed={isTable()} onClick={() => setParams({ view: "table" })}>Table</button>
            </div>
            <Show when={hasQuestion() && !isTable()}>
              <button class="button" disabled={judging.isBusy()} onClick={judging.judge} title="Let detectors judge this time, as they judge what they watch">{judging.isBusy() ? "Judging…" : "What is unusual?"}</button>
            </Show>
            <span class="soft small wide">Enter runs, Tab completes, Shift+Enter is a new line.</span>
          </div>
          <Show when={unreachable()}>{(error) => <Failure error={error()} retry={answers.again} />}</Show>
          <Show when={hasQuestion()}>
            <div class="answers">
              <Show when={answers.isBusy() && answers.all().every((one) => one.told === null && one.error === null)}>
                <p class="asking soft" role="status">Asking…</p>
              </Show>
              <Show when={isTable()} fallback={<><Charts answers={answers} metadata={vocabulary.metadata()} judged={judging.bands()} /><Verdicts judging={judging} /></>}>
                <Values answers={answers} metadata={vocabulary.metadata()} />
              </Show>
              <Remarks answers={answers} />
            </div>
          </Show>
        </Panel>
        <Panel title={hasQuestion() ? "All metrics" : "What there is to ask"} note="A metric opens with a first question to it">
          <Metrics vocabulary={vocabulary} onChoose={explore} />
        </Panel>
        <Panel title="Define a metric of your own" note="Then send numbers under its name; agents can too, with metric_record">
          <Define onDefined={() => undefined} onExplore={explore} />
        </Panel>
      </Show>
    </>
  );
}

const writeKey = (texts: readonly string[]) => JSON.stringify(writeQueries(texts));

/** How each question was answered, and what the server remarks about it. */
function Remarks(props: { answers: ReturnType<typeof useAnswers> }): JSX.Element {
  return (
    <ul class="remarks small">
      <Index each={props.answers.all()}>
        {(answer, index) => (
          <Show when={answer().told}>
            {(told) => (
              <li>
                <Show when={1 < props.answers.all().length}><b>{letter(index)}</b> </Show>
                <span class="soft">{told().how}</span>
                <For each={told().remarks}>{(remark) => <span class="remark"> {remark}</span>}</For>
              </li>
            )}
          </Show>
        )}
      </Index>
    </ul>
  );
}

/** The address already has the questions; this pins the time too. */
function LinkHere(): JSX.Element {
  const [isCopied, setCopied] = createSignal(false);
  const copy = async () => {
    const { fromMs, toMs } = bounds(range(), serverNow());
    if (range().kind !== "between") setRange({ kind: "between", fromMs, toMs });
    await navigator.clipboard?.writeText(location.href);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return <button class="link" onClick={() => void copy()}>{isCopied() ? "Copied" : "Copy a link to this moment"}</button>;
}

function Off(): JSX.Element {
  return (
    <Panel title="Metrics">
      <Empty title="Metrics are switched off" command={`paceline feature set enable-agent-metrics true --url ${location.origin}`}>
        With <code>enable-agent-metrics</code> off, the server takes no samples, defines no metrics and answers no questions about them. What
        was stored before stays, and is here again when it is switched on. Tasks, messages and reports go on as ever.
      </Empty>
    </Panel>
  );
}
