// The page follows the fleet as it works, and after a restart of the server it is right again without being loaded anew: the
// numbers are the API's, and no event is there twice.

import { close, equal, eventually, holds, live, open } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home }) {
  let server = await Server.start(binary, home);
  const page = await open(browser, server.url);
  await live(page);
  await page.evaluate(() => (window.__sameDocument = true));
  const agent = await server.post("/api/agents", { name: "worker", agent_types: ["build"] });
  for (const end of ["SIGKILL", "SIGTERM"]) {
    const before = await work(server, agent.agent_id, 6);
    await agrees(page, server);
    await once(page, before);
    const port = server.port;
    await server.end(end);
    await page.locator('footer.status[data-state="waiting"]').waitFor();
    server = await Server.start(binary, home, { port });
    // Before the page is back, too: what it missed it learns.
    const missed = await work(server, agent.agent_id, 3);
    await live(page);
    await agrees(page, server);
    await once(page, [...before, ...missed]);
  }
  const after = await work(server, agent.agent_id, 6);
  await agrees(page, server);
  await once(page, after);
  holds(await page.evaluate(() => window.__sameDocument), "the page was loaded anew");
  // What the browser logs of a server that is away is not a fault of the page.
  page.troubles = page.troubles.filter((one) => !/ERR_CONNECTION|WebSocket|Failed to load resource/.test(one));
  await close(page);
  await server.end();
}

/** Tasks of every end: completed, failed, cancelled, released, waiting for others. Answers those that ended. */
async function work(server, agent_id, rounds) {
  const ended = [];
  for (let round = 0; round < rounds; round += 1) {
    const { tasks } = await server.post("/api/tasks", {
      tasks: [
        { ref: "a", description: `round ${round}`, agent_type: "build" },
        { description: "after it", agent_type: "build", prerequisites: ["a"] },
        { description: "to be cancelled", agent_type: "other" },
      ],
    });
    const task = tasks[0].task_id;
    const { fence } = await server.post("/api/tasks/claim", { agent_id, task_id: task });
    const verb = ["complete", "fail", "release"][round % 3];
    const body = verb === "fail" ? { agent_id, fence, error: "no", retry: false } : { agent_id, fence };
    await server.post(`/api/tasks/${task}/${verb}`, body);
    await server.post(`/api/tasks/${tasks[2].task_id}/cancel`);
    ended.push(...(verb === "release" ? [] : [task]), tasks[2].task_id);
  }
  return ended;
}

async function agrees(page, server) {
  await eventually("the page shows what the API says", async () => {
    const { total_tasks: _, ...queue } = await server.get("/api/tasks/queue");
    const shown = await queueOf(page);
    for (const [status, number] of Object.entries(shown)) equal(number, queue[status], `${status} tasks`);
    const agents = (await server.get("/api/agents?limit=500")).items.length;
    equal(await page.locator(".tile").count(), agents, "agents");
    return true;
  });
}

async function queueOf(page) {
  const words = await page.locator('ul[aria-label="Tasks by status"] li').allInnerTexts();
  holds(words.length === 7, `${words.length} statuses`);
  return Object.fromEntries(words.map((text) => {
    const [status, number] = text.trim().split(/\s+/);
    return [status, Number(number.replace(/\D/g, ""))];
  }));
}

/** Each end of a task is told, and nothing twice. */
async function once(page, tasks) {
  await eventually("each end of a task is among the events, once", async () => {
    const events = await page.locator(".events li").evaluateAll((items) => items.map((item) => ({ text: item.innerText, href: item.querySelector("a")?.href ?? "" })));
    equal(events.length, new Set(events.map((one) => one.text + one.href)).size, "different events");
    for (const task of tasks) equal(events.filter((one) => one.href.endsWith(task)).length, 1, `events of ${task}`);
    return true;
  });
}
