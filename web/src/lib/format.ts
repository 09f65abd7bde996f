// Numbers and times as people read them. Owns units and rounding: three digits that count, always with the
// unit; refuses a number without a meaning (a dash stands for none).

export const NONE = "–";

const group = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1,234`; `56.7 k` would hide a task that a person counts. */
export function count(value: number | null | undefined): string {
  return isNumber(value) ? group.format(value) : NONE;
}

/** `1.23 k`, for axes and tiles, where room is short. */
export function shortCount(value: number | null | undefined): string {
  if (!isNumber(value)) return NONE;
  const size = Math.abs(value);
  if (size < 1000) return digits(value);
  const step = size < 1e6 ? 1e3 : size < 1e9 ? 1e6 : 1e9;
  return `${digits(value / step)} ${{ 1e3: "k", 1e6: "M", 1e9: "G" }[step]}`;
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A number of any size with three digits that count. */
export function digits(value: number | null | undefined): string {
  if (!isNumber(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001 || 1e15 <= size) return value.toExponential(1);
  const places = size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;
  const text = value.toFixed(places);
  return places === 0 ? group.format(value) : text.replace(/\.?0+$/, "");
}

export function percent(share: number | null | undefined): string {
  return isNumber(share) ? `${digits(share * 100)} %` : NONE;
}

export function rate(perSecond: number | null | undefined): string {
  if (!isNumber(perSecond)) return NONE;
  return 0 < perSecond && perSecond < 0.001 ? "< 0.001/s" : `${shortCount(perSecond)}/s`;
}

export function bytes(value: number | null | undefined): string {
  if (!isNumber(value)) return NONE;
  const units = ["B", "KB", "MB", "GB", "TB"];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${digits(value / 1024 ** step)} ${units[step]}`;
}

export function microseconds(value: number | null | undefined): string {
  return isNumber(value) ? duration(value / 1000) : NONE;
}

export function seconds(value: number | null | undefined): string {
  return isNumber(value) ? duration(value * 1000) : NONE;
}

/** From milliseconds: `310 µs`, `12.5 ms`, `1.2 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`. */
export function duration(ms: number | null | undefined): string {
  if (!isNumber(ms)) return NONE;
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms === 0) return "0 ms";
  if (ms < 0.9995) return `${digits(ms * 1000)} µs`;
  if (ms < 999.5) return `${digits(ms)} ms`;
  if (ms < 59_950) return `${digits(ms / 1000)} s`;
  if (ms < 3_599_500) return two(Math.round(ms / 1000), 60, "min", "s");
  if (ms < 86_370_000) return two(Math.round(ms / 60_000), 60, "h", "min");
  return two(Math.round(ms / 3_600_000), 24, "d", "h");
}

function two(small: number, each: number, large: string, unit: string): string {
  const rest = small % each;
  return rest === 0 ? `${small / each} ${large}` : `${Math.floor(small / each)} ${large} ${rest} ${unit}`;
}

/** `12 s ago`, `in 3 min`, `now`. */
export function ago(atMs: number | null | undefined, nowMs: number): string {
  if (!isNumber(atMs)) return NONE;
  const past = nowMs - atMs;
  if (Math.abs(past) < 1000) return "now";
  // Seconds that are counted by eye need no fraction.
  const text = coarse(Math.abs(past));
  return 0 < past ? `${text} ago` : `in ${text}`;
}

/** A duration in one unit, rounded down. */
export function coarse(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

const pad = (value: number, length = 2) => String(value).padStart(length, "0");

/** `14:03:07`, local. */
export function clockTime(atMs: number | null | undefined): string {
  if (!isNumber(atMs)) return NONE;
  const at = new Date(atMs);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** `2026-10-05 14:03:07`, local. */
export function dateTime(atMs: number | null | undefined): string {
  return isNumber(atMs) ? `${date(atMs)} ${clockTime(atMs)}` : NONE;
}

export function date(atMs: number | null | undefined): string {
  if (!isNumber(atMs)) return NONE;
  const at = new Date(atMs);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** A moment on an axis that spans so many seconds: no more than tells it from its neighbours. */
export function axisTime(atMs: number, spanSeconds: number): string {
  if (spanSeconds <= 120) return clockTime(atMs);
  if (spanSeconds <= 36 * 3600) return clockTime(atMs).slice(0, 5);
  return spanSeconds <= 5 * 86_400 ? `${date(atMs).slice(5)} ${clockTime(atMs).slice(0, 5)}` : date(atMs).slice(5);
}

/** An RFC 3339 time as milliseconds; null where there is none. */
export function parseTime(text: string | null | undefined): number | null {
  const at = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** An id short enough for a table: its kind and its last six characters, which are the random ones. Imported ids have kinds too. */
export function shortId(id: string): string {
  if (id.length <= 14) return id;
  const kind = /^[a-z]{1,8}[_-]/i.exec(id)?.[0] ?? id.slice(0, 4);
  return `${kind}…${id.slice(-6)}`;
}

/** The server's messages are fragments. */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** `task_enqueue` as `task enqueue`. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
