// A page under watch. Owns what must never happen on any page (an error, a broken policy, a failed request)
// and waiting for what should; refuses to know pages.

/** What comes, comes within it on a machine that has other things to do, too. */
const DEADLINE_MS = 120_000;

/** A page that is read and drawn; see `arrive`. */
export async function open(browser, url, look) {
  const page = await arrive(browser, url, look);
  await settled(page);
  return page;
}

/** A page of the browser that fails the scenario when anything on it goes wrong; see `quiet`. */
export async function arrive(browser, url, { width = 1600, height = 1000, theme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  page.troubles = [];
  page.underWay = new Set();
  page.on("request", (request) => page.underWay.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => page.underWay.delete(request));
  page.on("pageerror", (error) => page.troubles.push(`error: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy|Trusted/i.test(message.text())) page.troubles.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    page.troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    window.__violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  await page.goto(url, { waitUntil: "commit" });
  return page;
}

export async function close(page) {
  await quiet(page);
  await page.context().close();
}

/** Nothing went wrong so far. */
export async function quiet(page) {
  const violations = await page.evaluate(() => window.__violations);
  const troubles = [...page.troubles, ...violations];
  if (0 < troubles.length) throw new Error(`on ${page.url()}:\n${troubles.join("\n")}`);
}

/** Another address, until it is read and drawn. */
export async function visit(page, url) {
  page.underWay.clear();
  await page.goto(url, { waitUntil: "commit" });
  await settled(page);
}

/** Until the page has a heading, follows what it shows, says nothing of reading, asks for nothing, and has drawn what it got. */
export async function settled(page) {
  const isRead = () => {
    const isReading = [...document.querySelectorAll("main .loading, main .no-data")].some((one) => one.matches(".loading") || one.textContent.startsWith("Reading"));
    // A page that shows nothing live follows nothing.
    const isFollowing = document.querySelector('footer.status:is([data-state="live"], [data-state="idle"])');
    return Boolean(document.querySelector("main h1") && isFollowing && !isReading);
  };
  await eventually(`${page.url()} settles`, async () => {
    if (!(await page.evaluate(isRead))) return (await page.locator("body").innerText()).slice(0, 2_000);
    if (0 < page.underWay.size) return `asks for ${[...page.underWay].map((one) => one.url()).join(", ")}`;
    await painted(page);
    return page.underWay.size === 0 && (await page.evaluate(isRead));
  });
}

/** Whatever was to be drawn, is: two frames, as an observer of sizes draws in the second. */
export const painted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));

export const live = (page) => page.locator('footer.status[data-state="live"]').waitFor();

/** Asks again and again: what a page shows comes when it comes. */
export async function eventually(what, check, seconds = DEADLINE_MS / 1000) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    let last;
    try {
      last = await check();
      if (last === true) return;
    } catch (error) {
      last = error;
    }
    if (end < Date.now()) throw new Error(`${what}: not within ${seconds} s (${last})`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function equal(found, expected, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** Nothing sticks out to the right: a phone must not scroll sideways. */
export async function fits(page) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= width ? null : `${document.documentElement.scrollWidth} of ${width} pixels`;
  });
  if (wide) throw new Error(`${page.url()} is wider than its window: ${wide}`);
}

export const LOOKS = ["light", "dark"].flatMap((theme) => [400, 1600].map((width) => ({ theme, width })));

/** The page that is there in another theme and width, as when a person turns a phone or the evening comes. */
export async function look(page, { theme, width }) {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: width < 600 ? 800 : 1000 });
  await painted(page);
}

/** All of a page on a phone, as if its screen were that long: what sticks to the bottom is at the bottom. */
export async function picture(page, path) {
  const { width, height } = page.viewportSize();
  if (width < 600) {
    await page.setViewportSize({ width, height: Math.max(height, await page.evaluate(() => document.documentElement.scrollHeight)) });
    await painted(page);
  }
  await page.screenshot({ path });
}

/** The addresses in the navigation, which is made from the list of pages. */
export function addresses(page) {
  return page.locator("nav#pages a[href^='/']:not([target])").evaluateAll((links) => links.map((link) => new URL(link.href).pathname));
}
