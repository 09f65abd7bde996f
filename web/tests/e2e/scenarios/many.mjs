// Five thousand agents, some with names of 200 characters and in other scripts: only what is visible exists, and nothing
// sticks out.

import { close, eventually, fits, holds, live, open, settled } from "../page.mjs";
import { Server } from "../server.mjs";

const AGENTS = 5_000;
const NAMES = ["x".repeat(200), "名前".repeat(50), "وكيل ".repeat(30), "👩‍💻".repeat(20), "Ω".repeat(200)];

export default async function ({ browser, binary, home }) {
  const server = await Server.start(binary, home);
  for (let from = 0; from < AGENTS; from += 250) {
    const some = Array.from({ length: 250 }, (_, at) => from + at);
    await Promise.all(some.map((number) => server.post("/api/agents", { name: NAMES[number] ?? `agent ${number}`, role: "developer" })));
  }
  for (const width of [400, 1600]) {
    const page = await open(browser, server.url, { width });
    await live(page);
    for (const path of ["/", "/agents"]) {
      await page.goto(server.url + path);
      await settled(page);
      await eventually(`${path} counts the agents`, async () => /5[,\u202f ]?000/.test(await page.locator("main").innerText()));
      await fits(page);
      const nodes = await page.evaluate(() => document.querySelectorAll("main *").length);
      holds(nodes < 4_000, `${path} has ${nodes} elements for ${AGENTS} agents`);
    }
    await page.goto(`${server.url}/agents?sort=name`);
    await settled(page);
    await fits(page);
    await close(page);
  }
  await server.end();
}
