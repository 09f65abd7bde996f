// What the record says of the time in the address. Owns how often it is read: a long time is a long read.

import type { Performance } from "../../lib/performance";
import { period } from "../../lib/performance";
import { refreshMs } from "../../lib/range";
import { range } from "../router";
import { useRead, type Read } from "../read";
import { serverNow } from "../session";

const PAUSE_MS_MIN = 15_000;

export function useRecord(operation?: string): Read<Performance> {
  const pause = () => {
    const ms = refreshMs(range());
    return ms === null ? null : Math.max(PAUSE_MS_MIN, ms);
  };
  return useRead(() => ["/api/performance", { ...period(range(), serverNow()), ...(operation ? { operation } : {}) }], pause);
}
