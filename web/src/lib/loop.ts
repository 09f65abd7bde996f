// When frames become pictures. Owns the one animation frame that everything on a page shares and the lag
// that it measures; refuses to know stores and components.

import { Lags, type Moments } from "./lags";

/** When the changes of a frame happened, on the server's clock; null when that says nothing. */
export type Happened = Moments | number | null;

export interface Screen {
  /** Runs before the next picture. */
  onFrame(run: () => void): void;
  /** Runs once that picture has been handed over. */
  afterPaint(run: () => void): void;
  after(ms: number, run: () => void): void;
  isHidden(): boolean;
  /** Milliseconds since 1970 on this clock, with a fraction. */
  now(): number;
}

const COSTS_MAX = 512;
/** A busy fleet's next frame comes within it. */
const SOON_MS = 150;

export class Loop {
  /** From a commit on the server to the picture that shows it. */
  readonly lags = new Lags();
  /** Milliseconds of script that each picture cost, the newest last. */
  readonly costs: number[] = [];
  private jobs: (() => Happened)[] = [];
  private riders: (() => void)[] = [];
  private painters = new Set<() => void>();
  private isAsked = false;

  constructor(
    private readonly screen: Screen,
    private readonly offsetMs: () => number,
  ) {}

  /** Applies a frame before the next picture; `apply` answers when its changes happened. */
  add(apply: () => Happened): void {
    // A page that nobody sees gets no animation frames, and must not pile up what it was sent.
    if (this.screen.isHidden()) {
      apply();
      return;
    }
    this.jobs.push(apply);
    this.ask();
  }

  /** Runs in the next picture that there is anyway, or soon in one of its own: most of what a picture costs is its being made. */
  soon(run: () => void): void {
    if (this.screen.isHidden()) return run();
    this.riders.push(run);
    if (this.riders.length === 1) this.screen.after(SOON_MS, () => 0 < this.riders.length && this.ask());
  }

  /** Paints without a frame having come, such as after a resize. */
  ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    this.screen.onFrame(() => this.paint());
  }

  onPaint(run: () => void): () => void {
    this.painters.add(run);
    return () => this.painters.delete(run);
  }

  private paint(): void {
    this.isAsked = false;
    const started = this.screen.now();
    const jobs = this.jobs;
    this.jobs = [];
    const changes = jobs.map((job) => job()).filter((at) => at !== null);
    for (const run of [...this.riders.splice(0), ...this.painters]) run();
    this.costs.push(this.screen.now() - started);
    if (COSTS_MAX < this.costs.length) this.costs.shift();
    if (changes.length === 0) return;
    this.screen.afterPaint(() => {
      const painted = this.screen.now() + this.offsetMs();
      for (const at of changes) {
        if (typeof at === "number") this.lags.add(at, painted);
        else this.lags.addAll(at, painted);
      }
    });
  }
}
