// The fleet as frames tell it: agents in columns, queue, waiting, rates, leaders, the freshest events.
// Owns how a frame changes them; refuses components, and any order but that of joining.

import type { Activity, AgentColumns, FleetEvent, FleetFrame, Health, Leader, NewAgent, Queue, Rates, Waiting } from "../feed-types";
import type { Happened } from "../loop";
import { Ring } from "../ring";

export const HEALTHS: readonly Health[] = ["healthy", "warning", "stale", "dead"];
const EVENTS_MAX = 200;
const RATES_MAX = 900;

/** One column a field; a line's number is the agent's ref. */
export interface Agents {
  id: string[];
  name: string[];
  role: (string | null)[];
  types: string[][];
  registeredAt: number[];
  health: Health[];
  status: Activity[];
  running: number[];
  completed: number[];
  failed: number[];
  operations: number[];
  errors: number[];
  changedAt: number[];
  task: (string | null)[];
}

const noAgents = (): Agents => ({
  id: [], name: [], role: [], types: [], registeredAt: [], health: [], status: [], running: [],
  completed: [], failed: [], operations: [], errors: [], changedAt: [], task: [],
});

export class FleetState {
  isKnown = false;
  agents = noAgents();
  /** Refs of the agents that are here, in the order of joining. */
  present: number[] = [];
  /** Rises when an agent came or went. */
  membership = 0;
  queue: Queue | null = null;
  waiting: Waiting | null = null;
  rates: Rates | null = null;
  leaders: Leader[] = [];
  /** The newest first. */
  events: FleetEvent[] = [];
  eventsSkipped = 0;
  /** Whether agents' counts are sent: not while agent metrics are switched off. */
  hasCounts = true;
  leftOut = 0;
  /** Operations, errors and completed tasks a second, over the last minutes. */
  readonly history = new Ring(RATES_MAX, 3);
  /** What follows from the agents' health, until one of them has another: most frames change none. */
  private counted: Record<Health, number> | null = null;
  private ordered: readonly number[] | null = null;

  /** Answers when what is in the frame happened. */
  apply(frame: FleetFrame): Happened {
    if (frame.full) this.begin();
    for (const one of frame.new ?? []) this.join(one);
    if (frame.agents) this.update(frame.agents);
    if (frame.gone?.length) this.leave(new Set(frame.gone));
    if (frame.new?.length || frame.gone?.length || frame.full) {
      this.membership += 1;
      this.forget();
    }
    this.queue = frame.queue ?? this.queue;
    this.waiting = frame.waiting ?? this.waiting;
    this.leaders = frame.leaders ?? this.leaders;
    if (frame.rates) this.remember(frame.rates, Date.parse(frame.at));
    this.leftOut = frame.agents_left_out ?? this.leftOut;
    this.eventsSkipped = frame.events_skipped ?? 0;
    if (frame.events?.length) this.note(frame.events);
    return frame.full ? null : (frame.moments ?? null);
  }

  counts(): Readonly<Record<Health, number>> {
    this.counted ??= this.count();
    return this.counted;
  }

  /** Those who need a look first, then in the order of joining; the same list until it is another. */
  byHealth(): readonly number[] {
    this.ordered ??= this.order();
    return this.ordered;
  }

  nameOf(ref: number): string {
    return this.agents.name[ref] || this.agents.id[ref] || "";
  }

  private count(): Record<Health, number> {
    const counts = { healthy: 0, warning: 0, stale: 0, dead: 0 };
    for (const ref of this.present) counts[this.agents.health[ref] ?? "healthy"] += 1;
    return counts;
  }

  private order(): number[] {
    const buckets: Record<Health, number[]> = { dead: [], stale: [], warning: [], healthy: [] };
    for (const ref of this.present) buckets[this.agents.health[ref] ?? "healthy"].push(ref);
    return buckets.dead.concat(buckets.stale, buckets.warning, buckets.healthy);
  }

  private forget(): void {
    this.counted = this.ordered = null;
  }

  private begin(): void {
    this.isKnown = true;
    this.agents = noAgents();
    this.present = [];
    this.events = [];
    this.leaders = [];
    this.queue = this.waiting = this.rates = null;
  }

  private join(one: NewAgent): void {
    const { agents } = this;
    const isNew = agents.id[one.ref] === undefined;
    agents.id[one.ref] = one.agent_id;
    agents.name[one.ref] = one.name ?? "";
    agents.role[one.ref] = one.role ?? null;
    agents.types[one.ref] = one.agent_types ?? [];
    agents.registeredAt[one.ref] = one.registered_at_ms;
    if (isNew) this.present.push(one.ref);
  }

  private update(columns: AgentColumns): void {
    const { agents } = this;
    this.hasCounts = columns.completed !== undefined;
    columns.refs.forEach((ref, line) => {
      const health = columns.health[line] ?? "healthy";
      if (agents.health[ref] !== health) this.forget();
      agents.health[ref] = health;
      agents.status[ref] = columns.status[line] ?? "idle";
      agents.running[ref] = columns.running[line] ?? 0;
      agents.completed[ref] = columns.completed?.[line] ?? 0;
      agents.failed[ref] = columns.failed?.[line] ?? 0;
      agents.operations[ref] = columns.operations?.[line] ?? 0;
      agents.errors[ref] = columns.errors?.[line] ?? 0;
      agents.changedAt[ref] = columns.changed_at_ms[line] ?? 0;
      agents.task[ref] = columns.tasks[line] ?? null;
    });
  }

  private leave(gone: Set<number>): void {
    this.present = this.present.filter((ref) => !gone.has(ref));
    for (const ref of gone) delete this.agents.id[ref];
  }

  private remember(rates: Rates, at: number): void {
    this.rates = rates;
    this.history.push(at / 1000, [rates.operations_per_second, rates.errors_per_second, rates.completed_per_second]);
  }

  private note(events: FleetEvent[]): void {
    this.events = [...events].sort((a, b) => b.n - a.n).concat(this.events).slice(0, EVENTS_MAX);
  }
}
