// A dependency graph as layers. Owns Kahn's levels, the order within a level and what a cancellation takes with it;
// refuses pixels: columns and lines are numbers of places.

import type { GraphNode } from "./task-types";
import { isOver } from "./task-types";

export interface Placed {
  node: GraphNode;
  level: number;
  /** Within the level, from 0. */
  line: number;
}

export interface Layout {
  placed: Placed[];
  levels: number;
  /** Lines of the fullest level. */
  lines: number;
  edges: { from: Placed; to: Placed }[];
}

/** Each task one level after the last of its prerequisites; those of a cycle, which the server refuses, share the end. */
export function levelsOf(nodes: readonly GraphNode[]): Map<string, number> {
  const level = new Map<string, number>();
  const waiting = new Map(nodes.map((one) => [one.task_id, one.prerequisites.length]));
  const dependents = dependentsOf(nodes);
  let ahead = nodes.filter((one) => one.prerequisites.length === 0).map((one) => one.task_id);
  for (let at = 0; 0 < ahead.length; at += 1) {
    const next: string[] = [];
    for (const id of ahead) {
      level.set(id, at);
      for (const dependent of dependents.get(id) ?? []) {
        const left = (waiting.get(dependent) ?? 0) - 1;
        waiting.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    ahead = next;
  }
  const last = Math.max(0, ...level.values());
  for (const one of nodes) if (!level.has(one.task_id)) level.set(one.task_id, last + 1);
  return level;
}

export function layout(nodes: readonly GraphNode[]): Layout {
  const level = levelsOf(nodes);
  const columns: Placed[][] = [];
  for (const node of nodes) {
    const at = level.get(node.task_id) ?? 0;
    const column = (columns[at] ??= []);
    column.push({ node, level: at, line: column.length });
  }
  const places = new Map(columns.flat().map((one) => [one.node.task_id, one]));
  untangle(columns, places);
  const placed = columns.flat();
  const edges = placed.flatMap((to) => to.node.prerequisites.flatMap((id) => {
    const from = places.get(id);
    return from ? [{ from, to }] : [];
  }));
  return { placed, levels: columns.length, lines: Math.max(0, ...columns.map((one) => one.length)), edges };
}

/** Places each task near the middle of its neighbours, forth and back (Sugiyama, Tagawa, Toda 1981). */
function untangle(columns: Placed[][], places: Map<string, Placed>): void {
  const dependents = dependentsOf(columns.flat().map((one) => one.node));
  const middle = (ids: readonly string[], otherwise: number) => {
    const lines = ids.map((id) => places.get(id)?.line).filter((line) => line !== undefined);
    return lines.length === 0 ? otherwise : lines.reduce((sum, line) => sum + line, 0) / lines.length;
  };
  const sweep = (column: Placed[], near: (one: Placed) => readonly string[]) => {
    const wished = new Map(column.map((one) => [one, middle(near(one), one.line)]));
    column.sort((a, b) => (wished.get(a) ?? 0) - (wished.get(b) ?? 0));
    column.forEach((one, line) => (one.line = line));
  };
  for (let round = 0; round < 4; round += 1) {
    for (const column of columns) sweep(column, (one) => one.node.prerequisites);
    for (const column of [...columns].reverse()) sweep(column, (one) => dependents.get(one.node.task_id) ?? []);
  }
}

export function dependentsOf(nodes: readonly GraphNode[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const node of nodes) for (const id of node.prerequisites) dependents.set(id, [...(dependents.get(id) ?? []), node.task_id]);
  return dependents;
}

/** What is cancelled with a task: whatever waits for it, transitively, and is not over. */
export function cascade(nodes: readonly GraphNode[], id: string): GraphNode[] {
  const byId = new Map(nodes.map((one) => [one.task_id, one]));
  const dependents = dependentsOf(nodes);
  const found = new Map<string, GraphNode>();
  const ahead = [id];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    for (const dependent of dependents.get(next) ?? []) {
      const node = byId.get(dependent);
      if (!node || isOver(node.status) || found.has(dependent)) continue;
      found.set(dependent, node);
      ahead.push(dependent);
    }
  }
  return [...found.values()];
}
