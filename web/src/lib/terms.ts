// An election's history on a line: terms, and the time between them in which nobody led. Owns the arithmetic
// of gaps; refuses to draw them.

export interface Term {
  epoch: number;
  leader: string;
  from: string;
  to?: string | null;
  ended_by?: string | null;
}

export interface Election {
  election: string;
  leader: string | null;
  epoch: number;
  since?: string | null;
  expires_at?: string | null;
  vacant_since?: string | null;
}

/** One election with its last terms, the newest first. */
export interface ElectionHistory extends Election {
  history: Term[];
}

/** Servers elect one of them for each chore, and nobody in between: that is no outage. */
export const isOfServers = (election: string): boolean => election.startsWith("paceline-");

/** Since when it is as it is: led by this leader, or by nobody. */
export function standsSince(one: Election | ElectionHistory): string | null {
  if ("history" in one) {
    const last = one.history.reduce<Term | undefined>((best, term) => (best && term.from <= best.from ? best : term), undefined);
    return (one.leader ? last?.from : last?.to) ?? null;
  }
  return one.since ?? one.vacant_since ?? null;
}

/** A stretch of time; without a leader it is an outage. */
export interface Stretch {
  /** The same for as long as the history is. */
  key: string;
  fromMs: number;
  toMs: number;
  /** Null while nobody led. */
  leader: string | null;
  epoch: number;
  endedBy: string | null;
  isNow: boolean;
}

export interface History {
  /** The oldest first, without holes from the first term that is known to now. */
  stretches: Stretch[];
  outages: number;
  outageMs: number;
  /** The share of the known time in which somebody led; null where no time is known. */
  ledShare: number | null;
}

/** Terms as the server lists them, between two moments. The term of who leads now ends now for the eye. */
export function history(terms: readonly Term[], isLed: boolean, fromMs: number, toMs: number, nowMs: number): History {
  const all = stretches(terms, isLed, Math.min(nowMs, Math.max(toMs, fromMs)), nowMs);
  const seen = all.filter((one) => fromMs < one.toMs && one.fromMs < toMs).map((one) => ({ ...one, fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) }));
  const outages = seen.filter((one) => one.leader === null);
  const outageMs = total(outages);
  const knownMs = total(seen);
  return { stretches: seen, outages: outages.length, outageMs, ledShare: 0 < knownMs ? 1 - outageMs / knownMs : null };
}

function stretches(terms: readonly Term[], isLed: boolean, endMs: number, nowMs: number): Stretch[] {
  const oldestFirst = [...terms].sort((a, b) => Date.parse(a.from) - Date.parse(b.from) || a.epoch - b.epoch);
  const found: Stretch[] = [];
  oldestFirst.forEach((term, index) => {
    const begin = Date.parse(term.from);
    const next = oldestFirst[index + 1];
    const nextMs = next ? Date.parse(next.from) : null;
    // An imported term may have no end. The next one ends it; without a next one nothing is known of what came then.
    const isUntold = !term.to && nextMs === null && !isLed;
    const end = term.to ? Date.parse(term.to) : isUntold ? begin : (nextMs ?? nowMs);
    const until = nextMs === null ? end : Math.min(end, nextMs);
    const isNow = !term.to && nextMs === null && isLed;
    found.push({ key: `${begin} ${term.epoch}`, fromMs: begin, toMs: until, leader: term.leader, epoch: term.epoch, endedBy: isUntold ? "untold" : (term.ended_by ?? null), isNow });
    const gapEnd = nextMs ?? (isNow || isUntold ? until : Math.max(until, endMs));
    if (until < gapEnd) found.push({ key: `${until} none`, fromMs: until, toMs: gapEnd, leader: null, epoch: term.epoch, endedBy: null, isNow: nextMs === null });
  });
  return found;
}

const total = (all: readonly Stretch[]) => all.reduce((sum, one) => sum + one.toMs - one.fromMs, 0);

/** Of each leader a number, in order of appearance from the oldest: its colour for as long as the history is the same. */
export function leaderNumbers(terms: readonly Term[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const term of [...terms].reverse()) if (!numbers.has(term.leader)) numbers.set(term.leader, numbers.size);
  return numbers;
}

/** How a term ended, in words. */
export function ending(endedBy: string | null): string {
  const words: Record<string, string> = {
    resigned: "resigned", expired: "ran out unrenewed", deregistered: "its agent left", died: "its agent died", untold: "it is not known when",
  };
  return endedBy === null ? "" : (words[endedBy] ?? endedBy);
}
