//! Tasks, from the asker's side and the claimer's: enqueue, claim, update, cancel.

use std::collections::HashMap;
use std::time::Duration;

use paceline_api::{
    Operation, TaskBatchEnqueued, TaskBatchRequest, TaskCancelRequest, TaskCancelled,
    TaskClaimRequest, TaskClaimed, TaskEnqueueRequest, TaskEnqueued, TaskUpdateRequest,
};
use paceline_core::limits::{
    BASE_PRIORITY_DEFAULT, BATCH_TASKS_MAX, LEASE_SECONDS_DEFAULT, RETRIES_DEFAULT,
    WAIT_SECONDS_MAX,
};
use paceline_core::{AgentId, Rejection, TaskId, task};

use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, wire};
use crate::ids;

/// A claimer that nobody woke looks again after this, so that a missed wake-up costs seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl Operations {
    /// # Errors
    /// When the task breaks a rule; nothing is stored then.
    pub async fn task_enqueue(
        &self,
        caller: &Caller,
        request: TaskEnqueueRequest,
    ) -> Result<TaskEnqueued, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskEnqueue, caller);
        let result = async {
            let ctx = caller.context(Operation::TaskEnqueue, "", &request, self.gate.now())?;
            let agent_type = request.agent_type.clone();
            let new = new_task(
                request,
                caller,
                TaskId::trusted(ids::new_id("tsk")),
                &|_| None,
            )?;
            self.note_author(&mut passage, new.submitted_by.as_ref());
            let mut done = passage.take(passage.store().enqueue_tasks(ctx, vec![new]).await)?;
            let done = done
                .pop()
                .ok_or_else(|| invalid("tasks", "must not be empty"))?;
            passage.about(done.task_id.as_str());
            if done.status == task::Status::Ready {
                self.waiters.tasks_ready(1, agent_type.as_deref());
            }
            Ok(wire::enqueued(done))
        }
        .await;
        passage.finish(result)
    }

    /// All or nothing; `ref` names a task inside the batch.
    ///
    /// # Errors
    /// When one task breaks a rule; nothing is stored then.
    pub async fn task_enqueue_batch(
        &self,
        caller: &Caller,
        request: TaskBatchRequest,
    ) -> Result<TaskBatchEnqueued, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskEnqueue, caller);
        let result = async {
            let ctx = caller.context(Operation::TaskEnqueue, "", &request, self.gate.now())?;
            let author = caller.author(request.agent_id)?;
            let tasks = batch(request.tasks, caller, author.as_ref())?;
            self.note_author(&mut passage, author.as_ref());
            let done = passage.take(passage.store().enqueue_tasks(ctx, tasks).await)?;
            let ready = done
                .iter()
                .filter(|one| one.status == task::Status::Ready)
                .count();
            self.waiters.tasks_ready(ready, None);
            Ok(TaskBatchEnqueued {
                tasks: done.into_iter().map(wire::enqueued).collect(),
            })
        }
        .await;
        passage.finish(result)
    }

    /// `None`: nothing to claim, even after waiting as long as asked. The measurement is that of
    /// the last look, not of the wait.
    ///
    /// # Errors
    /// When the task asked for is taken or not ready, or a field is out of bounds.
    pub async fn task_claim(
        &self,
        caller: &Caller,
        request: TaskClaimRequest,
    ) -> Result<Option<TaskClaimed>, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskClaim, caller);
        let result = self.claim(caller, request, &mut passage).await;
        if let Ok(Some(claimed)) = &result {
            passage.about(claimed.task.task_id.as_str());
            let ready = claimed.task.ready_at.unwrap_or(claimed.task.submitted_at);
            if let Some(started) = claimed.task.started_at {
                let waited_ns = u64::try_from(started - ready).unwrap_or(0) * 1_000_000;
                self.recorder().task_wait.add(waited_ns);
            }
        }
        passage
            .finish(result)
            .map(|claimed| claimed.map(wire_claimed))
    }

    async fn claim(
        &self,
        caller: &Caller,
        request: TaskClaimRequest,
        passage: &mut Passage<'_>,
    ) -> Result<Option<task::Claimed>, ApiFailure> {
        let wait = wait_of(request.wait_seconds)?;
        let agent_id = caller.acting_as(request.agent_id.clone())?;
        self.note_author(passage, Some(&agent_id));
        let subject = request.task_id.as_deref().unwrap_or("");
        let mut ctx = caller.context(Operation::TaskClaim, subject, &request, self.gate.now())?;
        // A key would make "nothing to claim" the answer for a day; a claim whose answer was lost
        // comes back when its lease ends.
        ctx.key = None;
        let lease_ms = i64::from(request.lease_seconds.unwrap_or(LEASE_SECONDS_DEFAULT)) * 1_000;
        let task_id = request.task_id.map(TaskId::parse).transpose()?;
        let agent_types = request.agent_types.unwrap_or_default();
        let command = task::Claim {
            agent_id,
            agent_types,
            task_id,
            lease_ms,
        };
        let give_up = tokio::time::Instant::now() + wait;
        loop {
            let place = (!wait.is_zero()).then(|| self.waiters.await_task(&command.agent_types));
            let mut ctx = ctx.clone();
            ctx.now = self.gate.now();
            let claimed = passage.take(passage.store().claim_task(ctx, command.clone()).await)?;
            let left = self.waiters.patience(give_up);
            let (None, Some(place), false) = (&claimed, place, left.is_zero()) else {
                return Ok(claimed);
            };
            // Woken, or time to look again: the loop tells which by looking.
            let _ = tokio::time::timeout(left.min(LOOK_AGAIN), place.notified()).await;
            self.presence.saw(&command.agent_id, self.gate.now());
            passage.restart();
        }
    }

    /// # Errors
    /// When there is no such task, it is finished, or new prerequisites close a cycle.
    pub async fn task_update(
        &self,
        caller: &Caller,
        task_id: String,
        request: TaskUpdateRequest,
    ) -> Result<paceline_api::Task, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskUpdate, caller);
        let result = async {
            let task_id = TaskId::parse(task_id)?;
            passage.about(task_id.as_str());
            let ctx = caller.context(
                Operation::TaskUpdate,
                task_id.as_str(),
                &request,
                self.gate.now(),
            )?;
            let agent_id = caller.author(request.agent_id)?;
            self.note_author(&mut passage, agent_id.as_ref());
            let command = task::Update {
                task_id,
                agent_id,
                note: request.note,
                base_priority: request.base_priority,
                deadline: request.deadline.map(|at| Some(wire::from_time(at))),
                add_prerequisites: parsed(request.prerequisites.unwrap_or_default())?,
            };
            passage
                .take(passage.store().update_task(ctx, command).await)
                .map(wire::task)
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is no such task or it is finished.
    pub async fn task_cancel(
        &self,
        caller: &Caller,
        task_id: String,
        request: TaskCancelRequest,
    ) -> Result<TaskCancelled, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskCancel, caller);
        let result = async {
            let task_id = TaskId::parse(task_id)?;
            passage.about(task_id.as_str());
            let ctx = caller.context(
                Operation::TaskCancel,
                task_id.as_str(),
                &request,
                self.gate.now(),
            )?;
            let author = caller.author(request.agent_id)?;
            self.note_author(&mut passage, author.as_ref());
            let store = passage.store();
            let done = passage.take(store.cancel_task(ctx, task_id, request.reason).await)?;
            Ok(TaskCancelled {
                total_cancelled: 1 + done.cascaded_task_ids.len(),
                cancelled_task_id: done.cancelled_task_id.into_string(),
                cascaded_task_ids: wire::ids(done.cascaded_task_ids),
            })
        }
        .await;
        passage.finish(result)
    }

    /// Any call by an agent is a heartbeat.
    pub(super) fn note_author(&self, passage: &mut Passage<'_>, agent: Option<&AgentId>) {
        if let Some(agent) = agent {
            passage.by(agent.as_str());
            self.presence.saw(agent, self.gate.now());
        }
    }
}

