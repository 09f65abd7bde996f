// A WebSocket that lives in a worker, as the page uses it. Owns both ends of the port between the two and the bound on
// what may wait in it; refuses to know what is sent, and who makes workers.
//
//   page                      port                       worker
//   FarSocket ── text to send, {read}, {close} ────────▶ relay ── WebSocket
//             ◀── text that came, {is: "open" | "closed"} ──

import type { Socket } from "./feed";

/** One end of a message channel. */
export interface Port {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown): void;
  close(): void;
}

type FromPage = string | { read: number } | { close: true };
type FromWorker = string | { is: "open" } | { is: "closed"; code: number; reason: string };

/** The page says what it has read each time that it is more than this, in characters. */
export const READ_STEP = 1 << 18;
/** A page that has so much before it does not read: without the worker, the server would have cut it off. */
export const UNREAD_MAX = 1 << 24;
const NOT_READING = 4000;

export class FarSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  private read = 0;

  constructor(private readonly port: Port) {
    port.onmessage = ({ data }) => this.heard(data as FromWorker);
  }

  send(text: string): void {
    this.tell(text);
  }

  close(): void {
    this.tell({ close: true });
    this.port.close();
  }

  private heard(message: FromWorker): void {
    if (typeof message === "string") return this.received(message);
    if (message.is === "open") return this.onopen?.();
    this.port.close();
    this.onclose?.(message);
  }

  private received(text: string): void {
    this.onmessage?.({ data: text });
    this.read += text.length;
    if (this.read < READ_STEP) return;
    this.tell({ read: this.read });
    this.read = 0;
  }

  private tell(message: FromPage): void {
    this.port.postMessage(message);
  }
}

/** The worker's end: each message is posted once, however many pieces it came in. */
export function relay(socket: WebSocket, port: Port): void {
  let unread = 0;
  const tell = (message: FromWorker) => port.postMessage(message);
  const end = (code: number, reason: string) => {
    socket.onopen = socket.onmessage = socket.onclose = null;
    tell({ is: "closed", code, reason });
    port.close();
  };
  socket.onopen = () => tell({ is: "open" });
  socket.onclose = ({ code, reason }) => end(code, reason);
  socket.onmessage = ({ data }) => {
    const text = String(data);
    unread += text.length;
    tell(text);
    if (unread <= UNREAD_MAX) return;
    socket.close(NOT_READING, "the page does not read");
    end(NOT_READING, "the page does not read");
  };
  port.onmessage = ({ data }) => {
    const message = data as FromPage;
    if (typeof message === "string") socket.send(message);
    else if ("read" in message) unread -= message.read;
    else socket.close();
  };
}
