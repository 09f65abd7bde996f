// What an editor of PromQL needs: pieces to colour, what could come at the cursor, and where in the text an
// error is. Owns reading text that is not finished; refuses to judge it: the server's parser does.

export type PieceKind = "space" | "comment" | "string" | "number" | "function" | "word" | "label" | "name" | "sign";

export interface Piece {
  kind: PieceKind;
  text: string;
  at: number;
}

const PIECE = /(\s+)|(#[^\n]*)|("(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?)|(\d[\w.]*)|([A-Za-z_:][\w:]*)|(?:[=!]~|[=!<>]=|[^])/gy;
const AGGREGATIONS = "sum avg min max count topk bottomk quantile stddev stdvar group count_values".split(" ");
const GROUPINGS = "by without on ignoring group_left group_right".split(" ");
const WORDS = new Set([...GROUPINGS, ..."and or unless offset bool start end inf nan".split(" ")]);
const FUNCTIONS = (
  "abs absent absent_over_time avg_over_time ceil changes clamp clamp_max clamp_min count_over_time day_of_month day_of_week day_of_year " +
  "days_in_month delta deriv exp floor histogram_fraction histogram_quantile hour idelta increase irate label_join label_replace " +
  "last_over_time ln log10 log2 max_over_time min_over_time minute month predict_linear present_over_time quantile_over_time rate resets " +
  "round scalar sgn sort sort_desc sqrt stddev_over_time stdvar_over_time sum_over_time time timestamp vector year " +
  "acos acosh asin asinh atan atanh cos cosh deg pi rad sin sinh tan tanh"
).split(" ");
/** What may be called, commonest first, so that `r` offers `rate` before `resets`. */
export const CALLABLE: readonly string[] = ["rate", "sum", "increase", "histogram_quantile", "avg", "max", ...AGGREGATIONS, ...FUNCTIONS];
const DURATIONS = ["1m", "5m", "15m", "1h", "6h", "1d", "7d"];

/** All of the text, piece by piece. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  const open: string[] = [];
  let before = "";
  for (const match of text.matchAll(PIECE)) {
    const [whole, space, comment, string, number, word] = match;
    const at = match.index;
    const kind: PieceKind = space ? "space" : comment ? "comment" : string ? "string" : number ? "number" : word ? wordKind(word, open, text, at) : "sign";
    found.push({ kind, text: whole, at });
    if (kind === "sign") {
      if (whole === "(") open.push(GROUPINGS.includes(before) ? "labels" : "(");
      else if (whole === "{" || whole === "[") open.push(whole);
      else if (")}]".includes(whole)) open.pop();
    }
    if (kind !== "space" && kind !== "comment") before = whole;
  }
  return found;
}

function wordKind(word: string, open: readonly string[], text: string, at: number): PieceKind {
  const place = open.at(-1);
  if (place === "{" || place === "labels") return "label";
  if (place === "[") return "number";
  if (WORDS.has(word)) return "word";
  if (/^\s*\(/.test(text.slice(at + word.length))) return "function";
  return AGGREGATIONS.includes(word) ? "function" : "name";
}

/** What is being typed at the cursor; `from` to `to` is what a choice replaces. */
export interface Place {
  kind: "name" | "label" | "value" | "duration";
  from: number;
  to: number;
  typed: string;
  /** Whose labels: names of metrics. */
  metrics: string[];
  /** Whose values. */
  label: string;
}

/** Null where nothing can be offered: in a number, in a comment, between two values. */
export function placeAt(text: string, cursor: number): Place | null {
  const all = pieces(text);
  const at = all.findIndex((one) => one.at < cursor && cursor <= one.at + one.text.length);
  const piece = all[at];
  const place = (kind: Place["kind"], from: number, to: number, more: Partial<Place> = {}): Place => ({
    kind, from, to, typed: text.slice(from, cursor), metrics: [], label: "", ...more,
  });
  if (!piece) return place("name", cursor, cursor);
  const end = piece.at + piece.text.length;
  const left = all.slice(0, at + 1).filter((one) => one.kind !== "space");
  const inside = bracket(left);
  if (piece.kind === "comment") return null;
  if (piece.kind === "string") {
    const isClosed = 1 < piece.text.length && piece.text.endsWith(piece.text.charAt(0));
    if (inside !== "{" || (isClosed && cursor === end)) return null;
    const label = left.at(-3)?.text ?? "";
    return place("value", piece.at + 1, isClosed ? end - 1 : end, { label, metrics: owner(left) });
  }
  if (inside === "[") return piece.text === "[" ? place("duration", cursor, cursor) : null;
  if (piece.kind === "number") return null;
  if (inside === "{" || inside === "labels") {
    const metrics = inside === "{" ? owner(left) : all.filter((one) => one.kind === "name").map((one) => one.text);
    if (piece.kind === "label") return place("label", piece.at, end, { metrics });
    return "{(,".includes(left.at(-1)?.text ?? "") ? place("label", cursor, cursor, { metrics }) : null;
  }
  if (piece.kind === "name" || piece.kind === "function" || piece.kind === "word") return place("name", piece.at, end);
  return ")]}".includes(left.at(-1)?.text ?? "") ? null : place("name", cursor, cursor);
}

/** The innermost bracket that is still open. */
function bracket(left: readonly Piece[]): string {
  const open: string[] = [];
  left.forEach((one, index) => {
    if (one.kind !== "sign") return;
    if ("({[".includes(one.text)) open.push(one.text === "(" && GROUPINGS.includes(left[index - 1]?.text ?? "") ? "labels" : one.text);
    else if (")}]".includes(one.text)) open.pop();
  });
  return open.at(-1) ?? "";
}

/** The name before the innermost `{`. */
function owner(left: readonly Piece[]): string[] {
  const brace = left.findLastIndex((one) => one.text === "{");
  const before = left[brace - 1];
  return before?.kind === "name" ? [before.text] : [];
}

export interface Choice {
  text: string;
  kind: "metric" | "function" | "label" | "value" | "duration";
}

export interface Known {
  metrics: readonly string[];
  labels: readonly string[];
  values: readonly string[];
}

const CHOICES_MAX = 40;

export function choices(place: Place, known: Known): Choice[] {
  const of = (kind: Choice["kind"], texts: readonly string[]) => matching(texts, place.typed).map((text): Choice => ({ text, kind }));
  if (place.kind === "label") return of("label", known.labels).slice(0, CHOICES_MAX);
  if (place.kind === "value") return of("value", known.values).slice(0, CHOICES_MAX);
  if (place.kind === "duration") return of("duration", DURATIONS);
  // Functions whose name begins so come first; otherwise metrics are what people look for.
  const functions = place.typed === "" ? [] : of("function", [...new Set(CALLABLE)]);
  const isBegun = (one: Choice) => one.text.startsWith(place.typed.toLowerCase());
  const [begun, others] = [functions.filter(isBegun), functions.filter((one) => !isBegun(one))];
  return [...begun.slice(0, 8), ...of("metric", known.metrics), ...others].slice(0, CHOICES_MAX);
}

/** Those that begin so, then those with a part that begins so, then those that have it; in order otherwise. */
export function matching(texts: readonly string[], typed: string): string[] {
  const word = typed.toLowerCase();
  const rank = (text: string) => {
    const at = text.toLowerCase().indexOf(word);
    return at === 0 ? 0 : at < 0 ? 3 : /[_:]/.test(text.charAt(at - 1)) ? 1 : 2;
  };
  const ranked = texts.map((text) => ({ text, rank: rank(text) })).filter((one) => one.rank < 3 && one.text !== typed);
  return ranked.sort((a, b) => a.rank - b.rank).map((one) => one.text);
}

/** The text after a choice, and where the cursor is then. */
export function chosen(text: string, place: Place, choice: Choice): { text: string; cursor: number } {
  const after = text.slice(place.to);
  let word = choice.text;
  if (choice.kind === "value") word = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  const end = { metric: "", function: "(", label: "", value: '"', duration: "]" }[choice.kind];
  const isThere = end !== "" && after.startsWith(end);
  return { text: text.slice(0, place.from) + word + (isThere ? "" : end) + after, cursor: place.from + word.length + end.length };
}

export interface Mistake {
  /** In the text; null where the server did not say. */
  from: number | null;
  to: number;
  message: string;
}

/** The server's error about an expression, and the place in the text that it names: line and byte, from 1. */
export function mistake(text: string, error: string): Mistake {
  const [, line, column, message] = /^(?:invalid parameter "query": )?(\d+):(\d+): (?:parse error: )?([^]*)$/.exec(error) ?? [];
  if (!message) return { from: null, to: 0, message: error };
  const lines = text.split("\n");
  const start = lines.slice(0, Number(line) - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const from = Math.min(text.length, start + unitsOf(lines[Number(line) - 1] ?? "", Number(column) - 1));
  const piece = pieces(text).find((one) => one.at <= from && from < one.at + one.text.length);
  return { from, to: piece && piece.kind !== "space" ? piece.at + piece.text.length : from + 1, message };
}

/** So many bytes of UTF-8 as units of a string. */
function unitsOf(line: string, bytes: number): number {
  let units = 0;
  for (const sign of line) {
    bytes -= new TextEncoder().encode(sign).length;
    if (bytes < 0) break;
    units += sign.length;
  }
  return units;
}

/** A first question to a metric, so that its answer means something. */
export function starter(name: string, kind: string): string {
  if (kind === "histogram") return `histogram_quantile(0.95, sum by (le) (rate(${name}_bucket[5m])))`;
  if (kind === "summary") return `rate(${name}_sum[5m]) / rate(${name}_count[5m])`;
  return kind === "counter" ? `rate(${name}[5m])` : name;
}
