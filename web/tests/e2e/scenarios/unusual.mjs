// What detectors find in the past of a metric is a band of its chart and a sentence below it. The past is in `PACELINE_TEST_DATA`, a data
// directory: eleven hours of `room_temperature` about 20, of which ten minutes, half an hour ago, were at 60.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { close, equal, eventually, fits, holds, look, LOOKS, open, picture, visit } from "../page.mjs";
import { Server } from "../server.mjs";

const data = process.env.PACELINE_TEST_DATA;

export default async function ({ browser, binary, screenshots }) {
  holds(data, "PACELINE_TEST_DATA names a data directory");
  await mkdir(screenshots, { recursive: true });
  const server = await Server.start(binary, data);
  const page = await open(browser, `${server.url}/explore?q=room_temperature&range=1h`);
  equal(await page.locator(".band-words").count(), 0, "marks in the chart before detectors are asked");
  await finds(page);
  for (const one of LOOKS) {
    await look(page, one);
    await fits(page);
    await picture(page, join(screenshots, `explore-unusual-${one.theme}-${one.width}.png`));
  }
  await look(page, { theme: "light", width: 1600 });
  await page.getByRole("button", { name: "Take this away" }).click();
  await page.locator(".band-words").first().waitFor({ state: "detached" });
  await isCalm(page, server);
  await isRefused(page, server);
  await close(page);
  await server.end();
}

const judge = (page) => page.getByRole("button", { name: "What is unusual?" }).click();
const verdicts = (page) => page.locator(".verdicts");

async function finds(page) {
  await judge(page);
  await verdicts(page).waitFor();
  holds(/1 anomaly, since/.test(await verdicts(page).innerText()), `one anomaly in ${await verdicts(page).innerText()}`);
  const found = verdicts(page).locator("li");
  equal(await found.count(), 1, "anomalies below the chart");
  holds(/room_temperature is [56]\d/.test(await found.innerText()), `the number in ${await found.innerText()}`);
  await page.locator(".band-words summary").first().click();
  await page.locator(".band-words li", { hasText: "room_temperature is" }).first().waitFor();
}

/** Another question: what was said of the first is gone. */
async function isCalm(page, server) {
  await visit(page, `${server.url}/explore?q=room_temperature&range=15m`);
  await judge(page);
  await eventually("nothing unusual in the last quarter of an hour", async () => /no anomaly in 1 series/.test(await verdicts(page).innerText()));
  equal(await page.locator(".band-words").count(), 0, "marks in the chart of a calm time");
}

async function isRefused(page, server) {
  await visit(page, `${server.url}/explore?q=%7B__name__%3D~%22.%2B%22%7D&range=15m`);
  await judge(page);
  await page.locator(".verdicts", { hasText: /at most 100 are judged at once/ }).waitFor();
  // What a refused request leaves in the console is the refusal, not a fault of the page.
  page.troubles = page.troubles.filter((one) => !/status of 4\d\d/.test(one));
}
