// All rules: what each says, whether it answers, how much it spoke, on or off. Owns the list and what is wrong with rule files.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import type { AlertRule, AlertRuleList } from "../../lib/wire";
import { noiseOf } from "../../lib/alerts/noise";
import { ruleState, ruleWords } from "../../lib/alerts/rule-words";
import { writeSpan } from "../../lib/alerts/spans";
import { count, plural, sentence } from "../../lib/format";
import { path } from "../../lib/route";
import { Badge } from "../parts/Badge";
import { columnsOf } from "../parts/columns";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Panel } from "../parts/Panel";
import { Prose } from "../parts/Prose";
import { Rows } from "../parts/Rows";
import { version } from "../alerting";
import { useReading } from "../reading";
import { param, setParams } from "../router";
import { api } from "../session";
import { allRules } from "./rules-read";

const SHOWN_PROBLEMS = 20;
const SOURCES = [["default", "Paceline's own"], ["api", "made here"], ["file", "from files"]] as const;
const STATE_ORDER = ["firing", "pending", "broken", "inactive", "recording", "off"];

export function Rules(): JSX.Element {
  const list = useReading(version, (_, signal) => allRules(signal), () => 10_000);
  const [error, setError] = createSignal<unknown>(null);
  const shown = createMemo(() => (list()?.items ?? []).filter((one) => isWanted(one, param("q"), param("source"))));
  const flip = (rule: AlertRule) => void api.patch(path("api", ["alert-rules", rule.rule_id]), { enabled: !rule.enabled }).then(() => (setError(null), list.again()), (failure) => (setError(failure), list.again()));
  return (
    <Panel title="Rules" note={list() ? `${plural(list()?.items.length ?? 0, "rule")}` : ""}>
      <Show when={list.error()}>{(failure) => <Failure error={failure()} retry={list.again} />}</Show>
      <Show when={error()}>{(failure) => <Failure error={failure()} />}</Show>
      <Show when={list()} fallback={<Show when={!list.error()}><p class="loading">Reading rules…</p></Show>}>
        {(rules) => (
          <>
            <Problems list={rules()} />
            <Filter rules={rules().items} />
            <Show when={0 < shown().length} fallback={<Nothing isFiltered={0 < rules().items.length} />}><Table rules={shown()} onFlip={flip} /></Show>
          </>
        )}
      </Show>
    </Panel>
  );
}

function isWanted(rule: AlertRule, text: string, source: string): boolean {
  const found = `${rule.name} ${rule.expr} ${rule.file ?? ""} ${rule.group}`.toLowerCase();
  return (source === "" || rule.source === source) && text.toLowerCase().split(/\s+/).every((word) => found.includes(word));
}

/** Rule files that could not be read, then rules that do not answer. */
function Problems(props: { list: AlertRuleList }): JSX.Element {
  const broken = () => props.list.items.filter((one) => one.enabled && one.health === "err");
  const all = () => [
    ...(props.list.file_errors ?? []).map((one) => ({ at: one.line === 0 ? one.file : `${one.file}:${one.line}`, text: `${sentence(one.message)} The rules that were in force before stay.` })),
    ...broken().map((one) => ({ at: one.name, text: sentence(one.last_error || "its last evaluation failed") })),
  ];
  return (
    <Show when={0 < all().length}>
      <div class="failure rule-problems" role="alert">
        <ul>
          <For each={all().slice(0, SHOWN_PROBLEMS)}>{(one) => <li><b class="mono"><bdi>{one.at}</bdi></b>: <span dir="auto"><Prose text={one.text} /></span></li>}</For>
          <Show when={SHOWN_PROBLEMS < all().length}><li class="soft">and {count(all().length - SHOWN_PROBLEMS)} more</li></Show>
        </ul>
      </div>
    </Show>
  );
}

