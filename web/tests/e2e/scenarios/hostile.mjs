// Two hundred hostile strings in every field that users fill: nothing executes, no policy is broken, no page breaks.

import { addresses, close, live, open, quiet, settled } from "../page.mjs";
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

export default async function ({ browser, binary, home }) {
  if (STRINGS.length < 200) throw new Error(`only ${STRINGS.length} strings`);
  const server = await Server.start(binary, home);
  const taken = await fill(server);
  const page = await open(browser, server.url);
  await live(page);
  for (const path of [...(await addresses(page)), ...taken.details]) {
    await page.goto(server.url + path);
    await settled(page);
    await page.waitForTimeout(300); // what a script would do, it does at once
    const hit = await page.evaluate(() => window.__hit);
    if (hit !== undefined) throw new Error(`a string was executed on ${path}`);
    await quiet(page);
  }
  await showsThem(page, server, taken);
  await close(page);
  await server.end();
  console.log(`${STRINGS.length} strings, ${taken.refused} fields refused them`);
}

/** Every string in every field; a field may refuse one (a name of a topic has no spaces), and says so with 400. */
async function fill(server) {
  let refused = 0;
  const attempt = async (method, path, body) => {
    try {
      return await server.ask(method, path, body);
    } catch (error) {
      if (!/: 4\d\d /.test(String(error))) throw error;
      refused += 1;
      return null;
    }
  };
  const { agents, tasks } = await populate(server);
  const details = [`/agents/${agents.ada}`, `/tasks/${tasks[0]}`, "/operations/task_claim"];
  for (const [number, text] of STRINGS.entries()) {
    const short = text.slice(0, 100);
    const agent = await attempt("POST", "/api/agents", { name: text, role: short });
    await attempt("POST", "/api/agents", { name: `types ${number}`, agent_types: [short], topics: [short], session_id: short, metadata: { [text]: text } });
    const task = await attempt("POST", "/api/tasks", { description: text, summary: short, agent_type: short, session_id: short, input: { [text]: text } })
      ?? await attempt("POST", "/api/tasks", { description: text, input: { [text]: text } });
    if (number % 20 === 0 && agent) details.push(`/agents/${agent.agent_id}`);
    if (number % 20 === 0 && task) details.push(`/tasks/${task.task_id}`);
    const { ada, bo } = agents;
    if (task) await work(attempt, task, agent?.agent_id ?? ada, text);
    await attempt("POST", "/api/messages", { agent_id: ada, to: { agent: bo }, type: short, payload: { [text]: text } });
    await attempt("POST", "/api/messages", { agent_id: ada, to: { topic: short }, type: "x", payload: text });
    await attempt("PUT", `/api/memory/${encodeURIComponent(short)}/${encodeURIComponent(text)}`, { value: { [text]: text }, tags: [short] });
    await attempt("PUT", `/api/memory/notes/note-${number}`, { value: text, tags: ["x"] });
    await attempt("POST", `/api/elections/${encodeURIComponent(short)}/campaign`, { agent_id: ada, ttl_ms: 60_000 });
    await attempt("POST", "/api/metrics/samples", { rows: [{ agent_id: ada, labels: { hostile: text }, values: { hostile_total: number } }] });
    await attempt("POST", "/api/metrics/definitions", { name: `hostile_${number}`, kind: "gauge", unit: short, description: text });
  }
  return { details, refused, agents };
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
async function showsThem(page, server, taken) {
  const name = `"><img src=x onerror=${CALL}>`;
  const found = (await server.get("/api/agents?limit=500")).items.find((agent) => agent.name === name);
  if (!found) throw new Error("an agent may have any name, and this one is gone");
  await page.goto(`${server.url}/agents/${found.agent_id}`);
  await page.locator("h1", { hasText: name }).waitFor();
  void taken;
}
