// Two hundred hostile strings in every field that users fill: nothing executes, no policy is broken, no page breaks.

import { addresses, close, live, open, quiet, settled, visit } from "../page.mjs";
import { populate } from "../fleet.mjs";
import { Server } from "../server.mjs";

const CALL = "window.__hit=1";
/** Each of these is tried in several wrappings. */
const CORES = [
  `<script>${CALL}</script>`, `<img src=x onerror=${CALL}>`, `<svg onload=${CALL}>`, `<svg><script>${CALL}</script></svg>`, `<iframe srcdoc="<script>parent.${CALL}</script>">`,
  `<a href="javascript:${CALL}">x</a>`, `<body onload=${CALL}>`, `<details open ontoggle=${CALL}>`, `<input autofocus onfocus=${CALL}>`, `<math><mi xlink:href="javascript:${CALL}">`,
  `<style>@import 'javascript:${CALL}'</style>`, `<style>*{background:url(javascript:${CALL})}</style>`, `<link rel=stylesheet href=data:,*{}>`, `<meta http-equiv=refresh content=0;url=javascript:${CALL}>`, `<base href=//127.0.0.1:1/>`,
  `<object data=javascript:${CALL}>`, `<embed src=javascript:${CALL}>`, `<form action=javascript:${CALL}><button>x`, `<video><source onerror=${CALL}>`, `<marquee onstart=${CALL}>`,
  `javascript:${CALL}`, `{{constructor.constructor('${CALL}')()}}`, `\${${CALL}}`, `<%= ${CALL} %>`, `'-${CALL}-'`,
  `__proto__`, `constructor`, `toString`, `\u202Eevil\u202C`, `\u0007\u001b[31mred\u001b[0m`,
  `%3Cscript%3E${CALL}%3C/script%3E`, `../../../etc/passwd`, `?x=1&y=2#z`, `a"b'c\`d`, `</script></style></textarea></title><script>${CALL}</script>`,
  `Ω≈ç√∫ 你好 مرحبا שלום 👩‍💻`, `\uFEFF\u200B\u200D`, `Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚a̸l̷g̶o̵`, `${"w".repeat(150)}`, `NaN`,
];
const WRAPPINGS = [(core) => core, (core) => `">${core}`, (core) => `'>${core}`, (core) => `-->${core}<!--`, (core) => `]]>${core}`];
const STRINGS = WRAPPINGS.flatMap((wrap) => CORES.map(wrap));

/** So many are on their way at once: one after the other each would wait for a disk alone. */
const AT_ONCE = 20;

export default async function ({ browser, binary, home }) {
  if (STRINGS.length < 200) throw new Error(`only ${STRINGS.length} strings`);
  const server = await Server.start(binary, home);
  const taken = await fill(server);
  const page = await open(browser, server.url);
  await live(page);
  for (const path of [...(await addresses(page)), ...taken.details]) {
    await visit(page, server.url + path);
    await seenWhole(page);
    await nothingRan(page, path);
  }
  await showsThem(page, server);
  await close(page);
  await server.end();
  console.log(`${STRINGS.length} strings, ${taken.refused} fields refused them`);
}

/** Rows exist only near the view: every list is scrolled through, and what is folded is opened. */
async function seenWhole(page) {
  await page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    for (const one of document.querySelectorAll("main details:not([open]) > summary")) one.click();
    for (const box of document.querySelectorAll("main .rows, main .tiles, main .events")) {
      for (let top = 0; top < box.scrollHeight; top += Math.max(100, box.clientHeight)) {
        box.scrollTop = top;
        await drawn();
      }
    }
  });
  await settled(page);
}

/** A picture that is asked for last fails last: what a string asked for has loaded or failed, and said so, before. */
async function nothingRan(page, path) {
  const hit = await page.evaluate(async () => {
    await new Promise((done) => {
      const last = new Image();
      last.onload = last.onerror = done;
      last.src = `/icon.svg?${performance.now()}`;
    });
    return window.__hit;
  });
  if (hit !== undefined) throw new Error(`a string was executed on ${path}`);
  // A server that says that it has too much to do says nothing of strings.
  page.troubles = page.troubles.filter((one) => !/status of 503/.test(one));
  await quiet(page);
}

