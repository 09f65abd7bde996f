//! What the payloads of Claude Code, Codex, Gemini CLI and the GenAI conventions become. Owns the
//! expectations; the payloads are in `fixtures`, with where they come from.

use paceline_core::tool_call::ToolCall;
use paceline_store::{PageRequest, Store};

use super::Server;

const CLAUDE_LOGS: &str = include_str!("fixtures/claude_code_logs.json");
const CLAUDE_METRICS: &str = include_str!("fixtures/claude_code_metrics.json");
const CODEX_LOGS: &str = include_str!("fixtures/codex_logs.json");
const CODEX_METRICS: &str = include_str!("fixtures/codex_metrics.json");
const GEMINI_LOGS: &str = include_str!("fixtures/gemini_cli_logs.json");
const GEMINI_METRICS: &str = include_str!("fixtures/gemini_cli_metrics.json");
const SPANS: &str = include_str!("fixtures/gen_ai_traces.json");

const CLAUDE: &str = r#"agent="agt_claude""#;

#[tokio::test]
async fn claude_codes_events_land_as_calls_tokens_cost_and_times_of_its_agent() {
    let server = Server::start();
    Server::taken(&server.json("/v1/logs", CLAUDE_LOGS).await);
    let tokens = |kind| format!(r#"{{{CLAUDE}, model="claude-sonnet-4-5", type="{kind}"}}"#);
    server.has(
        "paceline_agent_tokens_total",
        &[
            (&tokens("input"), 20.0),
            (&tokens("output"), 500.0),
            (&tokens("cache_read"), 38_100.0),
            (&tokens("cache_write"), 2_400.0),
        ],
    );
    let model = format!(r#"{{{CLAUDE}, model="claude-sonnet-4-5"}}"#);
    server.has("paceline_agent_cost_usd_total", &[(&model, 0.028)]);
    let outcome = |is| format!(r#"{{{CLAUDE}, model="claude-sonnet-4-5", outcome="{is}"}}"#);
    let requests = "paceline_agent_api_request_seconds";
    server.has(
        &format!("{requests}_sum"),
        &[(&outcome("ok"), 7.0), (&outcome("error"), 0.9)],
    );
    server.has(
        &format!("{requests}_count"),
        &[(&outcome("ok"), 2.0), (&outcome("error"), 1.0)],
    );
    server.has(
        "paceline_agent_tool_decisions_total",
        &[(
            &format!(r#"{{{CLAUDE}, decision="accept", tool="Bash"}}"#),
            1.0,
        )],
    );
    server.has(
        "paceline_agent_mcp_connection_seconds_sum",
        &[(&format!(r#"{{{CLAUDE}, status="connected"}}"#), 0.12)],
    );
    server
        .calls(&[
            ("toolu_01", "Bash", "agt_claude", 1_500.0, true, Some(48)),
            ("toolu_02", "Edit", "agt_claude", 35.0, false, Some(310)),
        ])
        .await;
}

#[tokio::test]
async fn a_repeated_request_and_a_second_teller_count_once() {
    let server = Server::start();
    for _ in 0..3 {
        Server::taken(&server.json("/v1/logs", CLAUDE_LOGS).await);
        server.turn(1_000);
    }
    Server::taken(&server.json("/v1/metrics", CLAUDE_METRICS).await);
    let model = format!(r#"{{{CLAUDE}, model="claude-sonnet-4-5"}}"#);
    server.has("paceline_agent_cost_usd_total", &[(&model, 0.028)]);
    // The metric itself is kept under its own name.
    let own = r#"{agent="agt_claude", job="claude-code", model="claude-sonnet-4-5", query_source="main", session_id="5c1f6a52-cl", terminal_type="non-interactive"}"#;
    server.has("claude_code_cost_usage_USD_total", &[(own, 0.028)]);
}

#[tokio::test]
async fn metrics_alone_tell_tokens_and_cost_too() {
    let server = Server::start();
    Server::taken(&server.json("/v1/metrics", CLAUDE_METRICS).await);
    Server::taken(&server.json("/v1/metrics", CLAUDE_METRICS).await);
    let tokens = |kind| format!(r#"{{{CLAUDE}, model="claude-sonnet-4-5", type="{kind}"}}"#);
    server.has(
        "paceline_agent_tokens_total",
        &[
            (&tokens("input"), 20.0),
            (&tokens("output"), 500.0),
            (&tokens("cache_read"), 38_100.0),
            (&tokens("cache_write"), 2_400.0),
        ],
    );
}

#[tokio::test]
async fn an_agents_own_report_and_telemetry_of_one_call_count_once() {
    let server = Server::start();
    let own = serde_json::json!([{"call_id": "toolu_01", "tool": "Bash", "agent_id": "agt_claude",
        "started_at": "2026-11-21T08:59:36.500Z", "duration_ms": 1500, "success": true}]);
    let answer = server.json("/api/tool-calls", &own.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    Server::taken(&server.json("/v1/logs", CLAUDE_LOGS).await);
    assert_eq!(server.tool_calls().await.len(), 2);
}

#[tokio::test]
async fn codexs_events_and_metrics_land_with_its_agent() {
    let server = Server::start();
    Server::taken(&server.json("/v1/logs", CODEX_LOGS).await);
    Server::taken(&server.json("/v1/metrics", CODEX_METRICS).await);
    let tokens = |kind| format!(r#"{{agent="agt_codex", model="gpt-5.2-codex", type="{kind}"}}"#);
    server.has(
        "paceline_agent_tokens_total",
        &[
            (&tokens("input"), 2_500.0),
            (&tokens("output"), 444.0),
            (&tokens("cache_read"), 6_500.0),
            (&tokens("reasoning"), 256.0),
        ],
    );
    let outcome = |is| format!(r#"{{agent="agt_codex", model="gpt-5.2-codex", outcome="{is}"}}"#);
    server.has(
        "paceline_agent_api_request_seconds_sum",
        &[(&outcome("ok"), 2.15), (&outcome("error"), 0.35)],
    );
    let ok = r#"{agent="agt_codex", outcome="ok"}"#;
    server.has("paceline_agent_run_seconds_sum", &[(ok, 8.4)]);
    server.has(
        "paceline_agent_first_token_seconds_sum",
        &[(r#"{agent="agt_codex", model="gpt-5.2-codex"}"#, 0.62)],
    );
    server
        .calls(&[
            ("call_a1", "shell", "agt_codex", 1_800.0, true, None),
            ("call_a2", "apply_patch", "agt_codex", 64.0, false, None),
        ])
        .await;
    let shell = r#"{agent="agt_codex", job="codex_cli_rs", model="gpt-5.2-codex", success="true", tool="shell"}"#;
    server.has("codex_tool_call_duration_seconds_sum", &[(shell, 1.8)]);
    server.has("codex_tool_call_total", &[(shell, 1.0)]);
}

#[tokio::test]
async fn codexs_metrics_alone_tell_tokens_without_counting_any_twice() {
    let server = Server::start();
    Server::taken(&server.json("/v1/metrics", CODEX_METRICS).await);
    let tokens = |kind| format!(r#"{{agent="agt_codex", model="gpt-5.2-codex", type="{kind}"}}"#);
    server.has(
        "paceline_agent_tokens_total",
        &[
            (&tokens("input"), 2_500.0),
            (&tokens("output"), 444.0),
            (&tokens("cache_read"), 6_500.0),
            (&tokens("reasoning"), 256.0),
        ],
    );
}

#[tokio::test]
async fn gemini_clis_events_and_metrics_land_with_its_agent_at_any_of_the_paths() {
    let server = Server::start();
    // With HTTP it knows one address for all three signals.
    Server::taken(&server.json("/v1/traces", GEMINI_LOGS).await);
    Server::taken(&server.json("/v1/traces", GEMINI_METRICS).await);
    let tokens = |kind| format!(r#"{{agent="agt_gemini", model="gemini-3-pro", type="{kind}"}}"#);
    server.has(
        "paceline_agent_tokens_total",
        &[
            (&tokens("input"), 2_000.0),
            (&tokens("output"), 210.0),
            (&tokens("cache_read"), 3_000.0),
            (&tokens("reasoning"), 90.0),
            (&tokens("tool"), 15.0),
        ],
    );
    let outcome = |is| format!(r#"{{agent="agt_gemini", model="gemini-3-pro", outcome="{is}"}}"#);
    server.has(
        "paceline_agent_api_request_seconds_sum",
        &[(&outcome("ok"), 3.9), (&outcome("error"), 0.08)],
    );
    let ok = r#"{agent="agt_gemini", outcome="ok"}"#;
    server.has("paceline_agent_run_seconds_sum", &[(ok, 21.0)]);
    let calls = server.tool_calls().await;
    let told: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call.tool.as_str(),
                call.agent_id.as_ref().map(|id| id.as_str()),
                call.success,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("read_file", Some("agt_gemini"), true),
            ("run_shell_command", Some("agt_gemini"), false)
        ]
    );
}

#[tokio::test]
async fn spans_of_the_conventions_land_as_calls_tokens_times_and_evaluations() {
    let server = Server::start();
    Server::taken(&server.json("/v1/traces", SPANS).await);
    let agent = r#"agent="agt_genai""#;
    let model = "gpt-5.2-2026-09-01";
    server.has(
        "paceline_agent_tokens_total",
        &[
            (
                &format!(r#"{{{agent}, model="{model}", type="input"}}"#),
                200.0,
            ),
            (
                &format!(r#"{{{agent}, model="{model}", type="output"}}"#),
                80.0,
            ),
            (
                &format!(r#"{{{agent}, model="{model}", type="cache_read"}}"#),
                1_000.0,
            ),
        ],
    );
    server.has(
        "paceline_agent_api_request_seconds_sum",
        &[(
            &format!(r#"{{{agent}, model="{model}", outcome="ok"}}"#),
            1.5,
        )],
    );
    server.has(
        "paceline_agent_run_seconds_sum",
        &[(&format!(r#"{{{agent}, outcome="ok"}}"#), 20.0)],
    );
    server.has(
        "paceline_agent_mcp_request_seconds_sum",
        &[(
            &format!(r#"{{{agent}, method="tools/list", outcome="ok"}}"#),
            0.04,
        )],
    );
    server.has(
        "paceline_agent_evaluation",
        &[(&format!(r#"{{{agent}, name="relevance"}}"#), 0.92)],
    );
    server
        .calls(&[
            ("call_s1", "search", "agt_genai", 250.0, true, None),
            ("call_s2", "deploy", "agt_genai", 1_000.0, false, None),
        ])
        .await;
}

#[tokio::test]
async fn five_evaluations_of_a_task_are_an_assessment_and_fewer_are_not() {
    let server = Server::start();
    let task = serde_json::json!({"description": "judge it", "source": "human"});
    let task = server.json("/api/tasks", &task.to_string()).await.json();
    let task = task["task_id"].as_str().unwrap().to_owned();
    let dimensions = [
        "completeness",
        "code_quality",
        "documentation",
        "efficiency",
        "impact",
    ];
    let send = async |names: &[&str]| {
        let logs: Vec<_> = names
            .iter()
            .map(|name| {
                serde_json::json!({
                "timeUnixNano": (server.now_ms() * 1_000_000).to_string(),
                "eventName": "gen_ai.evaluation.result",
                "attributes": [
                    {"key": "gen_ai.evaluation.name", "value": {"stringValue": name}},
                    {"key": "gen_ai.evaluation.score.value", "value": {"doubleValue": 8.0}},
                    {"key": "gen_ai.evaluation.evaluator", "value": {"stringValue": "judge"}},
                    {"key": "paceline.task_id", "value": {"stringValue": task}}
                ]})
            })
            .collect();
        let body = serde_json::json!({"resourceLogs": [{"scopeLogs": [{"logRecords": logs}]}]});
        Server::taken(&server.json("/v1/logs", &body.to_string()).await);
        let request = http::Request::get("/api/quality").header("host", "127.0.0.1:7717");
        let request = request.body(axum::body::Body::empty()).unwrap();
        let listed = server.send(request).await.json();
        listed["items"].as_array().unwrap().len()
    };
    assert_eq!(send(&dimensions[..4]).await, 0);
    server.turn(1_000);
    assert_eq!(send(&dimensions).await, 1);
    assert_eq!(send(&dimensions).await, 1, "a repeated one");
}

#[tokio::test]
async fn counters_go_on_after_a_restart() {
    let server = Server::start();
    Server::taken(&server.json("/v1/logs", CLAUDE_LOGS).await);
    server.turn(5_000);
    let server = server.restart().await;
    let one = CLAUDE_LOGS.replace("req_", "again_");
    Server::taken(&server.json("/v1/logs", &one).await);
    let model = format!(r#"{{{CLAUDE}, model="claude-sonnet-4-5"}}"#);
    server.has("paceline_agent_cost_usd_total", &[(&model, 0.056)]);
}

#[tokio::test]
async fn an_attribute_that_stopped_coming_is_a_series() {
    let server = Server::start();
    for at in 0..45 {
        let duration = match at {
            0..25 => r#"{"key":"duration_ms","value":{"intValue":"5"}},"#,
            _ => "",
        };
        let body = format!(
            r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"timeUnixNano":"{}","eventName":"claude_code.tool_result","attributes":[{duration}
            {{"key":"tool_name","value":{{"stringValue":"Bash"}}}},{{"key":"tool_use_id","value":{{"stringValue":"t{at}"}}}},{{"key":"success","value":{{"boolValue":true}}}}]}}]}}]}}]}}"#,
            server.now_ms() * 1_000_000
        );
        let answer = server.json("/v1/logs", &body).await;
        assert_eq!(answer.status, 200);
        let partial = &answer.json()["partialSuccess"]["errorMessage"];
        assert_eq!(
            partial
                .as_str()
                .is_some_and(|said| said.contains("incomplete")),
            25 <= at
        );
        server.turn(10);
    }
    let labels =
        r#"{attribute="duration_ms", event="claude_code.tool_result", source="claude_code"}"#;
    server.has("paceline_telemetry_attribute_missing", &[(labels, 1.0)]);
    assert_eq!(server.tool_calls().await.len(), 25);
}

#[tokio::test]
async fn an_agents_token_speaks_for_that_agent_only() {
    let server = Server::with_tokens();
    let (other, own) = (server.registered().await, server.registered().await);
    let send = async |agent: &str| {
        let body = CLAUDE_METRICS.replace("agt_claude", agent);
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &format!("Bearer {}", own.1)),
        ];
        server.post("/v1/metrics", &headers, body).await
    };
    let answer = send(&other.0).await;
    assert_eq!(
        answer.json()["partialSuccess"]["rejectedDataPoints"],
        "10",
        "{}",
        answer.json()
    );
    assert!(server.newest("claude_code_session_count_total").is_empty());
    Server::taken(&send(&own.0).await);
    let sessions = server.newest("claude_code_session_count_total");
    assert!(sessions.keys().all(|labels| labels.contains(&own.0)) && sessions.len() == 1);
    let none = server.json("/v1/metrics", CLAUDE_METRICS).await;
    assert_eq!(none.status, 401);
}

/// Id, tool, agent, milliseconds, success and bytes in.
type Call<'a> = (&'a str, &'a str, &'a str, f64, bool, Option<u64>);

impl Server {
    /// Id and token.
    async fn registered(&self) -> (String, String) {
        let caller = crate::operations::Caller::internal();
        let agent = self
            .operations
            .agent_register(&caller, <_>::default())
            .await
            .unwrap();
        (agent.agent_id, agent.token)
    }

    async fn tool_calls(&self) -> Vec<ToolCall> {
        let page = PageRequest {
            limit: 500,
            cursor: None,
        };
        let mut calls = self.store.tool_figures(page).await.unwrap().value.items;
        calls.sort_by_key(|one| one.started_at);
        calls
    }

    async fn calls(&self, expected: &[Call<'_>]) {
        let calls = self.tool_calls().await;
        let told: Vec<_> = calls
            .iter()
            .map(|call| {
                let agent = call.agent_id.as_ref().map_or("", |id| id.as_str());
                (
                    &*call.call_id,
                    &*call.tool,
                    agent,
                    call.duration_ms,
                    call.success,
                    call.input_size,
                )
            })
            .collect();
        assert_eq!(told, expected);
    }
}
