// Matchers of silences as text, as Prometheus and Alertmanager write them: `alertname="TaskStuck", agent=~"build-.*"`. Owns reading
// and writing that; refuses to judge a regular expression: the server does.

import type { SilenceMatcher } from "../wire";
import { quoted } from "../prometheus";

const ONE = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\s,}"']+))\s*(?:,|$)/;

export type Parsed = { matchers: SilenceMatcher[]; problem: null } | { matchers: null; problem: string };

/** In braces or without. */
export function parseMatchers(text: string): Parsed {
  let rest = text.trim().replace(/^\{/, "").replace(/\}$/, "").trim();
  const matchers: SilenceMatcher[] = [];
  while (rest !== "") {
    const found = ONE.exec(rest);
    if (!found) return { matchers: null, problem: `cannot read \`${rest.slice(0, 40)}\`: write a label, \`=\`, \`!=\`, \`=~\` or \`!~\`, and a value in quotes, such as \`agent="build-7"\`` };
    const [whole, name = "", sign = "", double, single, bare] = found;
    const value = double ?? single;
    matchers.push({ name, value: value === undefined ? (bare ?? "") : unescaped(value), is_regex: sign.includes("~"), is_equal: !sign.startsWith("!") });
    rest = rest.slice(whole.length).trimStart();
  }
  if (matchers.length === 0) return { matchers: null, problem: "say at least one label, such as `alertname=\"TaskStuck\"`" };
  if (!matchers.some(refusesEmpty)) return { matchers: null, problem: "at least one must ask for a value: these would match every alert" };
  return { matchers, problem: null };
}

/** What matches the empty value matches alerts that have no such label. */
function refusesEmpty(one: SilenceMatcher): boolean {
  if (!one.is_regex) return (one.value !== "") === one.is_equal;
  try {
    return new RegExp(`^(?:${one.value})$`).test("") !== one.is_equal;
  } catch {
    return true;
  }
}

const unescaped = (text: string) => text.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));

export function writeMatcher(one: SilenceMatcher): string {
  const sign = one.is_regex ? (one.is_equal ? "=~" : "!~") : one.is_equal ? "=" : "!=";
  return `${one.name}${sign}${quoted(one.value)}`;
}

export const writeMatchers = (all: readonly SilenceMatcher[]): string => all.map(writeMatcher).join(", ");

/** Those of this alert alone; what has no value selects nothing. */
export function matchersOf(labels: Readonly<Record<string, string>>): SilenceMatcher[] {
  const names = Object.keys(labels).filter((name) => name !== "severity" && labels[name] !== "");
  const first = names.filter((name) => name === "alertname");
  return [...first, ...names.filter((name) => name !== "alertname").sort()].map((name) => ({ name, value: labels[name] ?? "", is_regex: false, is_equal: true }));
}
