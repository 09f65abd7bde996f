//! What the scenarios send. Owns one ordinary task; refuses to make it smaller than a real one.

use paceline_api::{TaskEnqueueRequest, TaskSource};

/// A task of ordinary size, of the given priority.
pub fn task(base_priority: u8) -> TaskEnqueueRequest {
    TaskEnqueueRequest {
        description: "Review the change to the billing module, run its tests, and report what \
                      breaks and why, with the failing lines."
            .to_owned(),
        source: Some(TaskSource::AgentPlanner),
        agent_type: Some("reviewer".to_owned()),
        base_priority: Some(base_priority),
        prerequisites: None,
        deadline: None,
        reference: None,
        parent_task_id: None,
        session_id: None,
        summary: Some("Review billing".to_owned()),
        input: None,
        estimated_duration_seconds: None,
        max_retries: None,
        not_before: None,
        agent_id: None,
        election: None,
        epoch: None,
    }
}

/// Tasks whose priorities differ, as those of a real queue do.
pub fn mixed_task(number: u64) -> TaskEnqueueRequest {
    task(u8::try_from(number % 11).unwrap_or_default())
}
