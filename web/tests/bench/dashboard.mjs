// The fleet page in headless Chromium beside a fleet that lives, for `cargo xtask bench-dashboard`:
//   node dashboard.mjs '{"url": …, "chromium": …, "cold_loads": 3, "warm_up_s": 5, "seconds": 30, "traced_s": 10}'
// Owns the browser and the order of looking; refuses quantiles, verdicts and load. A line of JSON on standard output for
// each step:
//   cold ──▶ measuring ──▶ measured (nothing but the page's own count) ──▶ traced (the browser's, which costs it)

import { get } from "node:http";
import { chromium } from "playwright-core";
import { frames, presentations } from "./trace.mjs";

const asked = JSON.parse(process.argv[2] ?? "{}");
if (!asked.url) {
  console.error("usage: node dashboard.mjs '{\"url\": …, \"chromium\": …, \"cold_loads\": …, \"warm_up_s\": …, \"seconds\": …, \"traced_s\": …}'");
  process.exit(2);
}
const CATEGORIES = ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8"];

const tell = (step, more = {}) => console.log(JSON.stringify({ step, ...more }));
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Nothing cached: a context has a cache of its own. The time of the first painted content and of the first agent's tile. */
async function coldLoad(browser) {
  const { context, page } = await open(browser);
  await page.waitForFunction(() => window.fleetShownMs !== undefined && 0 < performance.getEntriesByName("first-contentful-paint").length);
  const load = await page.evaluate(() => ({ first_paint_ms: performance.getEntriesByName("first-contentful-paint")[0].startTime, fleet_ms: window.fleetShownMs }));
  await context.close();
  return load;
}

async function open(browser) {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  const wire = { bytes: 0, frames: 0 };
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      wire.bytes += Buffer.byteLength(payload);
      wire.frames += 1;
    }),
  );
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector(".tile")) window.fleetShownMs = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(asked.url);
  return { context, page, wire };
}

/** Bytes of the page's scripts as they are sent, compressed. */
async function scriptBytes(page) {
  const addresses = await page.evaluate(() => performance.getEntriesByType("resource").map((one) => one.name).filter((name) => new URL(name).pathname.endsWith(".js")));
  const sizes = await Promise.all(addresses.map(compressedSize));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function compressedSize(address) {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers: { "accept-encoding": "gzip" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (piece) => (bytes += piece.length));
      answer.on("end", () => (answer.headers["content-encoding"] === "gzip" ? resolve(bytes) : reject(new Error(`${address} is not compressed`))));
    });
    request.on("error", reject);
  });
}

/** What the page and the wire counted so far. */
async function counted({ page, wire }) {
  const measures = await page.evaluate(() => window.pacelineMeasures());
  return { at_ms: performance.now(), wire: { ...wire }, ...measures };
}

async function stretch(view, seconds) {
  const before = await counted(view);
  await pause(seconds);
  return { before, after: await counted(view) };
}

async function traced(browser, view, seconds) {
  await browser.startTracing(view.page, { categories: CATEGORIES });
  await pause(seconds);
  const events = JSON.parse((await browser.stopTracing()).toString()).traceEvents;
  return { seconds, frames: frames(events), presented_after_ms: presentations(events) };
}

const browser = await chromium.launch({
  executablePath: asked.chromium,
  // A container often lets nobody make namespaces; the pages are our own.
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  const loads = [];
  for (let load = 0; load < asked.cold_loads; load += 1) loads.push(await coldLoad(browser));
  const view = await open(browser);
  await view.page.locator('footer.status[data-state="live"]').waitFor();
  tell("cold", { loads, script_bytes: await scriptBytes(view.page), browser: browser.version() });
  await pause(asked.warm_up_s);
  tell("measuring");
  tell("measured", await stretch(view, asked.seconds));
  tell("traced", await traced(browser, view, asked.traced_s));
} finally {
  await browser.close();
}
