// A report laid out: headings, sentences and tables of its model. Owns which numbers stand where, and follows
// `crates/paceline-analysis/src/report/document` in words and order; refuses markup.

import type { Change, Interval, Report, Scores, Timeline } from "./model";
import { change, count, duration, fixed, listed, moment, or, percent, plural, score } from "./words";

/** Text, and what to sort by where that is something else. */
export interface Cell {
  text: string;
  by?: number | null;
  /** An agent's id: it has a page. */
  agent?: string;
}

export interface Table {
  /** Numbers are aligned to the right. */
  columns: { name: string; isNumber: boolean }[];
  rows: Cell[][];
}

export interface Section {
  heading: string;
  sentences: string[];
  table?: Table;
}

const SHOWN_MAX = 50;
const ENOUGH = 100;

const plain = (text: string): Cell => ({ text });
const said = (text: string | null): Cell => plain(or(text, (one) => one));
const number = (value: number | null | undefined, words: (value: number) => string): Cell => ({ text: or(value, words), by: value ?? null });
const agent = (id: string): Cell => ({ text: id, agent: id });

function table(texts: readonly string[], numbers: readonly string[], rows: Cell[][]): Table {
  return { columns: [...texts.map((name) => ({ name, isNumber: false })), ...numbers.map((name) => ({ name, isNumber: true }))], rows };
}

const section = (heading: string, of: Table, sentences: string[] = []): Section => ({ heading, sentences, ...(0 < of.rows.length ? { table: of } : {}) });

/** Below the verdict, the advice, what changed and the operations, which the page lays out itself. */
export function sections(report: Report): Section[] {
  const all = [rules, bottlenecks, stages, ageing, reliability, slowest, mostFrequent, elections, work, agents, quality, tools, notMeasured, reproductions];
  return all.map((make) => make(report)).filter((one): one is Section => one !== null);
}

export function subtitle({ period }: Report): string {
  return `From ${moment(period.from, period)} to ${moment(period.to, period)}, compared with the time from ${moment(period.previous_from, period)}.`;
}

export function recommendations(report: Report): string[] {
  return report.recommendations.map((one) => {
    const isTold = report.findings.some((finding) => finding.sentence === one.evidence);
    const saves = one.id.startsWith("largest:") ? "" : ` It would save about ${duration(one.saves_ms)} a period.`;
    return one.action + (isTold ? "" : ` ${one.evidence}`) + saves;
  });
}

export function chance({ judged }: Report): string {
  const among = judged.agents === 0 ? "" : `, and ${plural(judged.agents, "agent was", "agents were")} compared with each other`;
  const operations = plural(judged.operations, "operation was", "operations were");
  return `${operations} judged over time${among}; in a period in which nothing changes, chance alone would raise ${fixed(judged.chance_alarms, 2)} such alarms.`;
}

export function operations(report: Report): Table {
  const names = ["count", "success", "mean", "p50", "p95", "p99", "max", "count before", "p50 ±", "p95 ±", "p99 ±"];
  const rows = report.operations.map((row): Cell[] => {
    const now = row.current;
    const times = [now?.mean_ms, now?.p50_ms, now?.p95_ms, now?.p99_ms, now?.max_ms].map((value) => number(value, duration));
    const changes = [changed(row.change, "p50"), changed(row.change, "p95"), changed(row.change, "p99")];
    return [plain(row.operation), number(now?.count, count), number(now?.success_rate, percent), ...times, number(row.previous?.count, count), ...changes];
  });
  return table(["operation"], names, rows);
}

/** In brackets where there are too few records to rely on it. */
function changed(of: Change | null, figure: "p50" | "p95" | "p99"): Cell {
  const ratio = of?.[figure] ?? null;
  if (!of || ratio === null) return number(null, change);
  const interval: Interval | null = figure === "p99" ? null : of[`${figure}_interval`];
  const text = change(ratio);
  const within = interval ? ` in ${change(interval.low)} to ${change(interval.high)}` : "";
  return { text: of.enough ? text + within : `(${text})`, by: ratio };
}

function rules(report: Report): Section | null {
  if (report.operations.length === 0) return null;
  const isJudged = report.operations.some((row) => ENOUGH <= (row.current?.count ?? 0));
  const hold = isJudged ? "All hold." : "No operation has the hundred records from which on they are judged.";
  const broken = report.broken_rules.map((one) => one.sentence);
  const told = "A mean at most a fifth above the period before, a 95th percentile at most twice the mean, at most one failure in a hundred calls.";
  return { heading: "The documented rules", sentences: [told, ...(0 < broken.length ? broken : [hold])] };
}

function bottlenecks(report: Report): Section | null {
  const rows = report.bottlenecks.map((row) => [plain(row.operation), said(row.stage), number(row.total_ms, duration), number(row.share, percent), number(row.share_before, percent), number(row.queue_growth, change)]);
  return rows.length === 0 ? null : section("Bottlenecks", table(["operation", "stage"], ["time", "share", "share before", "wait, first to last third"], rows));
}

