// The live feed's frames by the names that pages use. Owns which of the wire's types are frames of data and what a page may
// ask for; the shapes are generated (`wire.ts`).

import type * as wire from "./wire";

type Of<T extends wire.LiveFrame["type"]> = Extract<wire.LiveFrame, { type: T }>;

export type FleetFrame = Of<"fleet">;
export type OperationsFrame = Of<"operations">;
export type TasksFrame = Of<"tasks">;
export type AgentFrame = Of<"agent">;
export type ValuesFrame = Of<"values">;
export type AlertsFrame = Of<"alerts">;
export type DataFrame = FleetFrame | OperationsFrame | TasksFrame | AgentFrame | ValuesFrame | AlertsFrame;
export type ErrorFrame = Of<"error">;
export type PongFrame = Of<"pong">;

export type Health = wire.Agent["health"];
export type Activity = wire.Agent["status"];
export type TaskStatus = wire.LiveTask["status"];
export type NewAgent = wire.LiveFleetAgent;
export type AgentColumns = wire.LiveAgentRows;
/** As the wire has it (`LiveQueue`), by any name of a status. */
export type Queue = Record<TaskStatus, number>;
export type Waiting = wire.LiveWaiting;
export type Rates = wire.LiveRates;
export type Leader = wire.LeaderState;
export type FleetEvent = wire.LiveEvent;
export type OperationColumns = wire.LiveOperationRows;
export type TaskRow = wire.LiveTask;
export type AgentOperation = wire.LiveAgentOperation;
export type AgentToolCall = wire.LiveToolCall;
export type AgentDetail = wire.Agent;
export type WireValue = wire.LiveValue;

/** What a subscription asks for: exactly one thing. */
export type Topic = { fleet: true } | { operations: true } | { tasks: true } | { alerts: true } | { agent: string } | { query: string };
