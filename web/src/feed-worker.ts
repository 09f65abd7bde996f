// The feed's worker. Owns the WebSocket: a browser hands a message over in pieces of a thousand bytes, a task each, and here those
// are not the page's. Refuses to know what is sent, and any address but the server's own.

import { relay } from "./lib/far-socket";

/** For each connection the page sends the subprotocols and the port that it talks through. */
onmessage = ({ data, ports: [port] }: MessageEvent<string[]>) => {
  const address = `${location.origin.replace(/^http/, "ws")}/api/live`;
  if (port) relay(new WebSocket(address, data), port);
};
