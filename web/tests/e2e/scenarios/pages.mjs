// Every page renders, empty and full, in both themes, on a phone and a wide screen, breaks nothing, and shows what happens
// while it is open. Screenshots of all of them are left for people to look at.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { populate } from "../fleet.mjs";
import { addresses, close, equal, eventually, fits, live, look, LOOKS, open, picture, quiet, visit } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home, screenshots }) {
  await mkdir(screenshots, { recursive: true });
  const server = await Server.start(binary, home);
  const page = await open(browser, server.url);
  await live(page);
  const pages = await addresses(page);
  equal(pages.length, 12, "pages in the navigation");
  await tour(page, server, screenshots, "empty", pages);
  const { agents, tasks } = await populate(server);
  await follows(page, server, agents);
  await tour(page, server, screenshots, "full", [...pages, `/agents/${agents.ada}`, `/tasks/${tasks[0]}`, "/operations/task_claim", "/elections/chief"]);
  await close(page);
  await server.end();
}

async function tour(page, server, folder, state, paths) {
  for (const path of paths) {
    await visit(page, server.url + path);
    for (const one of LOOKS) {
      await look(page, one);
      await fits(page);
      const name = path === "/" ? "fleet" : path.slice(1).replace(/\/(agt|tsk)_\w+/, "-one").replaceAll("/", "-");
      await picture(page, join(folder, `${name}-${state}-${one.theme}-${one.width}.png`));
    }
    await quiet(page);
  }
}

/** What each page gets to see without being loaded anew. */
async function follows(page, server, { ada, bo }) {
  const shows = (words) => eventually(`${page.url()} shows ${words}`, async () => (await page.locator("main").innerText()).includes(words));
  await visit(page, server.url);
  const { agent_id } = await server.post("/api/agents", { name: "Newcomer" });
  await shows("Newcomer joined");
  await visit(page, `${server.url}/agents?q=Late`);
  await server.post("/api/agents", { name: "Latecomer" });
  await shows("Latecomer");
  await visit(page, `${server.url}/agents/${agent_id}`);
  await server.post(`/api/agents/${agent_id}/heartbeat`);
  await shows("agent heartbeat");
  await visit(page, `${server.url}/tasks`);
  await server.post("/api/tasks", { description: "just queued" });
  await shows("just queued");
  const { pending, blocked, ready } = await server.get("/api/tasks/queue");
  await shows(`${pending + blocked + ready} waiting`);
  await visit(page, `${server.url}/operations`);
  await server.post("/api/agents", { name: "Third" }).then((third) => server.ask("DELETE", `/api/agents/${third.agent_id}`));
  await shows("agent deregister");
  await visit(page, `${server.url}/messages`);
  await server.post("/api/messages", { agent_id: ada, to: { agent: bo }, type: "live-note", payload: "now" });
  await eventually("a new message is shown or offered", async () => /live-note|newer|new message/i.test(await page.locator("main").innerText()));
  await visit(page, `${server.url}/elections`);
  await server.post("/api/elections/deputy/campaign", { agent_id: bo, ttl_ms: 60_000 });
  await shows("deputy");
}
