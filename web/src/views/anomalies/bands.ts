// Anomalies of what a chart shows, as its bands. Owns asking for them over the page's time, again while it moves; a chart without
// them is still a chart: what goes wrong here is not said twice.

import { createMemo, type Accessor } from "solid-js";
import type { AlertList, Anomaly, AnomalyList } from "../../lib/wire";
import { bandsOf } from "../../lib/alerts/anomalies";
import type { Band } from "../../lib/bands";
import { bounds, refreshMs } from "../../lib/range";
import { useReading } from "../reading";
import { range } from "../router";
import { api, serverNow } from "../session";
import { version } from "../alerting";

const LIMIT = 200;
const PAUSE_MS_MIN = 15_000;
const ABOUT_MAX = 4;
/** What goes on is drawn to the end of the chart, which moves. */
const RUNS_ON_S = 3_600;

export interface Bands {
  (): readonly Band[];
  all: Accessor<readonly Anomaly[]>;
}

type Asked = { about?: string; agent_id?: string };

/** One list for all of `about`, by names of metrics or operations, or of one agent. */
export function useAnomalyBands(asked: Accessor<readonly Asked[]>): Bands {
  const wanted = createMemo(() => JSON.stringify([asked().slice(0, ABOUT_MAX), range()]));
  const read = async (_: unknown, signal: AbortSignal) => {
    const { fromMs, toMs } = bounds(range(), serverNow());
    const time = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), limit: LIMIT };
    const lists = await Promise.all(asked().slice(0, ABOUT_MAX).map((one) => api.get<AnomalyList>("/api/anomalies", { ...time, ...one }, signal)));
    const found = new Map(lists.flatMap((list) => list.items).map((one) => [one.anomaly_id, one]));
    return { items: [...found.values()], toSeconds: toMs / 1000 };
  };
  const pause = () => {
    const ms = refreshMs(range());
    return ms === null ? null : Math.max(PAUSE_MS_MIN, ms);
  };
  const answer = useReading(wanted, read, pause);
  const bands = createMemo<readonly Band[]>(() => bandsOf(answer()?.items ?? [], answer()?.toSeconds ?? 0), [], { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  return Object.assign(bands, { all: () => answer()?.items ?? [] });
}

/** Alerts that fire now and whose place to look is this page, since when they do. */
export function useAlertBands(address: string): Accessor<readonly Band[]> {
  const firing = useReading(version, (_, signal) => api.get<AlertList>("/api/alerts", { state: "firing", limit: 500 }, signal));
  const isHere = (link: string) => link === address || link.startsWith(`${address}?`);
  return createMemo<readonly Band[]>(() => (firing()?.items ?? []).filter((one) => isHere(one.link)).map((one) => ({
    from: Date.parse(one.fired_at ?? one.active_at) / 1000, to: serverNow() / 1000 + RUNS_ON_S, colour: "bad", label: `alert ${one.name}: ${one.sentence}`, href: "/alerts", isOpen: true,
  })), [], { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
}