fn wire_claimed(claimed: task::Claimed) -> TaskClaimed {
    TaskClaimed {
        task: wire::task(claimed.task),
        fence: claimed.fence,
        lease_expires_at: wire::time(claimed.lease_expires_at),
    }
}

pub(super) fn wait_of(wait_seconds: Option<u32>) -> Result<Duration, ApiFailure> {
    let seconds = wait_seconds.unwrap_or(0);
    if WAIT_SECONDS_MAX < seconds {
        let problem = format!("must be 0 to {WAIT_SECONDS_MAX}, got {seconds}");
        return Err(invalid("wait_seconds", &problem));
    }
    Ok(Duration::from_secs(seconds.into()))
}

pub(super) fn parsed(ids: Vec<String>) -> Result<Vec<TaskId>, ApiFailure> {
    Ok(ids
        .into_iter()
        .map(TaskId::parse)
        .collect::<Result<_, _>>()?)
}

/// Gives every task of a batch its id first, so that refs can point forwards and backwards.
fn batch(
    requests: Vec<TaskEnqueueRequest>,
    caller: &Caller,
    author: Option<&AgentId>,
) -> Result<Vec<task::NewTask>, ApiFailure> {
    if requests.is_empty() || BATCH_TASKS_MAX < requests.len() {
        let problem = format!(
            "must hold 1 to {BATCH_TASKS_MAX} tasks, got {}",
            requests.len()
        );
        return Err(invalid("tasks", &problem));
    }
    let made: Vec<_> = requests
        .iter()
        .map(|_| TaskId::trusted(ids::new_id("tsk")))
        .collect();
    let mut by_ref = HashMap::new();
    for (request, id) in requests.iter().zip(&made) {
        if let Some(name) = &request.reference
            && by_ref.insert(name.clone(), id.clone()).is_some()
        {
            return Err(invalid(
                "ref",
                &format!("`{name}` names two tasks of the batch"),
            ));
        }
    }
    let resolve = |name: &str| by_ref.get(name).cloned();
    let one = |(index, (request, id))| {
        new_task(request, caller, id, &resolve)
            .map(|new| task::NewTask {
                submitted_by: new.submitted_by.or_else(|| author.cloned()),
                ..new
            })
            .map_err(|failure| at_index(failure, index))
    };
    requests
        .into_iter()
        .zip(made)
        .enumerate()
        .map(one)
        .collect()
}

