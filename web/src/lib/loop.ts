// When frames become pictures. Owns the one animation frame that everything on a page shares and the lag
// that it measures; refuses to know stores and components.

export interface Screen {
  /** Runs before the next picture. */
  onFrame(run: () => void): void;
  /** Runs once that picture has been handed over. */
  afterPaint(run: () => void): void;
  isHidden(): boolean;
  /** Milliseconds since 1970 on this clock, with a fraction. */
  now(): number;
}

const LAGS_MAX = 512;

export class Loop {
  /** Milliseconds from a commit on the server to the picture that shows it, the newest last. */
  readonly lags: number[] = [];
  /** Milliseconds of script that each picture cost, the newest last. */
  readonly costs: number[] = [];
  private jobs: (() => number | null)[] = [];
  private painters = new Set<() => void>();
  private isAsked = false;

  constructor(
    private readonly screen: Screen,
    private readonly offsetMs: () => number,
  ) {}

  /** Applies a frame before the next picture; `apply` answers the server's time of its newest change. */
  add(apply: () => number | null): void {
    // A page that nobody sees gets no animation frames, and must not pile up what it was sent.
    if (this.screen.isHidden()) {
      apply();
      return;
    }
    this.jobs.push(apply);
    this.ask();
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
    for (const run of this.painters) run();
    keep(this.costs, this.screen.now() - started);
    if (changes.length === 0) return;
    this.screen.afterPaint(() => {
      const painted = this.screen.now() + this.offsetMs();
      for (const at of changes) keep(this.lags, Math.max(0, painted - at));
    });
  }
}

function keep(list: number[], value: number): void {
  list.push(value);
  if (LAGS_MAX < list.length) list.shift();
}
