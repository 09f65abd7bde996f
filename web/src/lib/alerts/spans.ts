// Stretches of time as people write them: `90s`, `2h 30m`. Owns reading and writing that.

const UNITS: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90m`, `2h 30m`, `1d`; null where it says no time. */
export function parseSpan(text: string): number | null {
  const compact = text.toLowerCase().replaceAll(/\s+/g, "");
  if (!/^(?:\d+(?:\.\d+)?(?:min|[smhdw]))+$/.test(compact)) return null;
  const seconds = [...compact.matchAll(/(\d+(?:\.\d+)?)(min|[smhdw])/g)].reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
  return 0 < seconds ? Math.round(seconds) : null;
}

/** `90` as `1m 30s`. */
export function writeSpan(seconds: number): string {
  if (!(0 < seconds)) return "0s";
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, size] of [["d", 86_400], ["h", 3600], ["m", 60], ["s", 1]] as const) {
    if (size <= rest) parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return parts.join(" ") || "0s";
}
