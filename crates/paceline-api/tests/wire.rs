//! The wire as others see it: names, refusals and the size of the schemas.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fmt::Debug;

use paceline_api::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &str) {
    let value: T = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
}

fn check_refused<T: DeserializeOwned + Debug>(json: &str, expected: &str) {
    let error = serde_json::from_str::<T>(json).unwrap_err().to_string();
    assert!(error.contains(expected), "{json}: {error}");
}

const AT: &str = "2026-10-05T14:03:07.250Z";

#[test]
fn requests_read_back_as_they_were_written() {
    check::<AgentRegisterRequest>("{}");
    check::<AgentRegisterRequest>(r#"{"name":"a","topics":["builds"],"metadata":{"pid":1}}"#);
    check::<AgentUpdateStatusRequest>(r#"{"status":"working","current_task":"t"}"#);
    check::<TaskEnqueueRequest>(&format!(
        r#"{{"description":"d","source":"agent_planner","agent_type":"coder","base_priority":7,"prerequisites":["a"],"deadline":"{AT}","ref":"b","summary":"s","input":[1.50],"estimated_duration_seconds":60,"max_retries":0,"not_before":"{AT}","agent_id":"agt_1","election":"planner","epoch":4}}"#
    ));
    check::<TaskClaimRequest>(r#"{"agent_id":"a","lease_seconds":300,"wait_seconds":60}"#);
    check::<TaskCompleteRequest>(r#"{"agent_id":"a","fence":3,"result":{"ok":true}}"#);
    check::<TaskFailRequest>(r#"{"agent_id":"a","fence":3,"error":"e","retry":false}"#);
    check::<MessageSendRequest>(r#"{"to":{"all":true},"type":"hello","payload":{"n":1}}"#);
    check::<MemorySetRequest>(r#"{"value":null,"expected_version":0,"tags":["x"]}"#);
    check::<LeaderCampaignRequest>(r#"{"agent_id":"a","ttl_ms":10000}"#);
    check::<ToolCallRecordRequest>(&format!(
        r#"{{"calls":[{{"call_id":"c","tool":"t","started_at":"{AT}","duration_ms":1.5,"success":true}}]}}"#
    ));
    check::<FeatureSetRequest>(r#"{"enabled":false}"#);
}

#[test]
fn answers_read_back_as_they_were_written() {
    check::<Page<String>>(r#"{"items":["a"],"next_cursor":null}"#);
    check::<LeaderState>(
        r#"{"election":"e","leader":null,"epoch":0,"is_leader":false,"expires_at":null}"#,
    );
    check::<TaskCancelled>(
        r#"{"cancelled_task_id":"a","cascaded_task_ids":["b"],"total_cancelled":2}"#,
    );
    check::<TaskExecutionPlan>(
        r#"{"batches":[["a","b"],["c"]],"total_batches":2,"max_parallelism":2}"#,
    );
    check::<ToolCallRecorded>(
        r#"{"accepted":1,"duplicates":1,"rejected":[{"index":2,"code":"invalid_argument","message":"m"}]}"#,
    );
    check::<MessageSent>(&format!(
        r#"{{"message_id":"m","position":9,"sequence":2,"sent_at":"{AT}","to":{{"role":"reviewer"}}}}"#
    ));
}

#[test]
fn an_unknown_field_is_refused_in_requests_and_ignored_in_answers() {
    check_refused::<TaskCompleteRequest>(r#"{"agent_id":"a","fence":1,"resutl":1}"#, "resutl");
    check_refused::<TaskPlanRequest>(r#"{"task_ids":[],"x":1}"#, "x");
    let read = r#"{"items":[],"next_cursor":"c","total":3}"#;
    assert!(serde_json::from_str::<Page<Task>>(read).is_ok());
}

#[test]
fn a_task_needs_only_what_every_task_has() {
    let json = format!(
        r#"{{"task_id":"t","status":"ready","description":"d","source":"human","agent_type":"coder","base_priority":5,"calculated_priority":32.5,"dependency_depth":0,"submitted_at":"{AT}"}}"#
    );
    let task: Task = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (task.status, task.fence, task.reported),
        (TaskStatus::Ready, 0, false)
    );
}

#[test]
fn a_recipient_is_exactly_one() {
    for json in [
        r#"{"agent":"a"}"#,
        r#"{"role":"r"}"#,
        r#"{"topic":"t"}"#,
        r#"{"all":true}"#,
    ] {
        check::<Recipient>(json);
    }
    for json in ["{}", r#"{"agent":"a","role":"r"}"#, r#"{"all":false}"#] {
        check_refused::<Recipient>(json, "exactly one of");
    }
    check_refused::<Recipient>(r#"{"everyone":true}"#, "everyone");
}

#[test]
fn statuses_come_as_text_or_array() {
    check::<TaskListQuery>(r#"{"status":"ready,running"}"#);
    let listed: TaskListQuery =
        serde_json::from_str(r#"{"exclude_status":["failed","cancelled"]}"#).unwrap();
    assert_eq!(
        listed.exclude_status.unwrap().to_string(),
        "failed,cancelled"
    );
    check_refused::<TaskListQuery>(r#"{"status":"done"}"#, "`done` is not a task status");
}

#[test]
fn enums_are_written_by_their_names() {
    for &status in TaskStatus::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    for &source in TaskSource::ALL {
        assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
    }
    for &health in AgentHealth::ALL {
        assert_eq!(serde_json::to_value(health).unwrap(), health.as_str());
    }
    for &activity in AgentActivity::ALL {
        assert_eq!(serde_json::to_value(activity).unwrap(), activity.as_str());
    }
}

#[test]
fn a_guard_is_read_off_any_write() {
    let cancel: TaskCancelRequest =
        serde_json::from_str(r#"{"election":"planner","epoch":7}"#).unwrap();
    assert_eq!(
        (cancel.election(), cancel.epoch()),
        (Some("planner"), Some(7))
    );
}

fn bytes(schema: schemars::Schema) -> usize {
    schema.to_value().to_string().len()
}

macro_rules! total_bytes {
    ($kind:ident: $($schema:ty),+ $(,)?) => { 0 $(+ bytes($kind::<$schema>()))+ };
}

/// The tool list holds them all, is paid for in every agent's context and must stay under 25 kB.
#[test]
fn the_schemas_of_tools_leave_room_in_the_tool_list() {
    let inputs = total_bytes!(
    input_schema:
           AgentRegisterRequest,
           AgentDeregisterQuery,
           HeartbeatRequest,
           AgentUpdateStatusRequest,
           AgentStatusQuery,
           TaskEnqueueRequest,
           TaskClaimRequest,
           TaskUpdateRequest,
           TaskCompleteRequest,
           TaskFailRequest,
           TaskListQuery,
           TaskCancelRequest,
           TaskPlanRequest,
           MessageSendRequest,
           MessageReadQuery,
           MemorySetRequest,
           MemorySearchQuery,
           MemoryDeleteQuery,
           LeaderCampaignRequest,
           LeaderResignRequest,
           QualityAssessRequest,
           ToolCallRecordRequest,
           ReportQuery,
       );
    let outputs = total_bytes!(
    output_schema:
           AgentRegistered,
           AgentDeregistered,
           HeartbeatResponse,
           Agent,
           AgentStatusResponse,
           TaskEnqueued,
           TaskClaimed,
           Task,
           TaskCompleted,
           TaskFailed,
           Page<Task>,
           TaskQueueStatus,
           TaskCancelled,
           TaskExecutionPlan,
           MessageSent,
           MessageReadResponse,
           MemoryEntry,
           Page<MemoryHit>,
           MemoryDeleted,
           LeaderState,
           QualityAssessment,
           ToolCallRecorded,
       );
    println!("inputs {inputs}, outputs {outputs}");
    assert!(
        inputs + outputs < 16_500,
        "schemas take {inputs} + {outputs} bytes"
    );
}
