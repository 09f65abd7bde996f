//! One simulated agent. Owns its days: claim, use tools, finish, tell others, remember; refuses to
//! be perfect, because real ones are not.

use std::time::Duration;

use paceline_api::{
    AgentActivity, AgentRegisterRequest, AgentUpdateStatusRequest, MemorySetRequest,
    MessageReadQuery, MessageSendRequest, Recipient, StrictJson, TaskClaimRequest, TaskClaimed,
    TaskCompleteRequest, TaskFailRequest, TaskReleaseRequest, ToolCall, ToolCallRecordRequest,
};
use paceline_client::{Client, ClientError};

use super::dice::Dice;
use super::planner::from_now;
use super::texts::{FAILURES, NOTES, TOOLS, TYPES};

/// One agent in so many is slow.
const SLOW_ONE_IN: u64 = 12;
const SLOWNESS: u32 = 5;
const WAIT_SECONDS: u32 = 20;

pub async fn live(client: Client, number: u64, mut dice: Dice) {
    // Not all at once, as no fleet starts.
    tokio::time::sleep(dice.millis(0, 2_000)).await;
    let kind = TYPES[number as usize % TYPES.len()];
    let mut worker = Worker {
        agent_id: String::new(),
        session: format!("demo-{number}"),
        kind,
        slowness: if number % SLOW_ONE_IN == 5 {
            SLOWNESS
        } else {
            1
        },
        calls: 0,
        client,
        dice,
    };
    loop {
        if worker.day(number).await.is_err() {
            // The server restarts, or this agent was declared dead: begin again.
            tokio::time::sleep(worker.dice.millis(1_000, 3_000)).await;
        }
    }
}

struct Worker {
    agent_id: String,
    session: String,
    kind: &'static str,
    /// How much longer its work takes than others'.
    slowness: u32,
    calls: u64,
    client: Client,
    dice: Dice,
}

impl Worker {
    async fn day(&mut self, number: u64) -> Result<(), ClientError> {
        let request = AgentRegisterRequest {
            name: Some(format!("{}-{number}", self.kind)),
            role: Some(self.kind.to_owned()),
            agent_types: Some(vec![self.kind.to_owned()]),
            session_id: Some(self.session.clone()),
            ..AgentRegisterRequest::default()
        };
        self.agent_id = self.client.register_agent(&request).await?.agent_id;
        loop {
            let request = TaskClaimRequest {
                agent_id: self.agent_id.clone(),
                agent_types: None,
                task_id: None,
                lease_seconds: Some(120),
                wait_seconds: Some(WAIT_SECONDS),
                election: None,
                epoch: None,
            };
            if let Some(claimed) = self.client.claim_task(&request).await? {
                self.work(&claimed).await?;
            }
            self.look_around().await?;
        }
    }

    async fn work(&mut self, claimed: &TaskClaimed) -> Result<(), ClientError> {
        self.say_status(AgentActivity::Working, &claimed.task.task_id)
            .await?;
        self.try_it(claimed).await?;
        self.say_status(AgentActivity::Idle, "").await
    }

    /// An empty task clears what was said before.
    async fn say_status(
        &self,
        status: AgentActivity,
        current_task: &str,
    ) -> Result<(), ClientError> {
        let request = AgentUpdateStatusRequest {
            status: Some(status),
            current_task: Some(current_task.to_owned()),
            ..AgentUpdateStatusRequest::default()
        };
        self.client
            .update_agent_status(&self.agent_id, &request)
            .await?;
        Ok(())
    }

