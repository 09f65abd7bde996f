//! A fleet's day through every tool, each answer held against the schema that its tool announces.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::tools::TOOLS;
use super::{Protocol, Server};

/// As much of JSON Schema as answers use.
fn check(schema: &Value, value: &Value, place: &str) {
    let fits = |wanted: &str| match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("{place}: no such type {other}"),
    };
    match &schema["type"] {
        Value::Null => {}
        Value::String(wanted) => assert!(fits(wanted), "{place}: {value} is no {wanted}"),
        wanted => {
            let mut types = wanted.as_array().unwrap().iter();
            assert!(
                types.any(|one| fits(one.as_str().unwrap())),
                "{place}: {value}"
            );
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value}");
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => check(schema, field, &format!("{place}.{name}")),
            None => assert!(schema["additionalProperties"] != false, "{place}.{name}"),
        }
    }
    for item in value.as_array().into_iter().flatten() {
        check(
            schema.get("items").unwrap_or(&Value::Null),
            item,
            &format!("{place}[]"),
        );
    }
}

struct Day {
    server: Server,
    schemas: BTreeMap<String, Value>,
    called: BTreeSet<String>,
}

impl Day {
    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.server.call(tool, arguments).await;
        check(&self.schemas[tool], &answer, tool);
        // A schema that says nothing would fit everything.
        let known = self.schemas[tool]["properties"].as_object();
        if !["perf_report", "task_update"].contains(&tool) {
            let known = known.unwrap_or_else(|| panic!("{tool} announces no fields"));
            for name in answer.as_object().unwrap().keys() {
                assert!(
                    known.contains_key(name),
                    "{tool} does not announce `{name}`"
                );
            }
        }
        self.called.insert(tool.to_owned());
        answer
    }

    async fn tasks(&mut self, agent: &Value) {
        let batch = json!([
            {"description": "one", "ref": "a", "source": "human"},
            {"description": "two", "prerequisites": ["a"], "input": {"x": 1}}
        ]);
        let enqueued = self.call("task_enqueue", json!({"tasks": batch})).await;
        let second = enqueued["tasks"][1]["task_id"].clone();
        let claim = json!({"agent_id": agent, "lease_seconds": 60});
        let claimed = self.call("task_claim", claim.clone()).await;
        let (task, fence) = (claimed["task"]["task_id"].clone(), claimed["fence"].clone());
        self.call(
            "task_update",
            json!({"task_id": task, "note": "n", "agent_id": agent}),
        )
        .await;
        let done = json!({"task_id": task, "agent_id": agent, "fence": fence, "result": [1]});
        let completed = self.call("task_complete", done).await;
        assert_eq!(completed["unblocked_task_ids"], json!([second]));
        let claimed = self.call("task_claim", claim.clone()).await;
        let failed = json!({"task_id": second, "agent_id": agent, "fence": claimed["fence"]});
        self.call("task_fail", failed).await;
        self.call("task_get", json!({"task_id": task})).await;
        self.call("task_list", json!({"status": "completed,ready"}))
            .await;
        self.call("task_queue_status", json!({})).await;
        self.call("task_execution_plan", json!({"task_ids": [task, second]}))
            .await;
        self.call("task_cancel", json!({"task_id": second, "reason": "r"}))
            .await;
        let nothing = self.call("task_claim", claim).await;
        assert_eq!(nothing, json!({"task": null}));
        self.assess(&task).await;
    }

    async fn assess(&mut self, task: &Value) {
        let scores = json!({
            "task_id": task, "completeness": 9, "code_quality": 8, "documentation": 7,
            "efficiency": 6, "impact": 5, "assessed_by": "reviewer"
        });
        self.call("quality_assess", scores).await;
    }

    async fn the_rest(&mut self, agent: &Value) {
        let to = json!({"agent": agent});
        let sent = json!({"to": to, "type": "hello", "payload": {"n": 1}, "agent_id": agent});
        let sent = self.call("message_send", sent).await;
        let read = self.call("message_read", json!({"agent_id": agent})).await;
        assert_eq!(read["items"][0]["message_id"], sent["message_id"]);
        let next = json!({"agent_id": agent, "ack_through": read["next_after"]});
        assert_eq!(self.call("message_read", next).await["items"], json!([]));
        let entry = json!({"namespace": "n", "key": "k", "value": "some words", "tags": ["t"]});
        self.call("memory_set", entry).await;
        self.call("memory_get", json!({"namespace": "n", "key": "k"}))
            .await;
        self.call("memory_search", json!({"q": "words"})).await;
        self.call("memory_delete", json!({"namespace": "n", "key": "k"}))
            .await;
        let office = json!({"election": "planner", "agent_id": agent});
        assert_eq!(
            self.call("leader_campaign", office.clone()).await["is_leader"],
            true
        );
        self.call("agent_status", json!({})).await;
        self.call("leader_resign", office).await;
        let call = json!({
            "call_id": "c", "tool": "shell", "started_at": "2026-10-05T14:03:07.250Z",
            "duration_ms": 1.5, "success": true
        });
        self.call("tool_call_record", json!({"calls": [call]}))
            .await;
        let samples = json!([{"name": "builds_total", "value": 3, "labels": {"kind": "nightly"}}]);
        let recorded = self
            .call("metric_record", json!({"samples": samples}))
            .await;
        assert_eq!(recorded, json!({"accepted": 1, "rejected": []}));
        self.call("perf_report", json!({"days": 1})).await;
    }
}

#[tokio::test]
async fn every_answer_fits_the_schema_of_its_tool() {
    let server = Server::start();
    let list = server.ask(Protocol::Legacy, "tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().unwrap();
    let schemas = tools.iter().map(|tool| {
        (
            tool["name"].as_str().unwrap().to_owned(),
            tool["outputSchema"].clone(),
        )
    });
    let mut day = Day {
        schemas: schemas.collect(),
        server,
        called: BTreeSet::new(),
    };
    let agent = day
        .call("agent_register", json!({"name": "a", "role": "coder"}))
        .await;
    let agent = &agent["agent_id"];
    day.call("agent_heartbeat", json!({"agent_id": agent}))
        .await;
    day.call(
        "agent_update_status",
        json!({"agent_id": agent, "status": "working"}),
    )
    .await;
    day.tasks(agent).await;
    day.the_rest(agent).await;
    day.call("agent_deregister", json!({"agent_id": agent}))
        .await;
    let all: BTreeSet<_> = TOOLS
        .iter()
        .map(|entry| entry.operation.as_str().to_owned())
        .collect();
    assert_eq!(day.called, all);
}
