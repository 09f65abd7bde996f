//! What agents did, over HTTP: the ranking, and one agent's history.

use serde_json::json;

use super::*;

/// Claims and ends the next task; answers its id.
async fn work(server: &Server, agent: &str, word: &str, retry: bool) -> String {
    server.task().await;
    let claimed = server
        .ok("POST", "/api/tasks/claim", json!({"agent_id": agent}))
        .await;
    let task = text(&claimed["task"]["task_id"]);
    let mut said = json!({"agent_id": agent, "fence": claimed["fence"]});
    if word == "fail" {
        said["retry"] = retry.into();
    }
    server
        .ok("POST", &format!("/api/tasks/{task}/{word}"), said)
        .await;
    task
}

/// Five agents take turns, so that a machine that is slow for a while is slow for all of them: only their failures differ.
async fn fleet(server: &Server) -> Vec<String> {
    let mut agents = Vec::new();
    for _ in 0..5 {
        agents.push(server.agent().await);
    }
    for _ in 0..32 {
        for agent in &agents {
            work(server, agent, "complete", false).await;
        }
    }
    for _ in 0..20 {
        work(server, &agents[0], "fail", false).await;
    }
    agents
}

#[tokio::test]
async fn an_agent_that_fails_more_than_the_others_is_below_expected() {
    let server = Server::start();
    let agents = fleet(&server).await;
    let path = "/api/agent-performance?days=1&sort=verdict&limit=2";
    let answer = server.ok("GET", path, Value::Null).await;
    let typed: paceline_api::AgentPerformance = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(typed.fleet.agents, 5);
    assert!(1 <= typed.fleet.below_expected);
    assert_eq!(typed.fleet.kinds[0].failed, 20);
    let flaky = &typed.items[0];
    assert_eq!(flaky.agent_id, agents[0]);
    let counts = (
        flaky.tasks_claimed,
        flaky.tasks_completed,
        flaky.tasks_failed,
    );
    assert_eq!(counts, (52, 32, 20));
    assert!(
        flaky
            .failures
            .evidence
            .starts_with("20 of its 52 tasks failed"),
        "{flaky:?}"
    );
    assert_eq!(flaky.duration.count, 32);
    assert!(typed.period.is_complete);
    let funnels = typed.funnels.unwrap();
    assert_eq!(funnels.failures.points.agent_ids.len(), 5);
    assert_eq!(
        funnels.failures.lines.tasks.len(),
        funnels.failures.lines.outer_high.len()
    );
    let more = format!("{path}&cursor={}", typed.next_cursor.unwrap());
    let next = server.ok("GET", &more, Value::Null).await;
    assert_eq!(next["items"].as_array().unwrap().len(), 2);
    assert!(next.get("funnels").is_none());
    let other_kind = server
        .ok(
            "GET",
            "/api/agent-performance?agent_type=research",
            Value::Null,
        )
        .await;
    let completed = |one: &Value| one["tasks_completed"] == 0;
    assert!(
        other_kind["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(completed)
    );
}

#[tokio::test]
async fn an_agents_history_is_listed_with_its_tool_calls_and_their_patterns() {
    let server = Server::start();
    let agent = server.agent().await;
    let done = work(&server, &agent, "complete", false).await;
    work(&server, &agent, "fail", true).await;
    let call = |at: usize, tool: &str| {
        json!({"agent_id": agent, "session_id": "s", "call_id": format!("c{at}"), "tool": tool,
            "started_at": format!("2026-10-05T14:03:{at:02}.000Z"), "duration_ms": 5, "success": true,
            "input_size": 3})
    };
    let tools = ["Read", "Bash", "Bash", "Bash", "Read", "Bash"];
    let calls: Vec<Value> = tools
        .iter()
        .enumerate()
        .map(|(at, tool)| call(at, tool))
        .collect();
    server
        .ok("POST", "/api/tool-calls", json!({"calls": calls}))
        .await;

    let path = format!("/api/agents/{agent}/timeline");
    let timeline = server.ok("GET", &path, Value::Null).await;
    let outcome = |at: usize| timeline["items"][at]["outcome"].clone();
    assert_eq!(
        (outcome(0), outcome(1)),
        (json!("will_retry"), json!("completed"))
    );
    assert_eq!(timeline["items"][1]["task_id"], done);
    assert!(timeline["items"][1]["duration_ms"].is_u64());
    let future = server
        .ok(
            "GET",
            &format!("{path}?from=2099-01-01T00:00:00Z"),
            Value::Null,
        )
        .await;
    assert_eq!(future["items"], json!([]));

    let path = format!("/api/tool-calls?agent_id={agent}&limit=4");
    let page = server.ok("GET", &path, Value::Null).await;
    assert_eq!(page["items"][0]["call_id"], "c5");
    let rest = format!("{path}&cursor={}", text(&page["next_cursor"]));
    let rest = server.ok("GET", &rest, Value::Null).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);

    let path = format!("/api/agent-performance?agent_id={agent}");
    let answer = server.ok("GET", &path, Value::Null).await;
    let tools = &answer["items"][0]["tools"];
    assert_eq!(
        (&tools["calls"], &tools["tools"][0]["tool"]),
        (&json!(6), &json!("Bash"))
    );
    assert_eq!(
        tools["pairs"][0],
        json!({"tools": ["Bash", "Bash"], "count": 2})
    );
    assert_eq!(tools["loops"][0]["times"], 3);
    assert_eq!(answer["items"][0]["tasks_retried"], 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let server = Server::start();
    for (query, named) in [
        ("days=7&from=2026-01-01T00:00:00Z", "days"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("days=0", "days"),
        ("limit=501", "limit"),
        ("cursor=later", "cursor"),
        ("sort=best", "sort"),
    ] {
        let answer = server
            .call("GET", &format!("/api/agent-performance?{query}"), "")
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "invalid_argument"),
            "{query}"
        );
        let told = answer.message().to_owned() + answer.hint();
        assert!(told.contains(named), "{query}: {told}");
    }
    for path in [
        "/api/tool-calls?from=2026-01-01T00:00:00Z",
        "/api/agents/agt_1/timeline?cursor=x",
        "/api/tool-calls?agent_id=agt_1&cursor=7",
    ] {
        let answer = server.call("GET", path, "").await;
        assert_eq!(answer.code(), "invalid_argument", "{path}: {}", answer.text);
    }
}