    async fn try_it(&mut self, claimed: &TaskClaimed) -> Result<(), ClientError> {
        let steps = 1 + self.dice.below(4);
        for _ in 0..steps {
            let pause = self.dice.millis(200, 1_500);
            tokio::time::sleep(pause * self.slowness).await;
            self.call_tool().await?;
        }
        if self.dice.one_in(12) {
            return self.fail(claimed).await;
        }
        if self.dice.one_in(40) {
            return self.give_back(claimed).await;
        }
        let request = TaskCompleteRequest {
            agent_id: self.agent_id.clone(),
            fence: claimed.fence,
            result: Some(StrictJson::trusted(format!(r#"{{"steps":{steps}}}"#))),
            election: None,
            epoch: None,
        };
        self.client
            .complete_task(&claimed.task.task_id, &request)
            .await?;
        Ok(())
    }

    async fn fail(&mut self, claimed: &TaskClaimed) -> Result<(), ClientError> {
        let request = TaskFailRequest {
            agent_id: self.agent_id.clone(),
            fence: claimed.fence,
            error: Some((*self.dice.pick(FAILURES)).to_owned()),
            retry: None,
            election: None,
            epoch: None,
        };
        self.client
            .fail_task(&claimed.task.task_id, &request)
            .await?;
        Ok(())
    }

    async fn give_back(&mut self, claimed: &TaskClaimed) -> Result<(), ClientError> {
        let request = TaskReleaseRequest {
            agent_id: self.agent_id.clone(),
            fence: claimed.fence,
            reason: Some("needs access that this agent does not have".to_owned()),
            election: None,
            epoch: None,
        };
        self.client
            .release_task(&claimed.task.task_id, &request)
            .await?;
        Ok(())
    }

    async fn call_tool(&mut self) -> Result<(), ClientError> {
        let tool = self.dice.pick(TOOLS);
        let took = self.dice.millis(tool.ms.0, tool.ms.1);
        let success = !self.dice.one_in(tool.fails_one_in);
        self.calls += 1;
        let call = ToolCall {
            agent_id: Some(self.agent_id.clone()),
            session_id: Some(self.session.clone()),
            call_id: format!("{}-{}", self.agent_id, self.calls),
            tool: tool.name.to_owned(),
            category: Some(tool.category.to_owned()),
            started_at: from_now(Duration::ZERO),
            duration_ms: took.as_secs_f64() * 1e3,
            success,
            error: (!success).then(|| format!("{} gave no usable answer", tool.name)),
            input_size: Some(50 + self.dice.below(2_000)),
            output_size: Some(self.dice.below(20_000)),
        };
        let request = ToolCallRecordRequest {
            calls: vec![call],
            election: None,
            epoch: None,
        };
        self.client.record_tool_calls(&request).await?;
        Ok(())
    }

    /// Between tasks: talk, listen, write down what others should know.
    async fn look_around(&mut self) -> Result<(), ClientError> {
        if self.dice.one_in(3) {
            self.tell().await?;
        }
        if self.dice.one_in(2) {
            self.listen().await?;
        }
        if self.dice.one_in(8) {
            self.remember().await?;
        }
        Ok(())
    }

    async fn tell(&mut self) -> Result<(), ClientError> {
        let to = Recipient::Role((*self.dice.pick(TYPES)).to_owned());
        let note = *self.dice.pick(NOTES);
        let request = MessageSendRequest {
            to,
            r#type: "note".to_owned(),
            payload: Some(json_text(note)),
            reply_to: None,
            agent_id: Some(self.agent_id.clone()),
            election: None,
            epoch: None,
        };
        self.client.send_message(&request).await?;
        Ok(())
    }

    async fn listen(&mut self) -> Result<(), ClientError> {
        let read = |ack_through| MessageReadQuery {
            ack_through,
            ..MessageReadQuery::default()
        };
        let unread = self
            .client
            .read_messages(&self.agent_id, &read(None))
            .await?;
        if let Some(last) = unread.items.last() {
            self.client
                .read_messages(&self.agent_id, &read(Some(last.position)))
                .await?;
        }
        Ok(())
    }

    async fn remember(&mut self) -> Result<(), ClientError> {
        let note = *self.dice.pick(NOTES);
        let key = format!("{}-{}", self.kind, self.dice.below(20));
        let request = MemorySetRequest {
            value: json_text(note),
            expected_version: None,
            ttl_seconds: None,
            tags: Some(vec![self.kind.to_owned()]),
            agent_id: Some(self.agent_id.clone()),
            election: None,
            epoch: None,
        };
        self.client.set_memory("lessons", &key, &request).await?;
        Ok(())
    }
}

/// The texts need no escaping.
fn json_text(text: &str) -> StrictJson {
    StrictJson::trusted(format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_valid_json_strings() {
        for note in NOTES {
            let parsed: StrictJson = format!("\"{note}\"").parse().unwrap();
            assert_eq!(parsed, json_text(note));
        }
    }
}
