//! A registered agent's way to the server. Owns one method for each thing that agents say; refuses
//! to decide when to say it.

use paceline_api::{
    AgentActivity, AgentDeregisterQuery, AgentRegisterRequest, AgentUpdateStatusRequest,
    MemorySearchQuery, MemorySetRequest, Message, MessageReadQuery, MessageSendRequest, Recipient,
    StrictJson, TaskClaimRequest, TaskClaimed, TaskCompleteRequest, TaskFailRequest,
    TaskReleaseRequest, TaskRenewRequest, ToolCall, ToolCallRecordRequest,
};
use paceline_client::{Client, ClientError};

/// Long enough for the longest silence of an agent that is alive.
const LEASE_SECONDS: u32 = 90;

pub type Said<T> = Result<T, ClientError>;

pub struct Agent {
    pub client: Client,
    pub id: String,
}

impl Agent {
    pub async fn join(client: &Client, request: &AgentRegisterRequest) -> Said<Self> {
        let id = client.register_agent(request).await?.agent_id;
        Ok(Self {
            client: client.clone(),
            id,
        })
    }

    pub async fn leave(self) -> Said<()> {
        let query = AgentDeregisterQuery::default();
        self.client.deregister_agent(&self.id, &query).await?;
        Ok(())
    }

    pub async fn claim(&self, wait_seconds: u32) -> Said<Option<TaskClaimed>> {
        let request = TaskClaimRequest {
            agent_id: self.id.clone(),
            agent_types: None,
            task_id: None,
            lease_seconds: Some(LEASE_SECONDS),
            wait_seconds: Some(wait_seconds),
            election: None,
            epoch: None,
        };
        self.client.claim_task(&request).await
    }

    pub async fn renew(&self, claimed: &TaskClaimed) -> Said<()> {
        let request = TaskRenewRequest {
            agent_id: self.id.clone(),
            fence: claimed.fence,
            lease_seconds: Some(LEASE_SECONDS),
            election: None,
            epoch: None,
        };
        let task = &claimed.task.task_id;
        self.client.renew_task(task, &request).await.map(drop)
    }

    pub async fn complete(&self, claimed: &TaskClaimed, result: StrictJson) -> Said<()> {
        let request = TaskCompleteRequest {
            agent_id: self.id.clone(),
            fence: claimed.fence,
            result: Some(result),
            election: None,
            epoch: None,
        };
        let task = &claimed.task.task_id;
        self.client.complete_task(task, &request).await.map(drop)
    }

    pub async fn fail(&self, claimed: &TaskClaimed, error: &str, retry: Option<bool>) -> Said<()> {
        let request = TaskFailRequest {
            agent_id: self.id.clone(),
            fence: claimed.fence,
            error: Some(error.to_owned()),
            retry,
            election: None,
            epoch: None,
        };
        let task = &claimed.task.task_id;
        self.client.fail_task(task, &request).await.map(drop)
    }

    pub async fn release(&self, claimed: &TaskClaimed, reason: &str) -> Said<()> {
        let request = TaskReleaseRequest {
            agent_id: self.id.clone(),
            fence: claimed.fence,
            reason: Some(reason.to_owned()),
            election: None,
            epoch: None,
        };
        let task = &claimed.task.task_id;
        self.client.release_task(task, &request).await.map(drop)
    }

    /// An empty task clears what was said before.
    pub async fn say_status(&self, status: AgentActivity, current_task: &str) -> Said<()> {
        let request = AgentUpdateStatusRequest {
            status: Some(status),
            current_task: Some(current_task.to_owned()),
            ..AgentUpdateStatusRequest::default()
        };
        let updated = self.client.update_agent_status(&self.id, &request);
        updated.await.map(drop)
    }

    pub async fn record_calls(&self, calls: Vec<ToolCall>) -> Said<()> {
        let request = ToolCallRecordRequest {
            calls,
            election: None,
            epoch: None,
        };
        self.client.record_tool_calls(&request).await.map(drop)
    }

    pub async fn tell(
        &self,
        to: Recipient,
        r#type: &str,
        text: &str,
        reply_to: Option<String>,
    ) -> Said<()> {
        let request = MessageSendRequest {
            to,
            r#type: r#type.to_owned(),
            payload: Some(json_text(text)),
            reply_to,
            agent_id: Some(self.id.clone()),
            election: None,
            epoch: None,
        };
        self.client.send_message(&request).await.map(drop)
    }

    /// What is new; it is acknowledged.
    pub async fn listen(&self) -> Said<Vec<Message>> {
        let unread = MessageReadQuery::default();
        let items = self.client.read_messages(&self.id, &unread).await?.items;
        if let Some(last) = items.last() {
            let done = MessageReadQuery {
                ack_through: Some(last.position),
                limit: Some(1),
                ..MessageReadQuery::default()
            };
            self.client.read_messages(&self.id, &done).await?;
        }
        Ok(items)
    }

    pub async fn remember(&self, key: &str, text: &str, tag: &str) -> Said<()> {
        let request = MemorySetRequest {
            value: json_text(text),
            expected_version: None,
            ttl_seconds: None,
            tags: Some(vec![tag.to_owned()]),
            agent_id: Some(self.id.clone()),
            election: None,
            epoch: None,
        };
        let set = self.client.set_memory("lessons", key, &request);
        set.await.map(drop)
    }

    pub async fn recall(&self, words: &str) -> Said<()> {
        let query = MemorySearchQuery {
            namespace: Some("lessons".to_owned()),
            q: Some(words.to_owned()),
            limit: Some(3),
            ..MemorySearchQuery::default()
        };
        self.client.search_memory(&query).await.map(drop)
    }
}

/// The texts need no escaping.
fn json_text(text: &str) -> StrictJson {
    StrictJson::trusted(format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::texts::NOTES;

    #[test]
    fn notes_are_valid_json_strings() {
        for note in NOTES {
            let parsed: StrictJson = format!("\"{note}\"").parse().unwrap();
            assert_eq!(parsed, json_text(note));
        }
    }
}
