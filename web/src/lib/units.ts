// What the numbers of an expression are counted in. Owns reading it from the metrics in the text, their
// metadata and what is done to them; refuses to guess: where two units meet there is none.

import { bytes, digits, duration, percent, shortCount } from "./format";
import { pieces, type Piece } from "./promql";

export interface Metadata {
  type: string;
  help: string;
  unit: string;
}

export interface Unit {
  /** Beside the axis; empty where nothing is known. */
  word: string;
  format(value: number | null): string;
}

const plain = (word: string): Unit => ({ word, format: shortCount });
const NONE = plain("");
const known: Record<string, Unit> = {
  seconds: { word: "seconds", format: (value) => (value === null ? digits(null) : duration(value * 1000)) },
  bytes: { word: "bytes", format: signed(bytes) },
  ratio: { word: "share", format: percent },
};
const rates: Record<string, Unit> = {
  seconds: { word: "seconds a second", format: digits },
  bytes: { word: "bytes a second", format: (value) => `${signed(bytes)(value)}/s` },
};

export function unitOf(text: string, metadata: Readonly<Record<string, Metadata>>): Unit {
  const all = pieces(text).filter((one) => one.kind !== "space" && one.kind !== "comment");
  const names = all.filter((one) => one.kind === "name").map((one) => one.text);
  const has = (...functions: string[]) => all.some((one) => one.kind === "function" && functions.includes(one.text));
  if (names.length === 0) return NONE;
  if (["count", "count_values", "absent", "count_over_time", "changes", "resets"].includes(all[0]?.text ?? "")) return plain("");
  const units = [...new Set(names.map((name) => base(name, metadata)))];
  const isRate = has("rate", "irate", "deriv");
  if (has("histogram_quantile")) return known[units[0] ?? ""] ?? plain(units[0] ?? "");
  if (isDivision(all)) return divided(names, metadata);
  const [unit = ""] = units;
  if (units.length !== 1) return NONE;
  if (isRate) return rates[unit] ?? plain(unit === "" ? "a second" : `${unit} a second`);
  return known[unit] ?? plain(unit);
}

/** A sum by its count is a mean; the same by the same a share. */
function divided(names: readonly string[], metadata: Readonly<Record<string, Metadata>>): Unit {
  const [above, below] = [names[0] ?? "", names.at(-1) ?? ""];
  if (above.replace(/_sum$/, "") === below.replace(/_count$/, "") && above !== below) return known[base(above, metadata)] ?? plain(base(above, metadata));
  return names.length === 2 && base(above, metadata) === base(below, metadata) ? (known["ratio"] as Unit) : NONE;
}

function isDivision(all: readonly Piece[]): boolean {
  return all.some((one) => one.kind === "sign" && one.text === "/");
}

/** By its metadata, else by the end of its name, as Prometheus advises to name metrics. */
function base(name: string, metadata: Readonly<Record<string, Metadata>>): string {
  const part = /_(bucket|sum|count)$/.exec(name)?.[1];
  const family = part ? name.slice(0, -part.length - 1) : name;
  if (part === "count") return "";
  const said = metadata[name]?.unit || metadata[family]?.unit;
  return said || /_(seconds|bytes|ratio)(?:_total)?$/.exec(family)?.[1] || "";
}

function signed(format: (value: number | null) => string): (value: number | null) => string {
  return (value) => (value !== null && value < 0 ? `−${format(-value)}` : format(value));
}
