// The form of a rule with the look back beside it. Owns what is typed and where an error is shown; what a rule is, `lib/alerts/rule-form`
// says.

import { createMemo, createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import type { AlertRule } from "../../lib/wire";
import { fieldOf, missing, mistakeOf, requestOf, suggested, withSubject, type Field, type RuleForm, type Subject } from "../../lib/alerts/rule-form";
import { sentence } from "../../lib/format";
import { ApiError } from "../../lib/api";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { Editor } from "../explore/Editor";
import { useVocabulary } from "../explore/vocabulary";
import { Line, Text, type FormProps } from "./fields";
import { Preview } from "./Preview";
import { ThresholdFields } from "./ThresholdFields";
import "../../styles/explore.css";

const SUBJECTS: readonly [Subject, string][] = [["operation", "An operation"], ["metric", "A metric"], ["expr", "PromQL"]];
const SEVERITIES = [["info", "info: good to know"], ["warning", "warning: look today"], ["critical", "critical: look now"]] as const;

interface RuleEditorProps {
  start: RuleForm;
  kept: AlertRule | undefined;
  saves: string;
  onSave: (form: RuleForm) => Promise<void>;
  onEdit?: () => void;
}

export function RuleEditor(props: RuleEditorProps): JSX.Element {
  const [form, setForm] = createSignal(props.start, { equals: false });
  const [refused, setRefused] = createSignal<unknown>(null);
  const [previewError, setPreviewError] = createSignal<unknown>(null);
  const [isAsked, setAsked] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  const vocabulary = useVocabulary();
  const change = (changes: Partial<RuleForm>) => {
    setForm({ ...form(), ...changes });
    setRefused(null);
    props.onEdit?.();
  };
  const lacks = createMemo(() => missing(form()));
  const request = createMemo(() => (lacks() === null ? requestOf(form(), props.kept) : null));
  const error = () => refused() ?? previewError();
  const problem = (field: Field): string | null => {
    const missed = lacks();
    if (isAsked() && missed?.field === field) return missed.text;
    if (isAsked() && field === "name" && named() === "") return "Give it a name.";
    return missed === null && field !== "expr" && fieldOf(error()) === field ? said(error() as ApiError) : null;
  };
  const named = () => form().name.trim() || suggested(form());
  const fields: FormProps = { form, change, problem };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    if (lacks() !== null || named() === "") return;
    setBusy(true);
    try {
      await props.onSave({ ...form(), name: named() });
      setRefused(null);
      setAsked(false);
    } catch (failure) {
      setRefused(() => failure);
    } finally {
      setBusy(false);
    }
  };
  const mistake = () => (lacks() === null ? mistakeOf(form().expr, error()) : null);
  return (
    <div class="rule-editor">
      <Panel title="The rule">
        <form class="rule-form" onSubmit={(event) => void save(event)} noValidate>
          <div class="tabs" role="group" aria-label="What is compared">
            <For each={SUBJECTS}>{([subject, words]) => <button type="button" class="chip" aria-pressed={form().subject === subject} onClick={() => change(withSubject(form(), subject))}>{words}</button>}</For>
          </div>
          <Switch>
            <Match when={form().subject === "expr"}>
              <div class="rule-line">
                <span class="rule-label">Expression, whose every answer is an alert</span>
                <Editor label="of the rule" text={form().expr} mistake={mistake()} vocabulary={vocabulary} onText={(expr) => change({ expr })} onRun={() => undefined} />
                <Show when={mistake() && error()}>{(failure) => <Hint error={failure()} />}</Show>
                <Show when={problem("expr")}>{(text) => <p class="problem">{text()}</p>}</Show>
              </div>
            </Match>
            <Match when={form().subject !== "expr"}><ThresholdFields {...fields} vocabulary={vocabulary} /></Match>
          </Switch>
          <div class="rule-pair">
            <Text {...fields} field="wait" label="Must hold for" placeholder="0s" note="0s: at once" />
            <Text {...fields} field="keep" label="Fires on for, after it was last seen" placeholder="0s" />
          </div>
          <Line {...fields} field="severity" label="Severity">
            {(id) => <select id={id} value={form().severity} onChange={(event) => change({ severity: event.currentTarget.value as RuleForm["severity"] })}><For each={SEVERITIES}>{([one, words]) => <option value={one} selected={form().severity === one}>{words}</option>}</For></select>}
          </Line>
          <Text {...fields} field="name" label="Name" placeholder={suggested(form()) || "TaskClaimSlow"} maxlength={200} note={form().name.trim() === "" && suggested(form()) !== "" ? `${suggested(form())}, unless you say another` : ""} />
          <details class="explained" open={form().summary !== "" || form().description !== "" || form().causedBy !== ""}>
            <summary>What the alert says, and what explains it</summary>
            <Text {...fields} field="summary" label="Summary" placeholder="{{ $labels.agent }} is slow: {{ $value | humanize }} ms" maxlength={2000} />
            <Text {...fields} field="description" label="Description: what to do" placeholder="Look at its tool calls first." maxlength={4000} />
            <Text {...fields} field="causedBy" label="Explained by alerts of these rules" placeholder="CommitSlow, NoLeader" note="While one of them fires, this one is told with it." />
          </details>
          <Show when={refused() !== null && fieldOf(refused()) === null}><Failure error={refused()} /></Show>
          <button class="button primary" disabled={isBusy()}>{props.saves}</button>
        </form>
      </Panel>
      <Panel title="What it would have done">
        <Preview request={request()} hint={lacks()?.text ?? ""} onError={(failure) => setPreviewError(() => failure)} />
      </Panel>
    </div>
  );
}

/** What to do about a mistake in the expression, under it. */
function Hint(props: { error: unknown }): JSX.Element {
  const hint = () => (props.error instanceof ApiError ? props.error.hint : null);
  return <Show when={hint()}>{(text) => <p class="soft small"><Prose text={sentence(text())} /></p>}</Show>;
}

const said = (error: ApiError): string => [error.message, error.hint ?? ""].filter((text) => text !== "").map(sentence).join(" ");