function Filter(props: { rules: readonly AlertRule[] }): JSX.Element {
  return (
    <div class="filters" role="search" aria-label="Filter rules">
      <input class="grow" type="search" placeholder="Name, expression or file" aria-label="Name, expression or file" maxlength="200" value={param("q")} onInput={(event) => setParams({ q: event.currentTarget.value.trim() })} />
      <For each={SOURCES}>
        {([source, words]) => (
          <button class="chip" aria-pressed={param("source") === source} onClick={() => setParams({ source: param("source") === source ? null : source })}>
            {words} <span class="soft">{count(props.rules.filter((one) => one.source === source).length)}</span>
          </button>
        )}
      </For>
    </div>
  );
}

function Nothing(props: { isFiltered: boolean }): JSX.Element {
  return (
    <Show when={props.isFiltered} fallback={<Empty title="There is no rule" command="paceline alert create ClaimsSlow --operation task_claim --statistic p99_ms --above 50 --for 1m">Make one <a href="/alerts/new">here</a> or from a shell:</Empty>}>
      <Empty title="No rule is like that"><button class="link" onClick={() => setParams({ q: null, source: null })}>Show all rules</button></Empty>
    </Show>
  );
}

function Table(props: { rules: readonly AlertRule[]; onFlip: (rule: AlertRule) => void }): JSX.Element {
  const known = createMemo(() => new Map(props.rules.map((one) => [one.rule_id, one])));
  const ids = createMemo<readonly string[]>((before) => {
    const keys = [...known().keys()];
    return keys.join() === before.join() ? before : keys;
  }, []);
  const column = columnsOf((id: string) => known().get(id));
  const columns = [
    column("On", "2.75rem", (one) => <Switch rule={one()} onFlip={props.onFlip} />, (one) => (one.enabled ? 0 : 1)),
    column("Rule", "minmax(11rem, 1.2fr)", (one) => <a href={path("alerts", ["rules", one().rule_id])} title={one().name}><bdi>{one().name}</bdi></a>, (one) => one.name),
    column("Now", "7.5rem", (one) => <Badge is={ruleState(one())} title={one().last_error ?? ""} />, (one) => STATE_ORDER.indexOf(ruleState(one))),
    column("Severity", "6.5rem", (one) => (one().record ? "–" : <Badge is={one().severity} />), (one) => one.severity),
    column("When it fires", "minmax(14rem, 2fr)", (one) => <bdi classList={{ mono: !one().threshold }} title={one().expr}>{ruleWords(one())}</bdi>),
    column("For", "5rem", (one) => (one().for_seconds === 0 ? "at once" : writeSpan(one().for_seconds)), (one) => one.for_seconds, true),
    column("In 30 days", "minmax(15rem, 1.2fr)", (one) => <Noise rule={one()} />, (one) => one.noise.fired),
    column("From", "minmax(7rem, 0.7fr)", (one) => <span title={one().group}><bdi>{one().source === "file" ? (one().file ?? "a file") : one().source === "default" ? "Paceline" : (one().created_by || "here")}</bdi></span>, (one) => one.source + (one.file ?? "")),
  ];
  return <Rows label="Rules" rows={ids()} columns={columns} sort="now" parameter="rules" />;
}

function Noise(props: { rule: AlertRule }): JSX.Element {
  const told = () => noiseOf(props.rule.noise);
  return <span classList={{ loud: told().isLoud }} title={`${told().text}${told().isLoud ? ". Mostly ignored: raise its limit, let it wait longer, or switch it off." : ""}`}>{props.rule.record ? "–" : told().short}</span>;
}

function Switch(props: { rule: AlertRule; onFlip: (rule: AlertRule) => void }): JSX.Element {
  const isFixed = () => props.rule.source === "file";
  return (
    <input
      type="checkbox" role="switch" class="switch" aria-label={`${props.rule.name} is on`} checked={props.rule.enabled} disabled={isFixed()}
      title={isFixed() ? `Change it in ${props.rule.file ?? "its file"}` : props.rule.enabled ? "Switch it off" : "Switch it on"} onChange={() => props.onFlip(props.rule)}
    />
  );
}
