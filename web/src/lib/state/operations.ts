// Operations as frames tell them, one line each. Owns how a frame changes them; refuses to judge them.

import type { OperationColumns, OperationsFrame } from "../feed-types";

export interface OperationRow {
  name: string;
  /** Since the server's start. */
  count: number;
  errors: number;
  rejected: number;
  /** Of the last minute; null without any. */
  rate: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  mean: number | null;
  queue: number | null;
  execute: number | null;
  commit: number | null;
}

export class OperationsState {
  isKnown = false;
  rows: OperationRow[] = [];

  apply(frame: OperationsFrame): number | null {
    if (frame.full) {
      this.isKnown = true;
      this.rows = [];
    }
    frame.names?.forEach((name, ref) => {
      if (this.rows[ref]?.name !== name) this.rows[ref] = empty(name);
    });
    if (frame.rows) this.update(frame.rows);
    // Snapshots of a second, not changes at a moment: no lag can be read from them.
    return null;
  }

  private update(columns: OperationColumns): void {
    columns.refs.forEach((ref, line) => {
      const old = this.rows[ref];
      if (!old) return;
      this.rows[ref] = {
        name: old.name,
        count: columns.count[line] ?? 0,
        errors: columns.errors[line] ?? 0,
        rejected: columns.rejected[line] ?? 0,
        rate: columns.rate[line] ?? null,
        p50: columns.p50_us[line] ?? null,
        p95: columns.p95_us[line] ?? null,
        p99: columns.p99_us[line] ?? null,
        mean: columns.mean_us[line] ?? null,
        queue: columns.queue_us[line] ?? null,
        execute: columns.execute_us[line] ?? null,
        commit: columns.commit_us[line] ?? null,
      };
    });
  }
}

function empty(name: string): OperationRow {
  const none = { rate: null, p50: null, p95: null, p99: null, mean: null, queue: null, execute: null, commit: null };
  return { name, count: 0, errors: 0, rejected: 0, ...none };
}
