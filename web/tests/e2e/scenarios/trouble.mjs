// What goes wrong is said in words, and the page lives on: no such page, no such agent, a PromQL error, agents' metrics
// switched off, a clock that jumps, another origin.

import { request } from "node:http";
import { close, equal, eventually, holds, live, open, painted, visit } from "../page.mjs";
import { populate } from "../fleet.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home }) {
  const server = await Server.start(binary, home);
  await populate(server);
  await foreignOrigin(server);
  const page = await open(browser, server.url);
  await live(page);
  const says = async (path, words) => {
    await visit(page, server.url + path);
    await eventually(`${path} says ${words}`, async () => words.test(await page.locator("main").innerText()));
  };
  equal((await fetch(`${server.url}/nowhere`)).status, 404, "an address that no page has");
  await says("/connect/nowhere", /no such page/i);
  await says("/agents/agt_00000000000000000000000000", /no agent|not found|no such/i);
  await says("/tasks/tsk_00000000000000000000000000", /no task|not found|no such/i);
  await says(`/explore?q=${encodeURIComponent("sum(rate(x[5m])")}`, /unclosed|expected|unexpected|parse|missing/i);
  equal(await page.locator("nav#pages a").first().isVisible(), true, "the page is alive after an error");
  // What a refused request leaves in the console is the refusal, not a fault of the page.
  page.troubles = page.troubles.filter((one) => !/status of 4\d\d/.test(one));
  await server.put("/api/features/enable-agent-metrics", { enabled: false });
  await says("/explore", /switched off|turned off|is off|enable-agent-metrics/i);
  await visit(page, server.url);
  await live(page);
  await eventually("the fleet goes on without agents' metrics", async () => (await page.locator(".headline-text").innerText()) !== "");
  page.troubles = page.troubles.filter((one) => !/status of 404/.test(one));
  await close(page);
  await server.put("/api/features/enable-agent-metrics", { enabled: true });
  await clockThatJumps(browser, server);
  await server.end();
}

/** A page of another origin cannot open the feed: the browser sends `Origin`, and the server refuses. */
async function foreignOrigin(server) {
  const headers = { origin: "http://evil.example", connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${server.url}/api/live`, { headers }, (answer) => resolve(answer.statusCode));
    asked.on("upgrade", () => resolve(101)).on("error", reject).end();
  });
  equal(status, 403, "a feed for another origin");
}

/** A browser whose clock is an hour ahead, then a day behind: ages and the lag are by the server's clock. */
async function clockThatJumps(browser, server) {
  const page = await open(browser, server.url);
  await live(page);
  for (const [number, jump] of [3_600_000, -86_400_000].entries()) {
    await page.evaluate((ms) => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + ms;
    }, jump);
    await server.post("/api/agents", { name: `jumper ${number}` });
    const text = () => page.locator("body").innerText();
    await eventually("the page goes on after the jump", async () => (await text()).includes(`jumper ${number} joined`));
    await painted(page);
    holds(!/-\d+ ?(ms|s|min|h|d)\b|NaN|Invalid Date/.test(await text()), `negative or broken times after a jump of ${jump} ms:\n${await text()}`);
  }
  await close(page);
}
