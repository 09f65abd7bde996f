// A small fleet with something on every page. Owns the facts that scenarios look for.

export async function populate(server, text = (words) => words) {
  const agents = [];
  for (const [name, role, types] of [
    ["Ada", "developer", ["build"]],
    ["Bo", "developer", ["build", "test"]],
    ["Cy", "reviewer", ["review"]],
  ]) {
    agents.push(await server.post("/api/agents", { name: text(name), role: text(role), agent_types: types.map(text), topics: [text("news")], metadata: { from: text("metadata") } }));
  }
  const [ada, bo, cy] = agents.map((agent) => agent.agent_id);
  const graph = await server.post("/api/tasks", {
    tasks: [
      { ref: "plan", description: text("plan the release"), summary: text("plan"), source: "human", agent_type: text("build"), base_priority: 9 },
      { ref: "make", description: text("build it"), agent_type: text("build"), prerequisites: ["plan"] },
      { ref: "check", description: text("check it"), agent_type: text("test"), prerequisites: ["plan"] },
      { description: text("publish it"), agent_type: text("build"), prerequisites: ["make", "check"] },
    ],
  });
  const tasks = graph.tasks.map((task) => task.task_id);
  const claimed = await server.post("/api/tasks/claim", { agent_id: ada, task_id: tasks[0] });
  await server.post("/api/tool-calls", {
    calls: ["Read", "Edit", "Bash"].map((tool, number) => ({
      agent_id: ada, call_id: `call-${number}-${Date.now()}`, tool: text(tool), category: text("files"), started_at: new Date().toISOString(),
      duration_ms: 12 + number, success: number < 2, error: number < 2 ? undefined : text("it failed"),
    })),
  });
  await server.post(`/api/tasks/${tasks[0]}/complete`, { agent_id: ada, fence: claimed.fence, result: { said: text("done") } });
  await server.post("/api/quality", { task_id: tasks[0], completeness: 8, code_quality: 7, documentation: 6, efficiency: 9, impact: 8, notes: text("good work"), assessed_by: text("Cy") });
  const failing = await server.post("/api/tasks", { description: text("a task that fails"), max_retries: 0 });
  const held = await server.post("/api/tasks/claim", { agent_id: bo, task_id: failing.task_id });
  await server.post(`/api/tasks/${failing.task_id}/fail`, { agent_id: bo, fence: held.fence, error: text("no disk"), retry: false });
  await server.post("/api/messages", { agent_id: ada, to: { agent: bo }, type: text("question"), payload: { words: text("is it ready?") } });
  await server.post("/api/messages", { agent_id: bo, to: { all: true }, type: text("answer"), payload: text("yes, it is") });
  await server.ask("GET", `/api/agents/${bo}/messages`);
  await server.put(`/api/memory/${encodeURIComponent(text("plans"))}/${encodeURIComponent(text("today"))}`, { value: { ship: text("all of it") }, tags: [text("important")] });
  await server.post("/api/elections/chief/campaign", { agent_id: cy, ttl_ms: 60_000 });
  await server.post("/api/metrics/definitions", { name: "cache_hits_total", kind: "counter", description: text("hits of the cache") });
  await server.post("/api/metrics/samples", { rows: [{ agent_id: ada, labels: { cache: text("tools") }, values: { cache_hits_total: 17 } }] });
  return { agents: { ada, bo, cy }, tasks, failed: failing.task_id };
}
