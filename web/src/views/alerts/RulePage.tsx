// A rule: made anew, changed, or only looked at where it is Paceline's own or a file's. Owns which of these it is, and saving,
// switching and deleting; the form and the look back are parts.

import { createSignal, Match, Show, Switch, type JSX } from "solid-js";
import type { AlertRule } from "../../lib/wire";
import { BLANK, formOf, requestOf, suggested, type RuleForm } from "../../lib/alerts/rule-form";
import { ruleState } from "../../lib/alerts/rule-words";
import { path } from "../../lib/route";
import { ApiError } from "../../lib/api";
import { Badge } from "../parts/Badge";
import { Crumbs } from "../parts/Crumbs";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { useReading } from "../reading";
import { version } from "../alerting";
import { go, param, route } from "../router";
import { api } from "../session";
import { Confirm } from "./Confirm";
import { RuleEditor } from "./RuleEditor";
import { RuleFacts } from "./RuleFacts";

/** When it was evaluated, and what it found. */
const FACTS_MS = 5_000;
const RULES = "/alerts?show=rules";

export default function RulePage(): JSX.Element {
  const [what = "", id = ""] = route().rest;
  const isNew = what === "new";
  // A new rule may begin as another.
  const wanted = isNew ? param("from") : what === "rules" ? id : null;
  const read = (_: number, signal: AbortSignal) => (wanted ? api.get<AlertRule>(path("api", ["alert-rules", wanted]), {}, signal) : Promise.resolve(null));
  const rule = useReading(version, read, () => (isNew ? null : FACTS_MS));
  const isLost = () => rule.error() instanceof ApiError && (rule.error() as ApiError).refusal.code === "not_found";
  return (
    <>
      <header class="page-head">
        <div>
          <Crumbs page="alerts" title="Alerts" at={isNew ? "" : id} />
          <h1>{isNew ? "New rule" : <bdi>{rule()?.name ?? "Rule"}</bdi>}</h1>
        </div>
        <Show when={!isNew && rule()}>{(one) => <Badge is={ruleState(one())} title={one().last_error ?? ""} />}</Show>
        <a class="end" href={RULES}>All rules</a>
      </header>
      <Show when={isLost() || !wanted && !isNew} fallback={<Show when={rule.error()}>{(error) => <Failure error={error()} retry={rule.again} />}</Show>}><Lost /></Show>
      <Switch fallback={<Show when={wanted && !rule.error()}><p class="loading">Reading the rule…</p></Show>}>
        <Match when={isNew && (!wanted || rule())}><Making from={rule()} /></Match>
        <Match when={!isNew && !isLost() && rule()}>{(one) => <Known rule={one()} onChange={rule.again} />}</Match>
      </Switch>
    </>
  );
}

function Lost(): JSX.Element {
  return <Empty title="There is no such rule" command="paceline alert rules">It was deleted, or its file no longer has it. <a href={RULES}>See all rules</a>, or list them in a shell:</Empty>;
}

function Making(props: { from: AlertRule | null }): JSX.Element {
  const start: RuleForm = props.from ? { ...formOf(props.from), name: `${props.from.name} copy` } : { ...BLANK, operation: param("operation"), metric: param("metric"), subject: param("metric") ? "metric" : param("expr") ? "expr" : "operation", expr: param("expr"), statistic: param("metric") ? "value" : "p99_ms" };
  const save = async (form: RuleForm) => {
    const made = await api.post<AlertRule>("/api/alert-rules", requestOf({ ...form, name: form.name.trim() || suggested(form) }, props.from ?? undefined));
    go(path("alerts", ["rules", made.rule_id]));
  };
  return <RuleEditor start={start} kept={props.from ?? undefined} saves="Create the rule" onSave={save} />;
}

function Known(props: { rule: AlertRule; onChange: () => void }): JSX.Element {
  const [isDeleting, setDeleting] = createSignal(false);
  const [isSaved, setSaved] = createSignal(false);
  const [error, setError] = createSignal<unknown>(null);
  const address = () => path("api", ["alert-rules", props.rule.rule_id]);
  const save = async (form: RuleForm) => {
    await api.put<AlertRule>(address(), requestOf(form, props.rule));
    setSaved(true);
  };
  const flip = () => void api.patch(address(), { enabled: !props.rule.enabled }).then(() => (setError(null), props.onChange()), setError);
  return (
    <>
      <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
      <div class="line rule-acts">
        <Show when={props.rule.source !== "file"}><button class="button small" onClick={flip}>{props.rule.enabled ? "Switch it off" : "Switch it on"}</button></Show>
        <a class="button small" href={path("alerts", ["new"], { from: props.rule.rule_id })}>Make another from it</a>
        <Show when={props.rule.source === "api"}><button class="button small danger" onClick={() => setDeleting(true)}>Delete…</button></Show>
        <span role="status" class="soft">{isSaved() ? "Saved. It is in force." : ""}</span>
      </div>
      <RuleFacts rule={props.rule} />
      <Show when={props.rule.source === "api"}>
        <RuleEditor start={formOf(props.rule)} kept={props.rule} saves="Save" onSave={save} onEdit={() => setSaved(false)} />
      </Show>
      <Show when={isDeleting()}>
        <Confirm title={`Delete ${props.rule.name}?`} does="Delete the rule" keeps="Keep it" run={() => api.delete(address()).then(() => go(RULES))} onClose={() => setDeleting(false)}>
          <p>Its alerts end at once. What they did stays in the history.</p>
        </Confirm>
      </Show>
    </>
  );
}
