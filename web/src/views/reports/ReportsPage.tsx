// Reports: of any period as it is now, of past months as they were written, and benchmarks over time. Owns
// which of them is shown, in the address.

import { For, Show, type JSX } from "solid-js";
import type { LaidOut } from "../../lib/report/model";
import { ago } from "../../lib/format";
import { Failure } from "../parts/Failure";
import { useReading } from "../reading";
import { param, setParams } from "../router";
import { api, now, serverNow } from "../session";
import { Benchmarks } from "./Benchmarks";
import { ReportView, type Source } from "./ReportView";
import "../../styles/explore.css";
import "../../styles/reports.css";

interface KeptReport {
  month: string;
}

const DAYS = ["1", "7", "30", "90"];
const MONTHS_BACK = 3;

export default function ReportsPage(): JSX.Element {
  const isBench = () => param("show") === "benchmarks";
  return (
    <>
      <div class="page-head">
        <h1>Reports</h1>
        <div class="tabs" role="group" aria-label="Shown">
          <button class="chip" aria-pressed={!isBench()} onClick={() => setParams({ show: null }, "push")}>The fleet</button>
          <button class="chip" aria-pressed={isBench()} onClick={() => setParams({ show: "benchmarks" }, "push")}>Benchmarks</button>
        </div>
      </div>
      <Show when={isBench()} fallback={<Reports />}>
        <Benchmarks />
      </Show>
    </>
  );
}

function Reports(): JSX.Element {
  const kept = useReading(() => "", (_, signal) => api.get<{ items: KeptReport[] }>("/api/reports", { limit: 100 }, signal).then((page) => page.items));
  const key = () => `${source().path}/laid-out${source().query}`;
  const report = useReading(key, async (path, signal) => ({ path, of: await api.get<LaidOut>(path, {}, signal), readAt: serverNow() }));
  // The last one stays until the next is there, but not under another period's name.
  const shown = () => (report()?.path === key() ? report() : null);
  return (
    <>
      <Periods kept={kept() ?? []} />
      <Show when={report.error()}>
        {(error) => (
          <Failure error={error()} retry={report.again} />
        )}
      </Show>
      <Show when={!report.error()}>
        <Show when={shown()} fallback={<p class="loading" role="status">Reading the record…</p>} keyed>
          {(one) => (
            <>
              <ReportView of={one.of} source={source()} />
              <p class="soft small foot">
                Read {ago(one.readAt, now())} · <button class="link" onClick={report.again}>Read again</button>
              </p>
            </>
          )}
        </Show>
      </Show>
    </>
  );
}

function source(): Source {
  const [kept, month, days] = [param("kept"), param("month"), param("days")];
  if (kept !== "") return { path: `/api/reports/${encodeURIComponent(kept)}`, query: "" };
  return { path: "/api/report", query: month !== "" ? `?month=${encodeURIComponent(month)}` : `?days=${encodeURIComponent(days || "7")}` };
}

function Periods(props: { kept: readonly KeptReport[] }): JSX.Element {
  const days = () => (param("kept") || param("month") ? "" : param("days") || "7");
  const choose = (changes: { days?: string; month?: string; kept?: string }) => setParams({ days: null, month: null, kept: null, ...changes }, "push");
  const pick = (value: string) => {
    const [kind, month = ""] = value.split(" ");
    if (month !== "") choose(kind === "kept" ? { kept: month } : { month });
  };
  const chosen = () => (param("kept") ? `kept ${param("kept")}` : param("month") ? `now ${param("month")}` : "");
  return (
    <div class="filters" role="group" aria-label="Period">
      <For each={DAYS}>
        {(value) => <button class="chip" aria-pressed={days() === value} onClick={() => choose({ days: value })}>{value === "1" ? "Last day" : `${value} days`}</button>}
      </For>
      <label class="soft small days">
        or the last <input type="number" min="1" max="3660" value={days()} onChange={(event) => event.currentTarget.value && choose({ days: event.currentTarget.value })} /> days
      </label>
      <select aria-label="Month" value={chosen()} onChange={(event) => pick(event.currentTarget.value)}>
        <option value="">A month…</option>
        <optgroup label="As the record has it now">
          <For each={months(serverNow(), param("month"))}>{(month) => <option value={`now ${month}`} selected={chosen() === `now ${month}`}>{month}</option>}</For>
        </optgroup>
        <optgroup label={props.kept.length === 0 ? "None kept yet: written on the first of each month" : "Kept, as it was written"}>
          <For each={props.kept}>
            {(one) => <option value={`kept ${one.month}`} selected={chosen() === `kept ${one.month}`}>{one.month}</option>}
          </For>
        </optgroup>
      </select>
    </div>
  );
}

/** This month and those before it, in UTC as the report counts them; and the one in the address. */
function months(nowMs: number, asked: string): string[] {
  const at = new Date(nowMs);
  const last = Array.from({ length: MONTHS_BACK + 1 }, (_, back) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back, 1)).toISOString().slice(0, 7));
  return asked === "" || last.includes(asked) ? last : [...last, asked];
}
