// Five thousand agents, some with names of 200 characters and in other scripts: only what is visible exists, and nothing
// sticks out.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { close, eventually, fits, holds, live, look, LOOKS, open, picture, visit } from "../page.mjs";
import { Server } from "../server.mjs";

const AGENTS = 5_000;
const NAMES = ["x".repeat(200), "名前".repeat(50), "وكيل ".repeat(30), "👩‍💻".repeat(20), "Ω".repeat(200)];

export default async function ({ browser, binary, home, screenshots }) {
  await mkdir(screenshots, { recursive: true });
  const server = await Server.start(binary, home);
  for (let from = 0; from < AGENTS; from += 250) {
    const some = Array.from({ length: 250 }, (_, at) => from + at);
    await Promise.all(some.map((number) => server.post("/api/agents", { name: NAMES[number] ?? `agent ${number}`, role: "developer" })));
  }
  const page = await open(browser, server.url);
  await live(page);
  for (const path of ["/", "/agents", "/agents?sort=-name"]) {
    await visit(page, server.url + path);
    await eventually(`${path} counts the agents`, async () => /5[,\u202f ]?000/.test(await page.locator("main").innerText()));
    for (const one of LOOKS) {
      await look(page, one);
      await fits(page);
      const nodes = await page.evaluate(() => document.querySelectorAll("main *").length);
      holds(nodes < 4_000, `${path} has ${nodes} elements for ${AGENTS} agents`);
      const name = path.includes("sort") ? "agents-named" : path === "/" ? "fleet" : "agents";
      await picture(page, join(screenshots, `${name}-many-${one.theme}-${one.width}.png`));
    }
  }
  const longest = (await server.get("/api/agents?limit=500")).items.find((agent) => agent.name === NAMES[0]);
  await visit(page, `${server.url}/agents/${longest.agent_id}`);
  for (const one of LOOKS) {
    await look(page, one);
    await fits(page);
    await picture(page, join(screenshots, `agent-named-${one.theme}-${one.width}.png`));
  }
  await close(page);
  await server.end();
}
