// Clients of queue libraries for Node, and of Paceline beside them: so many clients in one process,
// one call at a time each.
//
// Usage: queues.mjs SUBJECT FOLDER OPTIONS, with the server's `port` in the options as JSON. Reads a
// phase a line (`Work` in work.rs), writes its outcome as a line. Each library is used as its
// documentation says. Ends when its standard input does.

import { once } from "node:events";
import { createInterface } from "node:readline";
import http from "node:http";

const TEXT = "as long as a short instruction to an agent ".repeat(3);
const EMPTY_ANSWERS = 3;
const FAILURES = 3;
const PAUSE_MS = 20;
const QUEUE = "task";

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
const textOf = (number) => `${number} ${TEXT}`;
const numberIn = (text) => Number.parseInt(text, 10);
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** What the clients of one phase have in common. */
class Phase {
  operations = [];
  refused = 0;
  refusal = null;
  taken = 0;
  hasKilled = false;

  constructor(work) {
    this.work = work;
    this.started = performance.now();
    this.ended = this.started;
  }

  went(number, began) {
    this.ended = performance.now();
    this.operations.push([number, this.ended - began]);
    const after = this.work.kill_after;
    if (after !== null && after <= this.operations.length) this.strike();
  }

  strike() {
    if (this.hasKilled) return;
    this.hasKilled = true;
    say({ kill: true });
  }

  refuse(error) {
    this.refused += 1;
    this.refusal ??= String(error.message || error);
  }

  isOver() {
    return this.work.seconds * 1000 < performance.now() - this.started;
  }

  outcome(ends) {
    const end = ["failed", "time up", "empty"].find((one) => ends.includes(one)) ?? "done";
    const seconds = (this.ended - this.started) / 1000;
    const { operations, refused, refusal } = this;
    return { operations, seconds, refused, refusal, end };
  }
}

/** Ends a call that the library would retry for ever on a server that is gone. */
function within(promise, phase) {
  const limit = phase.work.kill_after === null ? 30_000 : 2_000;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function write(phase, client) {
  let failures = 0;
  while (!phase.isOver()) {
    if (phase.work.count <= phase.taken) return "done";
    const number = phase.work.first + phase.taken++;
    const began = performance.now();
    try {
      await within(client.write(number), phase);
      phase.went(number, began);
      failures = 0;
    } catch (error) {
      phase.refuse(error);
      if (++failures === FAILURES || phase.hasKilled) return "failed";
      await pause();
    }
  }
  return "time up";
}

async function take(phase, client) {
  let [empty, failures] = [0, 0];
  while (!phase.isOver()) {
    const began = performance.now();
    try {
      const number = await within(client.take(), phase);
      failures = 0;
      if (number === null) {
        if (++empty === EMPTY_ANSWERS) return "empty";
        await pause();
        continue;
      }
      empty = 0;
      await within(client.settle(), phase).catch((error) => phase.refuse(error));
      phase.went(number, began);
    } catch (error) {
      phase.refuse(error);
      if (++failures === FAILURES) return "failed";
      await pause();
    }
  }
  return "time up";
}

/** Paceline through HTTP, a connection a client. */
class Paceline {
  static async open({ port }) {
    return new Paceline(port);
  }

  constructor(port) {
    this.port = port;
  }

  async client(number) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const call = (path, body) => this.call(agent, path, body);
    const { agent_id } = await call("/api/agents", { name: `agent-${number}` });
    let claimed;
    return {
      write: (id) => call("/api/tasks", { description: textOf(id) }),
      take: async () => {
        claimed = await call("/api/tasks/claim", { agent_id });
        return claimed === null ? null : numberIn(claimed.task.description);
      },
      settle: () =>
        call(`/api/tasks/${claimed.task.task_id}/complete`, { agent_id, fence: claimed.fence }),
    };
  }

  async call(agent, path, body) {
    const headers = { "content-type": "application/json" };
    const options = { host: "127.0.0.1", port: this.port, path, method: "POST", agent, headers };
    const request = http.request(options).end(JSON.stringify(body));
    const [response] = await once(request, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    if (299 < response.statusCode) throw new Error(`${path}: ${response.statusCode} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  async close() {}
}

/** https://docs.bullmq.io: `Queue.add`, and workers that fetch by hand, as many as clients. */
class BullMq {
  static async open({ port }) {
    const library = await import("bullmq");
    return new BullMq(library, { host: "127.0.0.1", port });
  }

  constructor(library, connection) {
    this.library = library;
    this.connection = connection;
    this.opened = [];
  }

  keep(one) {
    one.on("error", () => {});
    this.opened.push(one);
    return one;
  }

  async client(number) {
    const { connection } = this;
    const queue = this.keep(new this.library.Queue(QUEUE, { connection }));
    const worker = this.keep(new this.library.Worker(QUEUE, null, { connection }));
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const token = `worker-${number}`;
    let job;
    return {
      write: (id) => queue.add("task", { text: textOf(id) }),
      take: async () => {
        job = await worker.getNextJob(token, { block: false });
        return job ? numberIn(job.data.text) : null;
      },
      settle: () => job.moveToCompleted("done", token, false),
    };
  }

  async close() {
    await Promise.allSettled(this.opened.map((one) => one.close(true)));
  }
}

/** https://timgit.github.io/pg-boss: `send`, `fetch`, `complete`, from one instance with a pool. */
class PgBoss {
  static async open({ port }) {
    const library = await import("pg-boss");
    const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
    const boss = new library.PgBoss({ connectionString, max: 10 });
    boss.on("error", () => {});
    await boss.start();
    await boss.createQueue(QUEUE);
    return new PgBoss(boss);
  }

  constructor(boss) {
    this.boss = boss;
  }

  async client() {
    const { boss } = this;
    let job;
    return {
      write: async (id) => {
        if ((await boss.send(QUEUE, { text: textOf(id) })) === null) throw new Error("not stored");
      },
      take: async () => {
        [job] = await boss.fetch(QUEUE);
        return job ? numberIn(job.data.text) : null;
      },
      settle: () => boss.complete(QUEUE, job.id),
    };
  }

  async close() {
    await this.boss.stop({ graceful: false });
  }
}

const SUBJECTS = { paceline: Paceline, bullmq: BullMq, "pg-boss": PgBoss };

async function run(subject, work) {
  const clients = [];
  for (let number = 0; number < work.clients; number += 1) {
    clients.push(await subject.client(number));
  }
  const phase = new Phase(work);
  const step = work.do === "write" ? write : take;
  const half = work.kill_after === null ? 0 : work.seconds * 500;
  const late = half && setTimeout(() => phase.strike(), half);
  const ends = await Promise.all(clients.map((client) => step(phase, client)));
  clearTimeout(late);
  return phase.outcome(ends);
}

const [name, , options] = process.argv.slice(2);
process.on("uncaughtException", (error) => console.error(error));
let subject;
for await (const line of createInterface({ input: process.stdin })) {
  const work = JSON.parse(line);
  try {
    subject ??= await SUBJECTS[name].open(JSON.parse(options));
    say(await run(subject, work));
    // Connections to a server that was killed are not used again.
    if (work.kill_after !== null) {
      await Promise.race([subject.close(), pause()]);
      subject = undefined;
    }
  } catch (error) {
    say({ error: String(error.message || error) });
  }
}
process.exit(0);
