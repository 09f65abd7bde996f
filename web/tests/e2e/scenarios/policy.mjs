// The policy is strict and works: what it forbids does not happen even when script asks for it.

import { addresses, equal, holds, live, open } from "../page.mjs";
import { Server } from "../server.mjs";

export default async function ({ browser, binary, home }) {
  const server = await Server.start(binary, home);
  const page = await open(browser, server.url);
  await live(page);
  for (const path of await addresses(page)) {
    const answer = await fetch(server.url + path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    holds(!/unsafe|\*|https?:/.test(policy), `${path}: ${policy}`);
    for (const part of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) {
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
    outcomes.foreign = await fetch("http://127.0.0.1:1/").then(() => "done", () => "refused");
    return outcomes;
  });
  equal(refused, { markup: "refused", inline: "refused", foreign: "refused" }, "the policy");
  await page.context().close();
  await server.end();
}