function stages(report: Report): Section | null {
  const rows = report.operations.flatMap((row) => {
    const stages = row.current?.stages_mean_ms;
    if (!row.current || !stages) return [];
    const mean = row.current.mean_ms;
    const elsewhere = Math.max(0, mean - (stages.queue + stages.execute + stages.commit));
    return [[plain(row.operation), ...[mean, stages.queue, stages.execute, stages.commit, elsewhere].map((value) => number(value, duration))]];
  });
  return rows.length === 0 ? null : section("Where a call's time goes", table(["operation"], ["mean", "queue", "execute", "commit", "elsewhere"], rows));
}

function ageing(report: Report): Section | null {
  const { figures, operations, size, size_ratio: ratio, versions, restarts } = report.ageing;
  if (operations.length === 0 && figures.length === 0) return null;
  const whole = (value: number) => count(Math.round(Math.max(0, value)));
  const at = (moment_: string) => moment(moment_, report.period);
  const sentences = figures.map((one) => `\`${one.name}\` went from ${whole(one.at_begin)} to ${whole(one.at_end)}.`);
  sentences.push(...versions.map((one) => `Version ${one.version} since ${at(one.since)}.`));
  if (0 < restarts.length) sentences.push(`The server was restarted ${plural(restarts.length, "time", "times")}: ${listed(restarts.slice(0, 5).map(at))}.`);
  const rows = operations.map((row) => [
    plain(row.operation), plain(row.verdict), number(row.exponent.estimate, score), plain(`${score(row.exponent.low)} to ${score(row.exponent.high)}`),
  ]);
  if (0 < rows.length) {
    sentences.push(
      `The time of each operation against the store's size (${or(size, (one) => one)}), which grew by a factor of ${fixed(ratio ?? 1, 1)}: an exponent of 0 is flat, 1 means twice the time at twice the size.`,
    );
  } else {
    sentences.push(
      ratio === null ? "The store's size is not known, so growth cannot be told." : `The store's size changed by a factor of ${fixed(ratio, 2)} only, too little to tell growth.`,
    );
  }
  return section("Does it slow down as it ages?", table(["operation", "with age"], ["exponent", "interval"], rows), sentences);
}

function reliability(report: Report): Section | null {
  const all = report.reliability;
  if (all.operations === 0) return null;
  const before = all.previous_success_rate === null ? "" : ` In the period before ${percent(all.previous_success_rate)} of ${count(all.previous_operations)}.`;
  const sentences = [`${plural(all.operations, "operation", "operations")}, ${count(all.failed)} failed: ${or(all.success_rate, percent)} succeeded.${before}`];
  if (all.errors.length === 0) sentences.push("No operation failed.");
  const rows = all.errors.map((row) => [plain(row.operation), plain(row.error), number(row.count, count)]);
  return section("Reliability", table(["operation", "error"], ["count"], rows), sentences);
}

function slowest(report: Report): Section | null {
  const rows = report.slowest.map((row) => [
    { text: moment(row.at, report.period), by: Date.parse(row.at) }, plain(row.operation), plain(row.success ? "ok" : "failed"),
    row.agent_id ? agent(row.agent_id) : said(null), said(row.session_id), said(row.context), number(row.duration_ms, duration),
  ]);
  return rows.length === 0 ? null : section("Slowest operations", table(["when", "operation", "outcome", "agent", "session", "context"], ["took"], rows));
}

function mostFrequent(report: Report): Section | null {
  const rows = report.most_frequent.map((row) => [plain(row.operation), number(row.count, count), number(row.share, percent), number(row.time_share, percent)]);
  return rows.length === 0 ? null : section("Most frequent operations", table(["operation"], ["count", "share of calls", "share of time"], rows));
}

function elections(report: Report): Section | null {
  const all = report.elections;
  if (all.failovers === 0 && all.elections.length === 0) return null;
  const none = all.elections.length === 0 ? "No leader was lost." : "The record holds no failover, so how long nobody led is not known.";
  const lost = `${plural(all.failovers, "leader was", "leaders were")} lost and replaced: ${or(all.failover_p50_ms, duration)} without one at the median, ${or(all.failover_max_ms, duration)} at most, ${duration(all.leaderless_ms)} in all.`;
  const sentences = [all.failovers === 0 ? none : lost];
  if (all.elections.length === 0) sentences.push("No election was held in this period.");
  const backwards = all.elections.reduce((sum, row) => sum + row.backwards, 0);
  if (0 < backwards) {
    sentences.push(`${plural(backwards, "term has", "terms have")} an epoch that does not rise above the one before: this history was imported, and whoever kept it let epochs go backwards.`);
  }
  const rows = all.elections.map((row) => [plain(row.election), ...[row.terms, row.leaders, row.expired, row.died, row.resigned, row.epoch, row.backwards].map((value) => number(value, count))]);
  return section("Elections and outages", table(["election"], ["terms", "leaders", "expired", "died", "resigned", "epoch", "backwards"], rows), sentences);
}

