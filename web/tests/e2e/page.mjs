// A page under watch. Owns what must never happen on any page (an error, a broken policy, a failed request)
// and waiting for what should; refuses to know pages.

/** A page of the browser that fails the scenario when anything on it goes wrong; see `quiet`. */
export async function open(browser, url, { width = 1600, height = 1000, theme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.troubles = [];
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
  await page.goto(url);
  await settled(page);
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

/** Until the page has a heading and says nothing of loading. */
export async function settled(page) {
  const isSettled = () => document.querySelector("main h1") && !document.querySelector("main .loading");
  await page.waitForFunction(isSettled).catch(async (error) => {
    throw new Error(`${page.url()} does not settle (${error.name}):\n${await page.locator("main").innerText()}\n${page.troubles.join("\n")}`);
  });
}

export const live = (page) => page.locator('footer.status[data-state="live"]').waitFor();

/** Asks again and again: what a page shows comes when it comes. */
export async function eventually(what, check, seconds = 20) {
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

/** The addresses in the navigation, which is made from the list of pages. */
export function addresses(page) {
  return page.locator("nav#pages a[href^='/']:not([target])").evaluateAll((links) => links.map((link) => new URL(link.href).pathname));
}
