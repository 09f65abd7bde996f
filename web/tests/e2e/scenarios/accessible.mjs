// axe-core finds nothing serious on any page, in either theme, and everything can be reached by keys.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { populate } from "../fleet.mjs";
import { addresses, close, equal, holds, live, open, settled } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home }) {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const server = await Server.start(binary, home);
  const { agents, tasks } = await populate(server);
  for (const theme of ["light", "dark"]) {
    for (const width of [400, 1600]) {
      const page = await open(browser, server.url, { theme, width });
      const paths = [...(await addresses(page)), `/agents/${agents.ada}`, `/tasks/${tasks[0]}`, "/operations/task_claim"];
      for (const path of paths) {
        await page.goto(server.url + path);
        await settled(page);
        await live(page);
        // The policy of the page allows no foreign script; the debugger may run one all the same.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
        const grave = violations.filter((one) => ["serious", "critical"].includes(one.impact));
        equal(grave.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html)]), [], `${path}, ${theme}, ${width} px`);
      }
      await close(page);
    }
  }
  await keys(browser, server);
  await server.end();
}

async function keys(browser, server) {
  const page = await open(browser, server.url);
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
  holds(await page.evaluate(() => document.activeElement?.id === "main"), "a new page takes the focus");
  await close(page);
}
