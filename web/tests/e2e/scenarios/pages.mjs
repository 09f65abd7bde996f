// Every page renders, empty and full, in both themes, on a phone and a wide screen, and breaks nothing. Screenshots of
// all of them are left for people to look at.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { populate } from "../fleet.mjs";
import { addresses, close, fits, live, open, settled } from "../page.mjs";
import { Server } from "../server.mjs";

const SIZES = [
  { width: 400, height: 800 },
  { width: 1600, height: 1000 },
];

export default async function ({ browser, binary, home, screenshots }) {
  await mkdir(screenshots, { recursive: true });
  const server = await Server.start(binary, home);
  await tour(browser, server, screenshots, "empty", []);
  const { agents, tasks } = await populate(server);
  await tour(browser, server, screenshots, "full", [`/agents/${agents.ada}`, `/tasks/${tasks[0]}`, "/operations/task_claim", "/elections/chief"]);
  await server.end();
}

async function tour(browser, server, folder, state, details) {
  for (const theme of ["light", "dark"]) {
    for (const size of SIZES) {
      const page = await open(browser, server.url, { ...size, theme });
      await live(page);
      const pages = await addresses(page);
      if (pages.length < 2) throw new Error(`the navigation has ${pages.length} pages`);
      for (const path of [...pages, ...details]) {
        await page.goto(server.url + path);
        await settled(page);
        await page.waitForTimeout(400); // charts draw once their first answer has come
        await fits(page);
        const name = path === "/" ? "fleet" : path.slice(1).replace(/\/(agt|tsk)_\w+/, "-one").replaceAll("/", "-");
        await page.screenshot({ path: join(folder, `${name}-${state}-${theme}-${size.width}.png`), fullPage: size.width < 600 });
      }
      await close(page);
    }
  }
}
