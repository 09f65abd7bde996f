//! Claiming as a client sees it. Owns the account of who got which task, by which a task with two
//! owners is found; refuses to look into the server for it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use paceline_api::{StrictJson, TaskClaimRequest, TaskCompleteRequest};
use serde::Deserialize;

use crate::client::{Client, read};

/// Every task that was handed out in this run. No lease ends and no task fails in a benchmark, so
/// a task seen twice has two owners.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    tasks: HashSet<String>,
    doubled: u64,
}

impl Ledger {
    fn enter(&self, task_id: &str) {
        let mut seen = self
            .seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if !seen.tasks.insert(task_id.to_owned()) {
            seen.doubled += 1;
        }
    }

    pub fn doubled(&self) -> u64 {
        self.seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .doubled
    }
}

/// An agent that claims and completes.
pub struct Agent {
    agent_id: String,
    claim: Vec<u8>,
    path: String,
    ledger: Ledger,
}

/// The right to finish a task.
#[derive(Clone, Debug)]
pub struct Held {
    pub task_id: String,
    pub fence: u64,
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

impl Agent {
    pub fn new(agent_id: String, wait_seconds: Option<u32>, ledger: Ledger) -> Result<Self> {
        let claim = serde_json::to_vec(&claim_request(&agent_id, None, wait_seconds))?;
        Ok(Self {
            agent_id,
            claim,
            path: String::new(),
            ledger,
        })
    }

    /// The next task; none where nothing is ready.
    pub async fn claim(&self, client: &mut Client) -> Result<Option<Held>> {
        let answer = client.post("/api/tasks/claim", &self.claim).await?;
        if answer.status == 204 {
            return Ok(None);
        }
        self.held(answer.body).map(Some)
    }

    pub async fn claim_this(&self, client: &mut Client, task_id: &str) -> Result<Held> {
        let request = claim_request(&self.agent_id, Some(task_id.to_owned()), None);
        let answer = client.post_value("/api/tasks/claim", &request).await?;
        self.held(answer.body)
    }

    fn held(&self, body: &[u8]) -> Result<Held> {
        let claimed: Claimed<'_> = read(body)?;
        self.ledger.enter(claimed.task.task_id);
        Ok(Held {
            task_id: claimed.task.task_id.to_owned(),
            fence: claimed.fence,
        })
    }

    pub async fn complete(&mut self, client: &mut Client, held: &Held) -> Result<()> {
        self.path.clear();
        self.path.push_str("/api/tasks/");
        self.path.push_str(&held.task_id);
        self.path.push_str("/complete");
        let request = TaskCompleteRequest {
            agent_id: self.agent_id.clone(),
            fence: held.fence,
            result: Some(StrictJson::trusted(r#"{"findings":0}"#)),
            election: None,
            epoch: None,
        };
        client.post_value(&self.path, &request).await?;
        Ok(())
    }
}

fn claim_request(
    agent_id: &str,
    task_id: Option<String>,
    wait_seconds: Option<u32>,
) -> TaskClaimRequest {
    TaskClaimRequest {
        agent_id: agent_id.to_owned(),
        agent_types: None,
        task_id,
        lease_seconds: None,
        wait_seconds,
        election: None,
        epoch: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_with_two_owners_is_counted() {
        let ledger = Ledger::default();
        for task_id in ["tsk_1", "tsk_2", "tsk_1", "tsk_1"] {
            ledger.enter(task_id);
        }
        assert_eq!(ledger.doubled(), 2);
    }
}
