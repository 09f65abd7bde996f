// axe-core finds nothing serious on any page, in either theme and on a phone and a wide screen, and everything can be reached
// by keys.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { populate } from "../fleet.mjs";
import { addresses, close, equal, eventually, holds, look, LOOKS, open, settled, visit } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home }) {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const server = await Server.start(binary, home);
  const page = await open(browser, server.url);
  const pages = await addresses(page);
  // Empty tables and the words in their place are others than full ones.
  await check(page, server, axe, pages, LOOKS.filter(({ theme, width }) => theme === "light" && width === 1600));
  const { agents, tasks } = await populate(server);
  await fires(server);
  await check(page, server, axe, [...pages, `/agents/${agents.ada}`, `/tasks/${tasks[0]}`, "/operations/task_claim", "/elections/chief", "/agents?q=nobody", "/reports?show=benchmarks", "/alerts/new", "/alerts?show=history", "/alerts?show=silences", "/alerts?show=channels", "/alerts?show=rules", "/alerts/rules/default.OperationSlow"], LOOKS.filter(({ theme, width }) => theme === "light" || width === 1600));
  await dialogs(page, server, axe);
  await look(page, { theme: "light", width: 1600 });
  await keys(page, server);
  await close(page);
  await server.end();
}

async function check(page, server, axe, paths, looks) {
  for (const path of paths) {
    await visit(page, server.url + path);
    // The policy of the page allows no foreign script; the debugger may run one all the same.
    await page.evaluate(axe);
    for (const one of looks) {
      await look(page, one);
      await isFree(page, `${path}, ${one.theme}, ${one.width} px`);
    }
  }
}

async function isFree(page, where) {
  const { violations } = await page.evaluate((options) => window.axe.run(options), { resultTypes: ["violations"] });
  const grave = violations.filter((found) => ["serious", "critical"].includes(found.impact));
  equal(grave.map((found) => [found.id, found.nodes.slice(0, 3).map((node) => node.html)]), [], where);
}

/** So that there are cards of an alert and of a silence. */
async function fires(server) {
  await server.post("/api/alert-rules", { name: "HeartbeatsRare", severity: "critical", threshold: { operation: "agent_heartbeat", statistic: "calls_per_second", below: 1_000_000 } });
  await server.post("/api/silences", { matchers: [{ name: "alertname", value: "HeartbeatsRare" }], duration_seconds: 3600, comment: "a drill" });
  await eventually("a rule fires", async () => (await server.get("/api/alerts?state=firing&limit=500")).items.some((one) => one.name === "HeartbeatsRare"));
}

/** What opens over a page. */
async function dialogs(page, server, axe) {
  for (const one of LOOKS) {
    await look(page, one);
    await visit(page, `${server.url}/alerts`);
    await page.evaluate(axe);
    for (const name of [/^Acknowledge HeartbeatsRare/, /^Silence HeartbeatsRare/]) {
      await page.getByRole("button", { name }).click();
      await page.locator("dialog[open]").waitFor();
      await isFree(page, `the dialog of ${name}, ${one.theme}, ${one.width} px`);
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
    }
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await isFree(page, `the help, ${one.theme}, ${one.width} px`);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
  }
}

async function keys(page, server) {
  await visit(page, server.url);
  await page.keyboard.press("/");
  equal(await page.evaluate(() => document.activeElement?.matches("header input")), true, "`/` goes to the search");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/connect");
  await settled(page);
  holds(await page.evaluate(() => document.activeElement?.id === "main"), "a new page takes the focus");
}
