// The policy is strict and works: what it forbids does not happen even when script asks for it. The feed's worker is the only
// one, and where it does not start the page lives without.

import { addresses, arrive, equal, holds, live, open } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home }) {
  const server = await Server.start(binary, home);
  const page = await open(browser, server.url);
  await live(page);
  for (const path of await addresses(page)) {
    const answer = await fetch(server.url + path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    holds(!/unsafe|allow-duplicates|\*|https?:|blob:/.test(policy), `${path}: ${policy}`);
    for (const part of ["default-src 'none'", "script-src 'self'", "worker-src 'self'", "trusted-types paceline-worker", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) {
      holds(policy.includes(part), `${path} has no ${part}: ${policy}`);
    }
    equal(answer.headers.get("x-content-type-options"), "nosniff", path);
    const html = await answer.text();
    holds(!/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style/.test(html), `${path} has inline script or style`);
  }
  const refused = await page.evaluate(async () => {
    const outcomes = {};
    try {
      document.querySelector("main").insertAdjacentHTML("beforeend", "<b>x</b>");
      outcomes.markup = "done";
    } catch {
      outcomes.markup = "refused";
    }
    const script = document.createElement("script");
    try {
      script.textContent = "window.__inline = 1";
      document.head.append(script);
    } catch {
      // Trusted Types may refuse the text itself.
    }
    outcomes.inline = window.__inline === undefined ? "refused" : "done";
    const attempt = (run) => {
      try {
        run();
        return "done";
      } catch {
        return "refused";
      }
    };
    const own = document.querySelector("script[src]").src;
    outcomes.worker = attempt(() => new Worker(own));
    outcomes.blob = attempt(() => new Worker(URL.createObjectURL(new Blob(["postMessage(1)"]))));
    outcomes.samePolicy = attempt(() => trustedTypes.createPolicy("paceline-worker", { createScriptURL: (text) => text }));
    outcomes.otherPolicy = attempt(() => trustedTypes.createPolicy("default", { createHTML: (text) => text }));
    outcomes.foreign = await fetch("http://127.0.0.1:1/").then(() => "done", () => "refused");
    return outcomes;
  });
  const names = ["markup", "inline", "worker", "blob", "samePolicy", "otherPolicy", "foreign"];
  equal(refused, Object.fromEntries(names.map((name) => [name, "refused"])), "the policy");
  await oneWorker(page);
  await page.context().close();
  await withoutWorker(browser, server);
  await server.end();
}

/** It has the feed, and runs under a policy of its own. */
async function oneWorker(page) {
  const workers = page.workers().map((one) => new URL(one.url()).pathname);
  holds(workers.length === 1 && /^\/assets\/feed-worker-[\w-]+\.js$/.test(workers[0]), `workers: ${workers}`);
  const policy = (await fetch(new URL(workers[0], page.url()))).headers.get("content-security-policy");
  equal(policy, "default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'", "the worker's policy");
  const loaded = await page.workers()[0].evaluate(() => import("/assets/other.js").then(() => "done", () => "refused"));
  equal(loaded, "refused", "a script that the worker loads");
}

async function withoutWorker(browser, server) {
  const page = await arrive(browser, "about:blank");
  await page.route("**/assets/feed-worker-*", (route) => route.abort());
  await page.goto(server.url);
  await live(page);
  equal(page.workers().length, 0, "workers of a page whose worker is blocked");
  await page.context().close();
}