function work(report: Report): Section | null {
  if (report.agents.length === 0 && report.work.length === 0) return null;
  const rows = report.work.slice(0, SHOWN_MAX).map((row) => [
    agent(row.agent_id), said(row.name), number(row.completed, count), number(row.failed, count), number(row.task_p50_ms, duration), number(row.task_p95_ms, duration),
    number(row.quality_mean, score), number(row.quality_count, count), number(row.previous_completed, count),
  ]);
  const sentences = rows.length === 0 ? ["No task ended in this period."] : [];
  if (SHOWN_MAX < report.work_agents_total) sentences.push(`The ${SHOWN_MAX} busiest of ${count(report.work_agents_total)} agents.`);
  return section("Work of this period", table(["agent", "name"], ["completed", "failed", "p50 a task", "p95 a task", "quality", "assessed", "completed before"], rows), sentences);
}

function agents(report: Report): Section | null {
  if (report.agents.length === 0) return null;
  const rows = report.agents.slice(0, SHOWN_MAX).map(({ agent_id: id, name, proven, reported }) => [
    agent(id), said(name), ...[proven.claimed, proven.completed, proven.failed, proven.released].map((value) => number(value, count)),
    number(proven.task_mean_ms, duration), number(proven.quality_mean, score), number(reported?.claimed, count),
    { text: or(reported, (one) => count(one.completed) + (one.contradictory ? " !" : "")), by: reported?.completed ?? null }, number(reported?.quality_mean, score),
  ]);
  const sentences = ["Not of this period alone. What stored tasks prove; what an imported file claimed stands apart as reported."];
  const contradictory = report.agents.filter((row) => row.reported?.contradictory).length;
  if (0 < contradictory) sentences.push(`For ${plural(contradictory, "agent", "agents")} the file claims more tasks completed than claimed (marked !).`);
  if (SHOWN_MAX < report.agents_total) sentences.push(`The first ${SHOWN_MAX} of ${count(report.agents_total)} by completed tasks.`);
  const numbers = ["claimed", "completed", "failed", "released", "mean task", "quality", "reported claimed", "reported completed", "reported quality"];
  return section("Agents since their beginning", table(["agent", "name"], numbers, rows), sentences);
}

function quality(report: Report): Section {
  const { assessed, assessed_previous: before, automatic } = report.quality;
  const row = (name: string, of: Scores | null): Cell[][] =>
    of ? [[plain(name), number(of.count, count), ...[of.overall_mean, of.completeness_mean, of.code_quality_mean, of.documentation_mean, of.efficiency_mean, of.impact_mean].map((value) => number(value, score))]] : [];
  const rows = [...row("assessed", assessed), ...row("assessed before", before), ...row("drawn by a program", automatic)];
  const numbers = ["count", "overall", "completeness", "code quality", "documentation", "efficiency", "impact"];
  return section("Quality", table(["scores"], numbers, rows), rows.length === 0 ? ["Nothing was assessed in this period."] : []);
}

function tools(report: Report): Section {
  const shown = report.tools.filter((row) => row.current).slice(0, SHOWN_MAX);
  const rows = shown.flatMap(({ tool, category, current: now, previous: before }) => {
    if (!now) return [];
    const flag = now.success_reported === 0 ? "measured" : now.success_reported === now.count ? "reported" : `${count(now.success_reported)} reported`;
    return [[
      plain(tool), said(category), plain(flag), number(now.count, count), number(now.failed, count), number(now.failure_rate, percent), number(now.p50_ms, duration),
      number(now.p95_ms, duration), number(now.mean_ms * now.count, duration), number(before?.count, count), number(before?.p95_ms, duration),
    ]];
  });
  const sentences = rows.length === 0 ? ["No tool call was recorded in this period."] : [];
  if (SHOWN_MAX < report.tools.length) sentences.push(`The ${SHOWN_MAX} most called; ${count(report.tools.length - SHOWN_MAX)} more are left out.`);
  const numbers = ["calls", "failed", "failure rate", "p50", "p95", "all its time", "calls before", "p95 before"];
  return section("Tools", table(["tool", "category", "success flag"], numbers, rows), sentences);
}

function notMeasured(report: Report): Section {
  const sentences = 0 < report.gaps.length ? [...report.gaps] : ["Nothing is known to be missing."];
  const few = report.judged.too_few;
  if (0 < few.length) sentences.push(`Too few records to be judged over time: ${listed(few.map((name) => `\`${name}\``))}.`);
  return { heading: "Not measured, and not sure", sentences };
}

function reproductions(report: Report): Section | null {
  if (report.reproductions.length === 0) return null;
  const rows = report.reproductions.map((one) => [plain(one.what), plain(`\`${one.command}\``)]);
  return section("How to get these numbers again", table(["number", "command"], [], rows), ["In the data directory, or with the server's address in `PACELINE_URL`."]);
}

/** Columns of a chart: seconds since 1970, and both percentiles. */
export function columns(timeline: Timeline): [number[], (number | null)[], (number | null)[]] {
  const from = Date.parse(timeline.from) / 1000;
  return [timeline.p50_ms.map((_, index) => from + index * timeline.step_hours * 3600), timeline.p50_ms, timeline.p95_ms];
}
