//! One simulated agent. Owns its days: join, claim, think, use tools, finish, tell others, remember;
//! refuses to be perfect, because real ones are not.
//!
//! ```text
//! away --join--> waiting --claim--> at work --complete, fail, give back--> waiting
//!   ^               |                  |
//!   |               +--leave (contractors)--> away
//!   +--------- buried by its successor <-- silent (fragile ones, in the middle of a task)
//! ```

use std::time::Duration;

use paceline_api::{
    AgentActivity, AgentRegisterRequest, Message, Recipient, StrictJson, TaskClaimed, Timestamp,
    ToolCall,
};
use paceline_client::Client;
use tokio::time::sleep;

use super::agent::{Agent, Said};
use super::character::{Character, Temper};
use super::dice::Dice;
use super::kinds::{self, Kind};
use super::metrics::Tally;
use super::pace::{Pace, SILENCE_MAX};
use super::planner::from_now;
use super::reviewer;
use super::texts::{FAILURES, NOTES, TOPICS};
use super::tools::{self, Planned};

/// Longer than the silence that this server takes for death.
const DEATH: Duration = Duration::from_secs(130);

pub async fn live(client: Client, character: Character, pace: Pace, mut dice: Dice) {
    // Not all at once, as no fleet starts.
    sleep(dice.millis(0, pace.arrival_ms())).await;
    let mut worker = Worker {
        session: format!("demo-{}", character.number),
        client,
        character,
        pace,
        dice,
        calls: 0,
    };
    loop {
        let break_ms = match worker.day().await {
            Ok(()) => (20_000, 60_000),
            // The server restarts, or this agent was declared dead: begin again.
            Err(_) => (1_000, 3_000),
        };
        sleep(worker.dice.millis(break_ms.0, break_ms.1)).await;
    }
}

struct Worker {
    session: String,
    client: Client,
    character: Character,
    pace: Pace,
    dice: Dice,
    calls: u64,
}

/// How a task went.
enum Went {
    On,
    /// The agent is no more.
    Silent,
}

impl Worker {
    /// From joining to leaving. Whoever is refused leaves too, and is not counted among the dead.
    async fn day(&mut self) -> Said<()> {
        let agent = Agent::join(&self.client, &self.introduction()).await?;
        let outcome = self.contract(&agent).await;
        agent.leave().await.and(outcome)
    }

    /// Without an end for most.
    async fn contract(&mut self, agent: &Agent) -> Said<()> {
        let mut tally = Tally::default();
        let contract = 6 + self.dice.below(6);
        let mut done = 0;
        while !self.character.is(Temper::Contractor) || done < contract {
            let Some(claimed) = agent.claim(self.pace.claim_wait_seconds()).await? else {
                let (from, to) = self.pace.rest_ms();
                sleep(self.dice.millis(from, to)).await;
                continue;
            };
            if let Went::Silent = self.work(agent, &claimed, &mut tally).await? {
                sleep(DEATH).await;
                // It was taken for dead, and its task given to another: the old fence is refused.
                let _ = self.finish(agent, &claimed, 1).await;
                break;
            }
            done += 1;
            let request = tally.request(&agent.id);
            self.client.record_metrics(&request).await?;
            self.look_around(agent).await?;
        }
        Ok(())
    }

    fn introduction(&self) -> AgentRegisterRequest {
        AgentRegisterRequest {
            name: Some(self.character.name.clone()),
            role: Some(self.character.kind.name.to_owned()),
            agent_types: Some(self.character.takes.clone()),
            topics: Some(TOPICS.iter().map(|topic| (*topic).to_owned()).collect()),
            session_id: Some(self.session.clone()),
            ..AgentRegisterRequest::default()
        }
    }

    async fn work(
        &mut self,
        agent: &Agent,
        claimed: &TaskClaimed,
        tally: &mut Tally,
    ) -> Said<Went> {
        let task = &claimed.task;
        agent
            .say_status(AgentActivity::Working, &task.task_id)
            .await?;
        let kind = task.agent_type.as_deref().and_then(kinds::by_name);
        let kind = kind.unwrap_or(self.character.kind);
        tally.began_task();
        let steps = 2 + self.dice.below(3);
        let whole = self.dice.around(kind.task);
        for _ in 0..steps {
            let thinking = whole.mul_f64(self.character.slowness * self.pace.stretch());
            self.think(agent, claimed, thinking / steps as u32, tally)
                .await?;
            self.use_tools(agent, kind).await?;
            tally.finished_step(500 + self.dice.below(8_000), self.dice.below(60));
        }
        if self.character.is(Temper::Fragile) && self.dice.one_in(12) {
            return Ok(Went::Silent);
        }
        self.finish(agent, claimed, steps).await?;
        agent.say_status(AgentActivity::Idle, "").await?;
        Ok(Went::On)
    }

