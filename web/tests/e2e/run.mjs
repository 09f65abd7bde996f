// One scenario in headless Chromium against servers of its own:
//   node run.mjs SCENARIO PACELINE_BINARY SCREENSHOT_FOLDER
// Owns the browser and the closing line, `all steps passed`, that the Rust tests wait for; refuses to skip: what
// is missing is an error.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { endAll } from "./server.mjs";

const [scenario, binary, screenshots] = process.argv.slice(2);
if (!screenshots) {
  console.error("usage: node run.mjs SCENARIO PACELINE_BINARY SCREENSHOT_FOLDER");
  process.exit(2);
}

const { default: play } = await import(`./scenarios/${scenario}.mjs`);
const home = await mkdtemp(join(tmpdir(), "paceline-page-"));
const browser = await chromium.launch({
  executablePath: process.env.PACELINE_TEST_CHROMIUM ?? "/usr/bin/chromium",
  // A container often lets nobody make namespaces; the pages are our own.
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  await play({ browser, binary, home, screenshots });
  console.log("all steps passed");
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
  await endAll();
  await rm(home, { recursive: true, force: true });
}
