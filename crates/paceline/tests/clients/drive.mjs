// A day's work of two agents, through the official TypeScript clients of MCP.
//
// Usage: drive.mjs sdk|client URL, with PACELINE_TEST_NODE_MODULES naming the folder they are in.
// `sdk` speaks 2025-11-25, `client`, its successor, 2026-07-28. Ends with `all steps passed`.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [flavour, url] = process.argv.slice(2);
const modules = createRequire(join(process.env.PACELINE_TEST_NODE_MODULES, "drive.mjs"));
const load = (name) => import(pathToFileURL(modules.resolve(name)).href);
const identity = { name: "paceline-tests", version: "0" };

async function connect() {
  if (flavour === "sdk") {
    const { Client } = await load("@modelcontextprotocol/sdk/client/index.js");
    const { StreamableHTTPClientTransport } = await load(
      "@modelcontextprotocol/sdk/client/streamableHttp.js",
    );
    const client = new Client(identity);
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  }
  assert.equal(flavour, "client");
  const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
  const client = new Client(identity, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

const client = await connect();

/** The tool's structured answer; the client has checked it against the published schema. */
async function call(tool, args = {}) {
  const result = await client.callTool({ name: tool, arguments: args });
  assert(!result.isError, `${tool}: ${result.content[0]?.text}`);
  assert(result.structuredContent, `${tool} answers no structure`);
  return result.structuredContent;
}

async function refused(tool, args) {
  const result = await client.callTool({ name: tool, arguments: args });
  assert(result.isError, `${tool} was expected to be refused`);
  return JSON.parse(result.content[0].text).error;
}

async function tasks(one, other) {
  const first = await call("task_enqueue", { description: "measure", base_priority: 7 });
  const second = await call("task_enqueue", {
    description: "cut",
    prerequisites: [first.task_id],
  });
  assert.deepEqual([first.status, second.status], ["ready", "blocked"]);

  const claimed = await call("task_claim", { agent_id: one });
  assert.equal(claimed.task.task_id, first.task_id);
  const nothing = await call("task_claim", { agent_id: other });
  assert.equal(nothing.task, null);
  const taken = await refused("task_claim", { agent_id: other, task_id: first.task_id });
  assert.equal(taken.code, "conflict");

  const holder = { agent_id: one, task_id: first.task_id, fence: claimed.fence };
  const stale = await refused("task_complete", { ...holder, fence: claimed.fence + 7 });
  assert.equal(stale.code, "stale_fence");
  const done = await call("task_complete", { ...holder, result: { length_mm: 120 } });
  assert.deepEqual(done.unblocked_task_ids, [second.task_id]);
  const queue = await call("task_queue_status");
  assert.deepEqual([queue.ready, queue.completed], [1, 1]);
}

async function messages(one, other) {
  for (const number of [0, 1, 2]) {
    const message = { agent_id: one, to: { agent: other }, type: "note", payload: { number } };
    await call("message_send", message);
  }
  const page = await call("message_read", { agent_id: other });
  assert.deepEqual(page.items.map((item) => item.payload.number), [0, 1, 2]);
  assert(page.items.every((item) => item.from === one));
}

async function memory(one) {
  const entry = { namespace: "plans", key: "today" };
  const kept = await call("memory_set", { ...entry, value: { cut: "twice" }, agent_id: one });
  assert.equal(kept.version, 1);
  const conflict = await refused("memory_set", { ...entry, value: 1, expected_version: 7 });
  assert.equal(conflict.code, "conflict");
  const found = await call("memory_search", { q: "twice" });
  assert.equal(found.items[0].entry.key, "today");
  await call("memory_delete", entry);
  const gone = await refused("memory_get", entry);
  assert.equal(gone.code, "not_found");
}

async function election(one, other) {
  const won = await call("leader_campaign", { election: "chief", agent_id: one });
  const lost = await call("leader_campaign", { election: "chief", agent_id: other });
  assert.deepEqual([won.is_leader, lost.is_leader], [true, false]);
  assert.deepEqual([lost.leader, lost.epoch], [one, won.epoch]);
  await call("leader_resign", { election: "chief", agent_id: one });
  const next = await call("leader_campaign", { election: "chief", agent_id: other });
  assert(next.is_leader && won.epoch < next.epoch);
}

const tools = await client.listTools();
const names = tools.tools.map((tool) => tool.name);
assert(["agent_register", "task_claim", "leader_campaign"].every((name) => names.includes(name)));
const one = (await call("agent_register", { name: "one" })).agent_id;
const other = (await call("agent_register", { name: "other" })).agent_id;
await tasks(one, other);
await messages(one, other);
await memory(one);
await election(one, other);
await client.close();
console.log("all steps passed");
