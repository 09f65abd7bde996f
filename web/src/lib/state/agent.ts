// One agent as frames tell it: what it is, its freshest operations and tool calls. Owns their bound and order.

import type { AgentDetail, AgentFrame, AgentOperation, AgentToolCall } from "../feed-types";

const LINES_MAX = 500;

export class AgentState {
  isKnown = false;
  agent: AgentDetail | null = null;
  /** The newest first. */
  operations: AgentOperation[] = [];
  toolCalls: AgentToolCall[] = [];
  skipped = 0;

  apply(frame: AgentFrame): number | null {
    if (frame.full) {
      this.isKnown = true;
      this.agent = null;
      this.operations = [];
      this.toolCalls = [];
      this.skipped = 0;
    }
    if (frame.agent !== undefined) this.agent = frame.agent;
    this.operations = freshest(this.operations, frame.operations);
    this.toolCalls = freshest(this.toolCalls, frame.tool_calls);
    this.skipped += frame.skipped ?? 0;
    return frame.full ? null : newest(frame);
  }
}

function freshest<T extends { n: number }>(known: T[], more: T[] | undefined): T[] {
  if (!more?.length) return known;
  return [...more].sort((a, b) => b.n - a.n).concat(known).slice(0, LINES_MAX);
}

function newest(frame: AgentFrame): number | null {
  let at = 0;
  for (const one of frame.operations ?? []) at = Math.max(at, one.at_ms);
  return 0 < at ? at : null;
}
