// A list by days, the newest first. Owns where one day ends and its word, in the reader's zone.

import { date } from "../format";

export interface Day<T> {
  word: string;
  items: T[];
}

export function byDays<T>(items: readonly T[], at: (item: T) => number, nowMs: number): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const word = dayWord(at(item), nowMs);
    const last = days.at(-1);
    if (last?.word === word) last.items.push(item);
    else days.push({ word, items: [item] });
  }
  return days;
}

function dayWord(atMs: number, nowMs: number): string {
  const day = date(atMs);
  if (day === date(nowMs)) return "Today";
  const yesterday = new Date(nowMs);
  yesterday.setDate(yesterday.getDate() - 1);
  return day === date(yesterday.getTime()) ? "Yesterday" : day;
}
