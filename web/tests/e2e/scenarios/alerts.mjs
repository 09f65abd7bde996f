// A person makes a rule on the page, sees what it would have done, is told of what it does, looks after it and silences it; a rule
// about an operation is a band on that operation's charts; a mistake in an expression is shown at its place.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { populate } from "../fleet.mjs";
import { close, equal, eventually, fits, holds, live, look, LOOKS, open, picture, quiet, visit } from "../page.mjs";
import { Server } from "../server.mjs";

const METRIC = "build_queue_length";
const RULE = "BuildQueueLong";
const LIMIT = 10;
const MINUTE = 60_000;

export default async function ({ browser, binary, home, screenshots }) {
  await mkdir(screenshots, { recursive: true });
  const server = await Server.start(binary, home);
  const { agents } = await populate(server);
  await anHour(server, agents.ada);
  const page = await open(browser, server.url);
  await live(page);
  await saysWhatIsMissing(page, server);
  await makes(page, server, screenshots);
  await fires(page, server, agents.ada);
  await silences(page, server);
  await acknowledges(page, server);
  await looks(page, server, screenshots);
  await isOver(page, server, agents.ada, (await alerts(server))[0].fingerprint);
  await isABand(page, server, agents.ada);
  await close(page);
  await server.end();
}

const push = (server, agent_id, value, at) => server.post("/api/metrics/samples", { samples: [{ name: METRIC, value, agent_id, ...(at ? { at: new Date(at).toISOString() } : {}) }] });
const text = (page) => page.locator("main").innerText();
const shows = (page, words) => eventually(`${page.url()} shows ${words}`, async () => (words.test(await text(page)) ? true : (await text(page)).slice(0, 2_000)));
const alerts = async (server, name = RULE) => (await server.get("/api/alerts?limit=500")).items.filter((one) => one.name === name);
const card = (page, name = RULE) => page.locator(".alert", { has: page.locator("h3", { hasText: name }) });

/** A queue of three, and for ten minutes one of thirty. */
async function anHour(server, agent_id) {
  await server.post("/api/metrics/definitions", { name: METRIC, kind: "gauge", description: "builds that wait" });
  const now = Date.now();
  const samples = Array.from({ length: 120 }, (_, back) => {
    const at = now - back * MINUTE / 2;
    const isLong = 30 * MINUTE <= now - at && now - at < 40 * MINUTE;
    return { name: METRIC, value: isLong ? 30 : 3, agent_id, at: new Date(at).toISOString() };
  });
  const { accepted, rejected } = await server.post("/api/metrics/samples", { samples: samples.reverse() });
  equal([accepted, rejected.length], [120, 0], "an hour of samples");
}

async function saysWhatIsMissing(page, server) {
  await visit(page, `${server.url}/alerts/new`);
  await page.getByRole("button", { name: "Create the rule" }).click();
  await shows(page, /Choose an operation/);
  await page.getByRole("button", { name: "PromQL" }).click();
  await page.getByLabel("Question of the rule").fill("sum(");
  await page.locator(".editor.wrong .problem", { hasText: /Column \d/ }).waitFor();
  holds(await page.locator(".mirror .wrong").count(), "the place of the mistake is marked");
  // What a refused request leaves in the console is the refusal, not a fault of the page.
  page.troubles = page.troubles.filter((one) => !/status of 4\d\d/.test(one));
}

async function makes(page, server, folder) {
  await visit(page, `${server.url}/alerts/new`);
  await page.getByRole("button", { name: "A metric" }).click();
  await page.getByLabel("Metric", { exact: true }).fill(METRIC);
  await page.getByLabel("This limit").fill(String(LIMIT));
  await page.locator(".preview-sentence", { hasText: /would have fired (?:once|1 time)\b/ }).waitFor();
  equal(await page.locator(".preview tbody tr", { hasText: " min" }).count(), 1, "times that it would have fired");
  await page.getByLabel("Name", { exact: true }).fill(RULE);
  for (const one of LOOKS) {
    await look(page, one);
    await fits(page);
    await picture(page, join(folder, `alert-rule-${one.theme}-${one.width}.png`));
  }
  await look(page, { theme: "light", width: 1600 });
  await page.getByRole("button", { name: "Create the rule" }).click();
  await page.waitForURL("**/alerts/rules/**");
  await page.locator("h1", { hasText: RULE }).waitFor();
  const rule = (await server.get("/api/alert-rules?limit=500")).items.find((one) => one.name === RULE);
  equal([rule?.source, rule?.threshold?.metric, rule?.threshold?.above], ["api", METRIC, LIMIT], "the rule that was made");
}

