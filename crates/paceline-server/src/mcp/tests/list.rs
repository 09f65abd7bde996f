//! The list of tools: which, in which order, how large.

use std::collections::BTreeSet;

use paceline_api::Operation;
use serde_json::json;

use super::super::tools::TOOLS;
use super::{Protocol, Server};

const BYTES_MAX: usize = 25_000;

/// Operations that agents do not call as tools, each with the reason.
const NO_TOOLS: &[(Operation, &str)] = &[
    (
        Operation::TaskRenew,
        "`agent_heartbeat` renews with `task_id` and `fence`",
    ),
    (Operation::TaskRelease, "`task_fail` gives a task back"),
    (
        Operation::MessageAck,
        "`message_read` acknowledges with `ack_through`",
    ),
    (
        Operation::LeaderRenew,
        "`leader_campaign` renews an own lead",
    ),
    (Operation::LeaderGet, "`agent_status` names the leaders"),
    (Operation::MessageList, "for people, over HTTP"),
    (Operation::QualityList, "for people, over HTTP"),
    (Operation::MetricDefine, "for programs, over HTTP"),
    (Operation::MetricList, "for programs, over HTTP"),
    (Operation::AlertList, "for people, over HTTP"),
    (Operation::AlertAcknowledge, "for people, over HTTP"),
    (Operation::AlertRuleList, "for people, over HTTP"),
    (Operation::AlertRuleCreate, "for people, over HTTP"),
    (Operation::AlertRuleDelete, "for people, over HTTP"),
    (Operation::SilenceCreate, "for people, over HTTP"),
    (Operation::AnomalyList, "for people, over HTTP"),
    (Operation::AnomalyDismiss, "for people, over HTTP"),
    (Operation::MessageDeliver, "nobody calls it"),
    (Operation::LeaderFailover, "nobody calls it"),
];

#[test]
fn every_operation_is_a_tool_or_says_why_not() {
    let tools: BTreeSet<_> = TOOLS.iter().map(|entry| entry.operation).collect();
    assert_eq!(tools.len(), TOOLS.len(), "a tool is there twice");
    let without: BTreeSet<_> = NO_TOOLS.iter().map(|(operation, _)| *operation).collect();
    assert!(tools.is_disjoint(&without));
    let all: BTreeSet<_> = Operation::ALL.iter().copied().collect();
    assert_eq!(&tools | &without, all);
}

#[tokio::test]
async fn the_list_is_the_same_each_time_and_fits_the_budget_of_a_context() {
    let server = Server::start();
    for protocol in [Protocol::Legacy, Protocol::Modern] {
        let first = server.ask(protocol, "tools/list", json!({})).await;
        let again = server.ask(protocol, "tools/list", json!({})).await;
        assert_eq!(first.to_string(), again.to_string());
        let bytes = first["result"].to_string().len();
        println!("tools/list takes {bytes} bytes");
        assert!(bytes < BYTES_MAX, "tools/list takes {bytes} bytes");
        let tools = first["result"]["tools"].as_array().unwrap();
        let names: Vec<_> = tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap())
            .collect();
        let expected: Vec<_> = TOOLS.iter().map(|entry| entry.operation.as_str()).collect();
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn every_tool_says_what_it_takes_answers_and_does() {
    let server = Server::start();
    let list = server.ask(Protocol::Modern, "tools/list", json!({})).await;
    assert_eq!(list["result"]["cacheScope"], "public");
    assert!(list["result"]["ttlMs"].is_u64());
    for tool in list["result"]["tools"].as_array().unwrap() {
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        assert_eq!(tool["outputSchema"]["type"], "object", "{tool}");
        assert!(tool["annotations"]["readOnlyHint"].is_boolean(), "{tool}");
        assert!(!tool["description"].as_str().unwrap().is_empty());
        let text = tool.to_string();
        for noise in ["$schema", "$ref", "uint", "\"default\""] {
            assert!(!text.contains(noise), "{noise} in {text}");
        }
    }
}

#[tokio::test]
async fn what_creates_takes_an_idempotency_key() {
    let server = Server::start();
    let list = server.ask(Protocol::Modern, "tools/list", json!({})).await;
    for tool in list["result"]["tools"].as_array().unwrap() {
        let creates = [
            "agent_register",
            "task_enqueue",
            "message_send",
            "memory_set",
        ]
        .contains(&tool["name"].as_str().unwrap());
        let properties = &tool["inputSchema"]["properties"];
        assert!(
            !creates || properties["idempotency_key"]["type"] == "string",
            "{tool}"
        );
        assert_eq!(properties["token"]["type"], "string");
    }
}
