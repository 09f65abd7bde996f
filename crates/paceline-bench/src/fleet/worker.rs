//! One connection of the fleet. Owns turning what an agent does next into a request, and what it
//! learns from the answer; refuses to decide what that is.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use super::agent::{Act, Agent, Ending, Held, KINDS};
use super::beat::Beat;
use super::ledger::Ledger;
use crate::client::{Client, read};
use crate::clock;
use crate::http::Request;

/// Tasks that planners keep ready.
const READY: u64 = 2_000;
/// What a planner enqueues at a time.
const BATCH: u64 = 20;
const TOOLS: [(&str, &str); 4] = [
    ("Read", "files"),
    ("Edit", "files"),
    ("Grep", "search"),
    ("Bash", "shell"),
];

/// What all connections have in common.
pub struct Shared {
    pub names: Vec<String>,
    /// Agents that nobody speaks for at the moment, longest first.
    pub free: Mutex<VecDeque<Agent>>,
    pub beat: Beat,
    pub ledger: Mutex<Ledger>,
    pub enqueued: AtomicU64,
    pub claimed: AtomicU64,
}

impl Shared {
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        locked(&self.ledger)
    }

    fn needs_tasks(&self) -> bool {
        let claimed = self.claimed.load(Ordering::Relaxed);
        self.enqueued.load(Ordering::Relaxed) < claimed + READY
    }
}

/// All live on one thread, so a lock is never contended.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub async fn work(mut client: Client, shared: Arc<Shared>) {
    while let Some(due) = shared.beat.next().await {
        shared.ledger().sent(due, clock::now());
        let done = if shared.needs_tasks() {
            enqueue(&mut client, &shared).await
        } else {
            let agent = locked(&shared.free).pop_front();
            // There are more agents than connections.
            let Some(mut agent) = agent else { continue };
            let done = perform(&mut client, &shared, &mut agent).await;
            if done.is_err() {
                agent.was_refused();
            }
            locked(&shared.free).push_back(agent);
            done
        };
        match done {
            Ok(operation) => shared.ledger().answered(operation, due, clock::now()),
            Err(error) => shared.ledger().refused(|| format!("{error:#}")),
        }
    }
}

async fn enqueue(client: &mut Client, shared: &Shared) -> Result<&'static str> {
    let first = shared.enqueued.fetch_add(BATCH, Ordering::Relaxed);
    let task = |number: u64| {
        let kind = KINDS[usize::try_from(number).unwrap_or_default() % KINDS.len()];
        json!({
            "description": format!("part {number} of what the fleet has to do, as a planner describes it"),
            "summary": format!("part {number}"), "agent_type": kind, "base_priority": number % 11,
        })
    };
    let tasks: Vec<_> = (first..first + BATCH).map(task).collect();
    client
        .post_value("/api/tasks", &json!({"tasks": tasks}))
        .await?;
    Ok("task_enqueue")
}

/// Answers the name of the operation.
async fn perform(client: &mut Client, shared: &Shared, agent: &mut Agent) -> Result<&'static str> {
    let act = agent.next();
    let asked = ask(&act, agent, shared);
    let body = asked.body.map(|body| body.to_string()).unwrap_or_default();
    let request = Request {
        method: asked.method,
        path: &asked.path,
        headers: "",
        body: body.as_bytes(),
    };
    let answer = client.send(&request).await?;
    match act {
        Act::Claim if answer.status == 204 => agent.got_nothing(),
        Act::Claim => {
            let claimed: Claimed<'_> = read(answer.body)?;
            shared.claimed.fetch_add(1, Ordering::Relaxed);
            agent.got(Held {
                task_id: claimed.task.task_id.to_owned(),
                fence: claimed.fence,
            });
        }
        Act::Listen => {
            let unread: Unread = read(answer.body)?;
            if let Some(last) = unread.items.last() {
                agent.read_through(last.position);
            }
        }
        Act::Finish(_) => agent.held = None,
        _ => {}
    }
    Ok(asked.operation)
}

#[derive(Deserialize)]
struct Claimed<'a> {
    #[serde(borrow)]
    task: ClaimedTask<'a>,
    fence: u64,
}