/** Without the page being loaded anew. */
async function fires(page, server, agent_id) {
  await visit(page, `${server.url}/alerts`);
  equal(await card(page).count(), 0, "cards before it fires");
  await push(server, agent_id, 30);
  await card(page).waitFor();
  // What Paceline itself watches may fire beside it: it is a small fleet that nobody looks after.
  await shows(page, /\d+ alerts? fires?/);
  await eventually("the navigation counts it", async () => {
    const { firing } = await server.get("/api/alerts?state=firing&limit=1");
    return new RegExp(`Alerts\\s*${firing}\\b`).test(await page.locator("nav#pages").innerText());
  });
  equal((await alerts(server)).map((one) => one.state), ["firing"], "the server's state");
}

async function silences(page, server) {
  await page.getByRole("button", { name: `Silence ${RULE}…` }).click();
  const dialog = page.locator("dialog[open]");
  holds((await dialog.locator("textarea").inputValue()).includes(`alertname="${RULE}"`), "a silence begins with the alert's labels");
  await dialog.locator("textarea").fill("what is this");
  await dialog.locator(".problem").waitFor();
  await dialog.locator("textarea").fill(`alertname="${RULE}"`);
  await dialog.getByLabel("Why").fill("the build machines move");
  await dialog.getByRole("button", { name: "Silence", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await card(page).locator(".mark", { hasText: "Silenced" }).waitFor();
  await page.getByRole("button", { name: "Silences", exact: true }).click();
  await shows(page, /the build machines move[^]*holds 1 firing alert back/);
  await page.getByRole("button", { name: /^End now/ }).click();
  await page.getByRole("button", { name: "End it now" }).click();
  await shows(page, /Nothing is silenced/);
  equal((await alerts(server))[0]?.silenced_by, [], "silences of the alert");
}

async function acknowledges(page, server) {
  await page.getByRole("button", { name: "Now", exact: true }).click();
  await page.getByRole("button", { name: `Acknowledge ${RULE}` }).click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByLabel("Note, for the others").fill("I look");
  await dialog.getByLabel("Who you are").fill("Ada");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await card(page).locator(".mark", { hasText: /Acknowledged by Ada.*I look/ }).waitFor();
  equal((await alerts(server)).map((one) => [one.acknowledged?.by, one.acknowledged?.note]), [["Ada", "I look"]], "who looks after it");
}

async function looks(page, server, folder) {
  for (const part of ["", "history", "silences", "channels", "rules"]) {
    await visit(page, `${server.url}/alerts${part === "" ? "" : `?show=${part}`}`);
    for (const one of LOOKS) {
      await look(page, one);
      await fits(page);
      await picture(page, join(folder, `alerts-${part || "now"}-firing-${one.theme}-${one.width}.png`));
    }
    await quiet(page);
  }
  await look(page, { theme: "light", width: 1600 });
}

async function isOver(page, server, agent_id, fingerprint) {
  await visit(page, `${server.url}/alerts`);
  await card(page).waitFor();
  await push(server, agent_id, 3);
  await card(page).waitFor({ state: "detached" });
  await visit(page, `${server.url}/alerts?show=history&of=${fingerprint}`);
  await shows(page, /is over[^]*acknowledged[^]*fired/);
  await visit(page, `${server.url}/alerts?show=rules&q=${RULE}`);
  await page.locator(".row", { hasText: RULE }).locator("span", { hasText: /fired once/ }).first().waitFor();
}

async function isABand(page, server, agent_id) {
  await server.post("/api/alert-rules", { name: "HeartbeatsRare", threshold: { operation: "agent_heartbeat", statistic: "calls_per_second", below: 1_000_000 } });
  await server.post(`/api/agents/${agent_id}/heartbeat`);
  await eventually("the rule about an operation fires", async () => (await alerts(server, "HeartbeatsRare"))[0]?.state === "firing");
  const [{ link }] = await alerts(server, "HeartbeatsRare");
  holds(link.startsWith("/operations/agent_heartbeat"), `where to look is the operation's page, not ${link}`);
  await visit(page, server.url + link);
  await page.locator(".band-words summary").first().click();
  await page.locator(".band-words li", { hasText: "HeartbeatsRare" }).first().waitFor();
}
