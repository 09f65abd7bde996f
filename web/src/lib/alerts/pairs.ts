// Labels with their values as text: `cache="tools", region=eu`. Owns reading and writing that.

import { writeMatcher } from "./matchers";

const ONE = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))\s*(?:,|$)/;

export type Pairs = { pairs: Record<string, string>; problem: null } | { pairs: null; problem: string };

export function parsePairs(text: string): Pairs {
  const pairs: [string, string][] = [];
  let rest = text.trim();
  while (rest !== "") {
    const found = ONE.exec(rest);
    if (!found) return { pairs: null, problem: `Cannot read \`${rest.slice(0, 40)}\`: write a label, \`=\` and its value, such as \`cache="tools"\`.` };
    pairs.push([found[1] ?? "", found[2] === undefined ? (found[3] ?? "") : found[2].replace(/\\(.)/g, "$1")]);
    rest = rest.slice(found[0].length).trimStart();
  }
  return { pairs: Object.fromEntries(pairs), problem: null };
}

export const writePairs = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs).map(([name, value]) => writeMatcher({ name, value, is_regex: false, is_equal: true })).join(", ");