fn at_index(mut failure: ApiFailure, index: usize) -> ApiFailure {
    failure.body.error.message = format!("`tasks[{index}]`: {}", failure.body.error.message);
    failure
}

fn new_task(
    request: TaskEnqueueRequest,
    caller: &Caller,
    task_id: TaskId,
    resolve: &dyn Fn(&str) -> Option<TaskId>,
) -> Result<task::NewTask, ApiFailure> {
    let prerequisite = |text: String| match resolve(&text) {
        Some(id) => Ok(id),
        None => TaskId::parse(text),
    };
    let prerequisites = request.prerequisites.unwrap_or_default();
    let new = task::NewTask {
        task_id,
        description: request.description,
        summary: request.summary,
        source: request
            .source
            .map_or(task::Source::Human, wire::from_source),
        agent_type: request.agent_type,
        base_priority: request.base_priority.unwrap_or(BASE_PRIORITY_DEFAULT),
        prerequisites: prerequisites
            .into_iter()
            .map(prerequisite)
            .collect::<Result<_, _>>()?,
        deadline: request.deadline.map(wire::from_time),
        not_before: request.not_before.map(wire::from_time),
        estimated_duration_seconds: request
            .estimated_duration_seconds
            .map(seconds)
            .transpose()?,
        max_retries: request.max_retries.unwrap_or(RETRIES_DEFAULT),
        parent_task_id: request.parent_task_id.map(TaskId::parse).transpose()?,
        session_id: request.session_id.or_else(|| caller.session_id.clone()),
        input: request.input.map(wire::from_json),
        submitted_by: caller.author(request.agent_id)?,
    };
    task::enqueue::check(&new).map_err(ApiFailure::from)?;
    Ok(new)
}

fn seconds(seconds: u64) -> Result<u32, Rejection> {
    u32::try_from(seconds).map_err(|_| {
        Rejection::invalid(
            "estimated_duration_seconds",
            format!("is {seconds}, over 136 years"),
        )
    })
}
