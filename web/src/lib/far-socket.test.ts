import { expect, test } from "vitest";
import { FarSocket, READ_STEP, relay, UNREAD_MAX, type Port } from "./far-socket";

/** Two ends of a channel that deliver when they are told to. */
function channel() {
  const waiting: (() => void)[] = [];
  const end = (): Port & { other?: Port; isClosed: boolean } => ({
    onmessage: null,
    isClosed: false,
    postMessage(message) {
      const { other } = this;
      if (!this.isClosed) waiting.push(() => other?.onmessage?.({ data: message } as MessageEvent));
    },
    close() {
      this.isClosed = true;
    },
  });
  const [page, worker] = [end(), end()];
  [page.other, worker.other] = [worker, page];
  return { page, worker, deliver: () => waiting.splice(0).forEach((run) => run()) };
}

function setUp() {
  const ends = channel();
  const sent: string[] = [];
  const closed: unknown[][] = [];
  const wire = { onopen: null, onmessage: null, onclose: null, send: (text: string) => sent.push(text), close: (...why: unknown[]) => closed.push(why) } as unknown as WebSocket;
  const socket = new FarSocket(ends.page);
  relay(wire, ends.worker);
  const heard: unknown[] = [];
  socket.onopen = () => heard.push("open");
  socket.onmessage = ({ data }) => heard.push(data);
  socket.onclose = (event) => heard.push(event);
  return { ...ends, wire, socket, sent, closed, heard, says: (text: string) => wire.onmessage?.({ data: text } as MessageEvent) };
}

test("what comes and goes through the worker is what a WebSocket of the page's own would bring", () => {
  const { wire, socket, sent, heard, says, deliver, page } = setUp();
  wire.onopen?.({} as Event);
  says("a");
  says("b");
  deliver();
  socket.send("c");
  deliver();
  wire.onclose?.({ code: 1006, reason: "gone" } as CloseEvent);
  deliver();
  expect([heard, sent, page.isClosed]).toEqual([["open", "a", "b", { is: "closed", code: 1006, reason: "gone" }], ["c"], true]);
});

test("a connection that the page gives up is closed in the worker", () => {
  const { socket, closed, deliver, page } = setUp();
  socket.close();
  deliver();
  expect([closed, page.isClosed]).toEqual([[[]], true]);
});

test("a page that reads may be sent any number of messages", () => {
  const { heard, says, deliver, closed } = setUp();
  const text = "x".repeat(READ_STEP);
  const rounds = (2 * UNREAD_MAX) / READ_STEP;
  for (let round = 0; round < rounds; round += 1) {
    says(text);
    // What came, then what the page says of it.
    deliver();
    deliver();
  }
  expect([heard.length, closed]).toEqual([rounds, []]);
});

test("what waits for a page that does not read is bounded, and the page learns that its feed has ended", () => {
  const { heard, says, deliver, closed, wire } = setUp();
  const text = "x".repeat(UNREAD_MAX / 4);
  for (let round = 0; round < 5; round += 1) says(text);
  expect([closed, wire.onmessage]).toEqual([[[4000, "the page does not read"]], null]);
  deliver();
  expect(heard.at(-1)).toEqual({ is: "closed", code: 4000, reason: "the page does not read" });
});
