// The feed's connection as a browser makes it. Owns the worker that has it, the one policy that may name a worker, and what
// there is without: where no worker starts, the page opens the WebSocket itself, and does more for each message.

import address from "../feed-worker?worker&url";
import { FarSocket } from "../lib/far-socket";
import type { Socket } from "../lib/feed";

/** What TypeScript's types of a browser leave out (W3C Trusted Types, 4.3). */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): string };
}

/** The policy of the document has this name in it once: whoever runs later can make no other. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("paceline-worker", {
  createScriptURL: (text) => {
    if (text !== address) throw new TypeError(`\`${text}\` is not the feed's worker`);
    return text;
  },
});

/** null where none starts. */
let worker: Worker | null | undefined;
let newest: FarSocket | undefined;

export function openSocket(protocols: string[]): Socket {
  if (worker === undefined) worker = start();
  if (!worker) return new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/live`, protocols) as never;
  const { port1, port2 } = new MessageChannel();
  newest = new FarSocket(port1);
  worker.postMessage(protocols, [port2]);
  return newest;
}

function start(): Worker | null {
  try {
    const one = new Worker(policy?.createScriptURL(address) ?? address, { type: "module" });
    one.onerror = () => {
      worker = null;
      // The feed takes it for a break, and comes back without the worker.
      newest?.onclose?.({ code: 1006, reason: "the worker does not start" });
    };
    return one;
  } catch {
    return null;
  }
}
