// What the record says of the time in the address. Owns how often it is read: a long time is a long read.

import { period, type Performance } from "../../lib/operations";
import { refreshMs } from "../../lib/range";
import { useReading, type Reading } from "../reading";
import { range } from "../router";
import { api, serverNow } from "../session";

const PAUSE_MS_MIN = 30_000;

export function useRecord(operation?: string): Reading<Performance> {
  const pause = () => {
    const ms = refreshMs(range());
    return ms === null ? null : Math.max(PAUSE_MS_MIN, ms);
  };
  return useReading(range, (now, signal) => api.get<Performance>("/api/performance", { ...period(now, serverNow()), operation: operation ?? null }, signal), pause);
}
