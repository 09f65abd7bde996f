//! Tasks, from the holder's side: renew, complete, fail, release. All carry the fence.

use paceline_api::{
    Guarded, Operation, TaskCompleteRequest, TaskCompleted, TaskFailRequest, TaskFailed,
    TaskReleaseRequest, TaskReleased, TaskRenewRequest, TaskRenewed,
};
use paceline_core::limits::LEASE_SECONDS_DEFAULT;
use paceline_core::{TaskId, task};
use paceline_store::Context;
use serde::Serialize;

use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, wire};
use crate::recorder::agents::TaskOutcome;

impl Operations {
    /// # Errors
    /// When the fence is old, the task is finished or not the caller's.
    pub async fn task_renew(
        &self,
        caller: &Caller,
        task_id: String,
        request: TaskRenewRequest,
    ) -> Result<TaskRenewed, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskRenew, caller);
        let result = async {
            let (holder, ctx) = self.held(
                &mut passage,
                caller,
                task_id,
                (&request.agent_id, request.fence),
                &request,
            )?;
            let lease_ms =
                i64::from(request.lease_seconds.unwrap_or(LEASE_SECONDS_DEFAULT)) * 1_000;
            let now = ctx.now;
            let done = passage.take(passage.store().renew_task(ctx, holder, lease_ms).await)?;
            let expires = done.lease_expires_at.unwrap_or(now.wall + lease_ms);
            Ok(TaskRenewed {
                task_id: done.task_id.into_string(),
                status: wire::status(done.status),
                fence: done.fence,
                lease_expires_at: wire::time(expires),
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the fence is old, the task is finished or not the caller's.
    pub async fn task_complete(
        &self,
        caller: &Caller,
        task_id: String,
        request: TaskCompleteRequest,
    ) -> Result<TaskCompleted, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskComplete, caller);
        let result = async {
            let (holder, ctx) = self.held(
                &mut passage,
                caller,
                task_id,
                (&request.agent_id, request.fence),
                &request,
            )?;
            let finished_at = ctx.now.wall;
            let result = request.result.map(wire::from_json);
            let done = passage.take(passage.store().complete_task(ctx, holder, result).await)?;
            self.ended(&request.agent_id, TaskOutcome::Completed, &done);
            self.waiters
                .tasks_ready(done.unblocked_task_ids.len(), None);
            Ok(TaskCompleted {
                task_id: done.task_id.into_string(),
                status: wire::status(done.status),
                fence: done.fence,
                finished_at: wire::time(finished_at),
                unblocked_task_ids: wire::ids(done.unblocked_task_ids),
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the fence is old, the task is finished or not the caller's.
    pub async fn task_fail(
        &self,
        caller: &Caller,
        task_id: String,
        request: TaskFailRequest,
    ) -> Result<TaskFailed, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskFail, caller);
        let result = async {
            let (holder, ctx) = self.held(
                &mut passage,
                caller,
                task_id,
                (&request.agent_id, request.fence),
                &request,
            )?;
            let retry = request.retry.unwrap_or(true);
            let store = passage.store();
            let done = passage.take(store.fail_task(ctx, holder, request.error, retry).await)?;
            self.ended(&request.agent_id, TaskOutcome::Failed, &done);
            Ok(TaskFailed {
                will_retry: !done.status.is_finished(),
                task_id: done.task_id.into_string(),
                status: wire::status(done.status),
                fence: done.fence,
                retries: done.retries,
                max_retries: done.max_retries,
                cascaded_task_ids: wire::ids(done.cascaded_task_ids),
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the fence is old, the task is finished or not the caller's.
    pub async fn task_release(
        &self,
        caller: &Caller,
        task_id: String,
        request: TaskReleaseRequest,
    ) -> Result<TaskReleased, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskRelease, caller);
        let result = async {
            let (holder, ctx) = self.held(
                &mut passage,
                caller,
                task_id,
                (&request.agent_id, request.fence),
                &request,
            )?;
            let store = passage.store();
            let done = passage.take(store.release_task(ctx, holder, request.reason).await)?;
            self.ended(&request.agent_id, TaskOutcome::Released, &done);
            Ok(TaskReleased {
                task_id: done.task_id.into_string(),
                status: wire::status(done.status),
                fence: done.fence,
            })
        }
        .await;
        passage.finish(result)
    }

    /// Who says it, about which task, in which envelope.
    fn held<R: Guarded + Serialize>(
        &self,
        passage: &mut Passage<'_>,
        caller: &Caller,
        task_id: String,
        (agent_id, fence): (&str, u64),
        request: &R,
    ) -> Result<(task::Holder, Context), ApiFailure> {
        let task_id = TaskId::parse(task_id)?;
        passage.about(task_id.as_str());
        let agent_id = caller.acting_as(agent_id.to_owned())?;
        self.note_author(passage, Some(&agent_id));
        let now = self.gate.now();
        let ctx = caller.context(passage.operation(), task_id.as_str(), request, now)?;
        Ok((
            task::Holder {
                task_id,
                agent_id,
                fence,
            },
            ctx,
        ))
    }

    /// A task that went back to the queue has somebody waiting; one that ended has a duration.
    fn ended(&self, agent: &str, outcome: TaskOutcome, done: &task::Progress) {
        if self.features.agent_metrics() {
            let now_ms = self.gate.now().wall.0;
            let agents = &self.recorder().agents;
            agents.task_ended(agent, outcome, done.ran_ms, now_ms);
            if let (true, Some(ran_ms)) = (done.status.is_finished(), done.ran_ms) {
                let agent_type = done.agent_type.as_deref().unwrap_or_default();
                self.anomalies.finished.add(agent_type, agent, ran_ms);
            }
        }
        if done.status == task::Status::Ready {
            self.waiters.tasks_ready(1, done.agent_type.as_deref());
        }
        if let (true, Some(ran_ms)) = (done.status.is_finished(), done.ran_ms) {
            self.recorder()
                .task_finished(done.agent_type.as_deref(), ran_ms);
        }
    }
}