    /// Whoever thinks for long says in between that it is alive and keeps its task.
    async fn think(
        &self,
        agent: &Agent,
        claimed: &TaskClaimed,
        thinking: Duration,
        tally: &mut Tally,
    ) -> Said<()> {
        let mut left = thinking;
        while SILENCE_MAX < left {
            sleep(SILENCE_MAX).await;
            agent.renew(claimed).await?;
            left -= SILENCE_MAX;
        }
        sleep(left).await;
        tally.thought(thinking);
        Ok(())
    }

    async fn use_tools(&mut self, agent: &Agent, kind: &Kind) -> Said<()> {
        let loops_one_in = if self.character.is(Temper::Loopy) {
            10
        } else {
            300
        };
        let planned = if self.dice.one_in(loops_one_in) {
            tools::stuck(&mut self.dice)
        } else {
            tools::step(kind, &mut self.dice)
        };
        let mut calls = Vec::with_capacity(planned.len());
        for call in planned {
            sleep(call.pause_before).await;
            let started_at = from_now(Duration::ZERO);
            let took = call.took.mul_f64(self.character.slowness);
            sleep(took).await;
            calls.push(self.call(agent, &call, started_at, took));
        }
        if calls.is_empty() {
            return Ok(());
        }
        agent.record_calls(calls).await
    }

    fn call(
        &mut self,
        agent: &Agent,
        planned: &Planned,
        started_at: Timestamp,
        took: Duration,
    ) -> ToolCall {
        self.calls += 1;
        ToolCall {
            agent_id: Some(agent.id.clone()),
            session_id: Some(self.session.clone()),
            call_id: format!("{}-{}", agent.id, self.calls),
            tool: planned.tool.to_owned(),
            category: Some(planned.category.to_owned()),
            started_at,
            duration_ms: took.as_secs_f64() * 1e3,
            success: planned.error.is_none(),
            error: planned.error.map(str::to_owned),
            input_size: Some(planned.input_size),
            output_size: Some(planned.output_size),
        }
    }

    async fn finish(&mut self, agent: &Agent, claimed: &TaskClaimed, steps: u64) -> Said<()> {
        if self.dice.one_in(14) {
            let error = *self.dice.pick(FAILURES);
            // Now and then somebody knows that trying again is of no use.
            let retry = self.dice.one_in(8).then_some(false);
            return agent.fail(claimed, error, retry).await;
        }
        if self.dice.one_in(40) {
            let reason = "needs access that this agent does not have";
            return agent.release(claimed, reason).await;
        }
        let findings = if self.character.is(Temper::Careless) {
            3 + self.dice.below(4)
        } else {
            self.dice.below(3)
        };
        let result = format!(r#"{{"steps":{steps},"findings":{findings}}}"#);
        agent.complete(claimed, StrictJson::trusted(result)).await?;
        if claimed.task.agent_type.as_deref() == Some(kinds::REVIEW.name) {
            reviewer::assess(agent, &claimed.task, &self.character.name, &mut self.dice).await?;
        }
        Ok(())
    }

    /// Between tasks: talk, listen, write down what others should know.
    async fn look_around(&mut self, agent: &Agent) -> Said<()> {
        let note = *self.dice.pick(NOTES);
        if self.dice.one_in(self.pace.quiet_tasks()) {
            let role = self.dice.pick(kinds::ALL).name.to_owned();
            agent
                .tell(Recipient::Role(role), "note", note, None)
                .await?;
        }
        if self.dice.one_in(4 * self.pace.quiet_tasks()) {
            let topic = (*self.dice.pick(TOPICS)).to_owned();
            agent
                .tell(Recipient::Topic(topic), "note", note, None)
                .await?;
        }
        if self.dice.one_in(2) {
            let unread = agent.listen().await?;
            self.reply(agent, &unread).await?;
        }
        if self.dice.one_in(8) {
            let kind = self.character.kind.name;
            let key = format!("{kind}-{}", self.dice.below(20));
            agent.remember(&key, note, kind).await?;
        }
        if self.dice.one_in(6) {
            agent.recall("staging").await?;
        }
        Ok(())
    }

    /// To the freshest review only: a full mailbox is not answered letter by letter.
    async fn reply(&mut self, agent: &Agent, unread: &[Message]) -> Said<()> {
        let reviews = unread.iter().rev();
        let Some(review) = reviews.clone().find(|message| message.r#type == "review") else {
            return Ok(());
        };
        let Some(from) = review.from.clone() else {
            return Ok(());
        };
        let to = Recipient::Agent(from);
        let about = Some(review.message_id.clone());
        agent
            .tell(to, "reply", "mended in the next change", about)
            .await
    }
}
