// A server that wants tokens: the page asks for one, says when it is wrong, and works with a right one.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { arrive, fits, live, look, LOOKS } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home, screenshots }) {
  const { stdout } = await promisify(execFile)(binary, ["token", "create", "me", "--data", home, "--format", "json"]);
  const { token } = JSON.parse(stdout);
  const server = await Server.start(binary, home, { flags: ["--require-tokens"] });
  const page = await arrive(browser, server.url);
  const dialog = page.locator("dialog[open]");
  await dialog.waitFor();
  await dialog.getByLabel("Token").fill("wrong-token");
  await page.keyboard.press("Enter");
  await dialog.locator("[role=alert]").waitFor();
  await mkdir(screenshots, { recursive: true });
  for (const one of LOOKS) {
    await look(page, one);
    await fits(page);
    await page.screenshot({ path: join(screenshots, `token-${one.theme}-${one.width}.png`) });
  }
  await dialog.getByLabel("Token").fill(token);
  await page.keyboard.press("Enter");
  await live(page);
  await dialog.waitFor({ state: "detached" });
  await page.reload();
  await live(page);
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  if (kept.includes(token)) throw new Error("the token outlives the tab");
  await page.context().close();
  await server.end();
}