/** Every string in every field; a field may refuse one (a name of a topic has no spaces), and says so with 400. */
async function fill(server) {
  const taken = { refused: 0, details: [] };
  const attempt = async (method, path, body) => {
    try {
      return await server.ask(method, path, body);
    } catch (error) {
      if (!/: 4\d\d /.test(String(error))) throw error;
      taken.refused += 1;
      return null;
    }
  };
  const { agents, tasks } = await populate(server);
  taken.details.push(`/agents/${agents.ada}`, `/tasks/${tasks[0]}`, "/operations/task_claim", "/agents?q=img", "/messages?topic=news", "/memory?ns=notes", "/alerts?show=history", "/alerts?show=silences", "/alerts?show=rules", "/alerts/new");
  for (let from = 0; from < STRINGS.length; from += AT_ONCE) {
    await Promise.all(STRINGS.slice(from, from + AT_ONCE).map((text, at) => put(attempt, agents, text, from + at, taken.details)));
  }
  return taken;
}

async function put(attempt, { ada, bo }, text, number, details) {
  const short = text.slice(0, 100);
  const [agent, , task] = await Promise.all([
    attempt("POST", "/api/agents", { name: text, role: short }),
    attempt("POST", "/api/agents", { name: `types ${number}`, agent_types: [short], topics: [short], session_id: short, metadata: { [text]: text } }),
    attempt("POST", "/api/tasks", { description: text, summary: short, agent_type: short, session_id: short, input: { [text]: text } }).then((task) => task ?? attempt("POST", "/api/tasks", { description: text, input: { [text]: text } })),
    attempt("POST", "/api/messages", { agent_id: ada, to: { agent: bo }, type: short, payload: { [text]: text } }),
    attempt("POST", "/api/messages", { agent_id: ada, to: { topic: short }, type: "x", payload: text }),
    attempt("PUT", `/api/memory/${encodeURIComponent(short)}/${encodeURIComponent(text)}`, { value: { [text]: text }, tags: [short] }),
    attempt("PUT", `/api/memory/notes/note-${number}`, { value: text, tags: ["x"] }),
    attempt("POST", `/api/elections/${encodeURIComponent(short)}/campaign`, { agent_id: ada, ttl_ms: 60_000 }),
    attempt("POST", "/api/metrics/samples", { rows: [{ agent_id: ada, labels: { hostile: text }, values: { hostile_total: number } }] }),
    attempt("POST", "/api/alert-rules", { name: text.slice(0, 200), expr: "vector(1)", labels: { hostile: text }, annotations: { summary: text, description: text, runbook_url: text } }),
    attempt("POST", "/api/silences", { matchers: [{ name: "hostile", value: text }], duration_seconds: 3_600, created_by: short, comment: text }),
    attempt("POST", "/api/metrics/definitions", { name: `hostile_${number}`, kind: "gauge", unit: short, description: text }),
  ]);
  // A page of one agent and of one task for some of them, in each wrapping and of each kind.
  if (number % 27 === 1 && agent) details.push(`/agents/${agent.agent_id}`);
  if (number % 27 === 1 && task) details.push(`/tasks/${task.task_id}`);
  if (task) await work(attempt, task, agent?.agent_id ?? ada, text);
}

async function work(attempt, task, agent_id, text) {
  const claimed = await attempt("POST", "/api/tasks/claim", { agent_id, task_id: task.task_id });
  const call = { agent_id, call_id: text, tool: text, category: text, started_at: new Date().toISOString(), duration_ms: 3, success: false, error: text };
  await attempt("POST", "/api/tool-calls", { calls: [call] });
  await attempt("PATCH", `/api/tasks/${task.task_id}`, { note: text });
  if (!claimed) return;
  await attempt("POST", `/api/tasks/${task.task_id}/complete`, { agent_id, fence: claimed.fence, result: { [text]: text } });
  await attempt("POST", "/api/quality", { task_id: task.task_id, completeness: 5, code_quality: 5, documentation: 5, efficiency: 5, impact: 5, notes: text, assessed_by: text });
}

/** They are not thrown away either: text is shown as text. */
async function showsThem(page, server) {
  const name = `"><img src=x onerror=${CALL}>`;
  const found = (await server.get("/api/agents?limit=500")).items.find((agent) => agent.name === name);
  if (!found) throw new Error("an agent may have any name, and this one is gone");
  await visit(page, `${server.url}/agents/${found.agent_id}`);
  await page.locator("h1", { hasText: name }).waitFor();
}
