// Which alerts stand by themselves and which another explains, and how all of them are told in a sentence. Owns the grouping and
// the order; refuses to decide what explains what: the server does.

import type { Alert, AlertList, AlertSeverity } from "../wire";
import { count, plural } from "../format";
import type { Tone } from "../headline";

export interface Told {
  alert: Alert;
  /** Alerts that it explains, directly or through another. */
  explained: Alert[];
}

const RANKS: Record<AlertSeverity, number> = { critical: 0, warning: 1, info: 2 };
export const SEVERITIES: readonly AlertSeverity[] = ["critical", "warning", "info"];

const since = (alert: Alert) => Date.parse(alert.fired_at ?? alert.active_at) || 0;
const order = (a: Alert, b: Alert) => RANKS[a.severity] - RANKS[b.severity] || since(b) - since(a) || a.fingerprint.localeCompare(b.fingerprint);

/** The most severe first. What explains an alert may not be there: then it stands by itself; so do two that explain each other. */
export function grouped(alerts: readonly Alert[]): Told[] {
  const known = new Map(alerts.map((one) => [one.fingerprint, one]));
  const root = (alert: Alert): Alert => {
    const seen = new Set<string>();
    let at = alert;
    for (let next = known.get(at.caused_by ?? ""); next && !seen.has(next.fingerprint); next = known.get(at.caused_by ?? "")) {
      seen.add(at.fingerprint);
      at = next;
    }
    return seen.has(known.get(at.caused_by ?? "")?.fingerprint ?? "") ? alert : at;
  };
  const found = new Map<string, Told>();
  const explained: [string, Alert][] = [];
  for (const alert of [...alerts].sort(order)) {
    const top = root(alert);
    if (top === alert) found.set(alert.fingerprint, { alert, explained: [] });
    else explained.push([top.fingerprint, alert]);
  }
  for (const [top, alert] of explained) found.get(top)?.explained.push(alert);
  return [...found.values()];
}

export interface Summary {
  tone: Tone;
  text: string;
}

/** `3 alerts fire, 1 critical; 20 more are explained by them.` How many, the server says: the list may be the beginning of more. */
export function summary(list: Pick<AlertList, "items" | "firing" | "explained" | "pending">): Summary {
  const { pending, explained } = list;
  const all = grouped(list.items.filter((one) => one.state === "firing"));
  const causes = Math.max(0, list.firing - explained);
  if (causes === 0) return { tone: "well", text: pending === 0 ? "No alert fires." : `No alert fires; ${plural(pending, "alert")} may soon.` };
  const critical = all.filter((one) => one.alert.severity === "critical").length;
  const head = `${plural(causes, "alert")} ${causes === 1 ? "fires" : "fire"}`;
  const worst = critical === 0 ? "" : causes === 1 ? ", a critical one" : critical === causes ? ", all critical" : `, ${count(critical)} critical`;
  const them = causes === 1 ? "it" : "them";
  const more = explained === 0 ? "" : `; ${count(explained)} more ${explained === 1 ? "is" : "are"} explained by ${them}`;
  const quiet = all.filter((one) => isQuiet(one.alert)).length;
  const held = quiet === 0 ? "" : quiet === causes ? ` Nobody is told${causes === 1 ? " of it" : ""} again: ${causes === 1 ? "it is" : "all are"} silenced or acknowledged.` : ` ${count(quiet)} ${quiet === 1 ? "is" : "are"} silenced or acknowledged.`;
  return { tone: 0 < critical ? "bad" : all.some((one) => one.alert.severity === "warning") ? "warn" : "none", text: `${head}${worst}${more}.${held}` };
}

export const isSilenced = (alert: Alert): boolean => 0 < (alert.silenced_by ?? []).length;
export const isQuiet = (alert: Alert): boolean => isSilenced(alert) || Boolean(alert.acknowledged);

/** Labels that tell an alert from another of its rule. */
export function ownLabels(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels).filter(([name]) => name !== "alertname" && name !== "severity");
}