#[derive(Deserialize)]
struct ClaimedTask<'a> {
    task_id: &'a str,
}

#[derive(Deserialize)]
struct Unread {
    items: Vec<UnreadMessage>,
}

#[derive(Deserialize)]
struct UnreadMessage {
    position: u64,
}

struct Asked {
    operation: &'static str,
    method: &'static str,
    path: String,
    body: Option<Value>,
}

fn ask(act: &Act, agent: &mut Agent, shared: &Shared) -> Asked {
    let id = agent.id.clone();
    let own = |rest: &str| format!("/api/agents/{id}{rest}");
    let (task, fence) = match &agent.held {
        Some(held) => (held.task_id.clone(), held.fence),
        None => (String::new(), 0),
    };
    let asked = |operation, method, path, body| Asked {
        operation,
        method,
        path,
        body,
    };
    match act {
        Act::Claim => {
            let body = json!({"agent_id": id, "lease_seconds": 120});
            asked("task_claim", "POST", "/api/tasks/claim".into(), Some(body))
        }
        Act::Work => {
            let body = json!({"status": "working", "current_task": task});
            asked("agent_update_status", "PATCH", own(""), Some(body))
        }
        Act::Rest => {
            let body = json!({"status": "idle", "current_task": ""});
            asked("agent_update_status", "PATCH", own(""), Some(body))
        }
        Act::UseTools => {
            let body = tool_call(agent);
            let path = "/api/tool-calls".into();
            asked("tool_call_record", "POST", path, Some(body))
        }
        Act::Heartbeat => asked("agent_heartbeat", "POST", own("/heartbeat"), None),
        Act::Finish(ending) => {
            let (operation, verb, rest) = finishing(*ending);
            let mut body = json!({"agent_id": id, "fence": fence});
            if let Some((field, value)) = rest {
                body[field] = value;
            }
            asked(
                operation,
                "POST",
                format!("/api/tasks/{task}/{verb}"),
                Some(body),
            )
        }
        Act::Tell => {
            // Most is said to one other; what all of a role hear is rare.
            let to = &shared.names[(agent.number * 31 + 17) % shared.names.len()];
            let body = json!({"agent_id": id, "to": {"agent": to}, "type": "note",
                "payload": "the interface changed, see the last commit"});
            asked("message_send", "POST", "/api/messages".into(), Some(body))
        }
        Act::Listen => asked("message_read", "GET", own("/messages"), None),
        Act::Acknowledge(through) => {
            let body = json!({"through": through});
            asked("message_ack", "POST", own("/messages/ack"), Some(body))
        }
        Act::Remember => {
            let kind = KINDS[agent.number % KINDS.len()];
            let path = format!("/api/memory/lessons/{kind}-{}", agent.number % 100);
            let body = json!({"value": "run the slow tests last", "tags": [kind], "agent_id": id});
            asked("memory_set", "PUT", path, Some(body))
        }
    }
}

/// The operation, its word in the address, and what its body says beside the fence.
fn finishing(ending: Ending) -> (&'static str, &'static str, Option<(&'static str, Value)>) {
    match ending {
        Ending::Completed => {
            let result = json!({"findings": 0});
            ("task_complete", "complete", Some(("result", result)))
        }
        Ending::Failed => {
            let error = json!("a test does not pass");
            ("task_fail", "fail", Some(("error", error)))
        }
        Ending::GivenBack => ("task_release", "release", None),
    }
}

fn tool_call(agent: &mut Agent) -> Value {
    agent.calls += 1;
    let chosen = (agent.number as u64 + agent.calls) % TOOLS.len() as u64;
    let (tool, category) = TOOLS[usize::try_from(chosen).unwrap_or_default()];
    let success = !agent.calls.is_multiple_of(15);
    let mut call = json!({"agent_id": agent.id, "call_id": format!("{}-{}", agent.id, agent.calls),
        "tool": tool, "category": category, "started_at": clock::rfc3339(clock::wall_ms()),
        "duration_ms": 20 + agent.calls % 400, "success": success});
    if !success {
        call["error"] = json!("no usable answer");
    }
    json!({"calls": [call]})
}
