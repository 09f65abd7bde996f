// Kept results of `paceline bench` as `GET /api/benchmark-history` answers them. Owns their shapes, the level of each
// stretch between two steps, and each step in a sentence; where the steps are, the server says.

import { date, NONE, parseTime } from "../format";
import { quantile } from "../quantile";
import { change, count } from "./words";

export interface BenchmarkResult {
  name: string;
  measured_at: string;
  version: string;
  commit: string | null;
  partial: boolean;
}

export interface BenchmarkStep {
  /** The first result on the new level. */
  result: number;
  change: number;
  low: number;
  high: number;
}

export interface Course {
  operation: string;
  figure: string;
  unit: string;
  load: string;
  is_cost: boolean;
  points: { result: number; runs: number; median: number; p99_ms?: number | null }[];
  steps: BenchmarkStep[];
}

export interface History {
  results: BenchmarkResult[];
  courses: Course[];
  left_out: string[];
}

/** As `paceline bench` writes figures: three digits that count, never fewer than the unit. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return value < 1 ? value.toFixed(3) : value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : count(Math.round(value));
}

/** At each point the median of its stretch. */
export function levels(course: Course): number[] {
  const starts = new Set(course.steps.map((step) => step.result));
  const stretches: number[][] = [[]];
  for (const point of course.points) {
    if (starts.has(point.result)) stretches.push([]);
    stretches.at(-1)?.push(point.median);
  }
  return stretches.flatMap((values) => values.map(() => quantile(values, 0.5)));
}

/** Less of a cost is better, and more of a rate. */
export const isBetter = (course: Course, step: BenchmarkStep): boolean => course.is_cost === step.change < 0;

export function told(course: Course, step: BenchmarkStep, results: readonly BenchmarkResult[]): string {
  const first = results[step.result];
  const at = first?.commit ? `commit \`${first.commit}\`` : (first?.version ?? "");
  const [low, high] = [step.low, step.high].map(change);
  const word = isBetter(course, step) ? "better" : "worse";
  return `From ${date(parseTime(first?.measured_at))} on (${at}) ${change(step.change)}, between ${low} and ${high}: ${word}.`;
}

/** What moved most first, then by name. */
export function ordered(courses: readonly Course[]): Course[] {
  const moved = (one: Course) => Math.max(0, ...one.steps.map((step) => Math.abs(step.change)));
  return [...courses].sort((a, b) => moved(b) - moved(a) || a.operation.localeCompare(b.operation) || a.figure.localeCompare(b.figure));
}

/** From the first result to the last. */
export function whole(course: Course): number | null {
  const [first, last] = [course.points[0]?.median, course.points.at(-1)?.median];
  return first !== undefined && last !== undefined && 1 < course.points.length && first !== 0 ? last / first - 1 : null;
}
