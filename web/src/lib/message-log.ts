// Messages as pages of them come. Owns the order (the newest first, each once) and what is known without a
// gap; refuses to fetch them.

export type Recipient = { agent: string } | { role: string } | { topic: string } | { all: true };

export interface Message {
  message_id: string;
  /** Orders all messages. */
  position: number;
  from?: string;
  to: Recipient;
  type: string;
  payload?: unknown;
  reply_to?: string;
  sent_at: string;
  /** Of the one recipient. */
  delivered_at?: string;
  acked_at?: string;
  /** Of a message to many. */
  audience?: { listeners: number; delivered: number; acked: number };
}

export interface MessagePage {
  items: Message[];
  next_cursor: string | null;
}

/** More rows than anybody scrolls through; from then on the list begins anew. */
const KNOWN_MAX = 5_000;

export class MessageLog {
  private readonly known = new Map<number, Message>();
  /** Positions, the newest first. */
  order: number[] = [];
  /** Where older ones go on; null at the first message. */
  cursor: string | null = null;

  get(position: number): Message | undefined {
    return this.known.get(position);
  }

  /** Takes what changed of known messages; answers how many others the page has. */
  refresh(page: MessagePage): number {
    const known = page.items.filter((one) => this.known.has(one.position));
    for (const one of known) this.known.set(one.position, one);
    return page.items.length - known.length;
  }

  /** Takes the newest page. Where it does not reach down to what is known, that is let go: a list with a gap would lie. */
  newest(page: MessagePage): void {
    const isJoined = page.next_cursor === null || page.items.some((one) => this.known.has(one.position));
    if (!isJoined || KNOWN_MAX < this.order.length + page.items.length) this.clear();
    const wasEmpty = this.order.length === 0;
    this.put(page.items);
    if (wasEmpty) this.cursor = page.next_cursor;
  }

  /** Takes the page that `cursor` asked for. */
  older(page: MessagePage): void {
    this.put(page.items);
    this.cursor = page.next_cursor;
  }

  clear(): void {
    this.known.clear();
    this.order = [];
    this.cursor = null;
  }

  private put(items: readonly Message[]): void {
    for (const one of items) this.known.set(one.position, one);
    this.order = [...this.known.keys()].sort((a, b) => b - a);
  }
}

/** A recipient in a word and a name. */
export function recipient(to: Recipient): { kind: "agent" | "role" | "topic" | "all"; name: string } {
  if ("agent" in to) return { kind: "agent", name: to.agent };
  if ("role" in to) return { kind: "role", name: to.role };
  return "topic" in to ? { kind: "topic", name: to.topic } : { kind: "all", name: "all" };
}

/** From sending to the given moment, in milliseconds; null where it has not come. */
export function after(message: Message, at: string | undefined): number | null {
  return at === undefined ? null : Math.max(0, Date.parse(at) - Date.parse(message.sent_at));
}

/** What came of a message, in words: `12 ms`, `not yet`, `4 of 6`. */
export function reach(message: Message, which: "delivered" | "acked", duration: (ms: number) => string): { text: string; isOpen: boolean } {
  const { audience } = message;
  if (audience) return { text: `${audience[which]} of ${audience.listeners}`, isOpen: audience[which] < audience.listeners };
  if (!("agent" in message.to)) return { text: "–", isOpen: false };
  const ms = after(message, which === "delivered" ? message.delivered_at : message.acked_at);
  return ms === null ? { text: "not yet", isOpen: true } : { text: duration(ms), isOpen: false };
}
