//! Tasks. Owns their routes; refuses to repeat a claim, because the lost answer may have been one.

use paceline_api::*;

use crate::service::{route, with_body};
use crate::transport::Call;
use crate::{Client, ClientError};

impl Client {
    pub async fn enqueue_task(
        &self,
        request: &TaskEnqueueRequest,
    ) -> Result<TaskEnqueued, ClientError> {
        self.create(const { route(Operation::TaskEnqueue) }, request)
            .await
    }

    /// All or none.
    pub async fn enqueue_tasks(
        &self,
        request: &TaskBatchRequest,
    ) -> Result<TaskBatchEnqueued, ClientError> {
        self.create(const { route(Operation::TaskEnqueue) }, request)
            .await
    }

    /// None when nothing was there to claim, after `wait_seconds` of waiting.
    pub async fn claim_task(
        &self,
        request: &TaskClaimRequest,
    ) -> Result<Option<TaskClaimed>, ClientError> {
        let wait_seconds = request.wait_seconds.unwrap_or(0);
        let call = with_body(const { route(Operation::TaskClaim) }, &[], request)?;
        self.answer(Call {
            wait_seconds,
            ..call
        })
        .await
    }

    pub async fn complete_task(
        &self,
        task_id: &str,
        request: &TaskCompleteRequest,
    ) -> Result<TaskCompleted, ClientError> {
        self.write(
            const { route(Operation::TaskComplete) },
            &[task_id],
            request,
        )
        .await
    }

    pub async fn fail_task(
        &self,
        task_id: &str,
        request: &TaskFailRequest,
    ) -> Result<TaskFailed, ClientError> {
        self.write(const { route(Operation::TaskFail) }, &[task_id], request)
            .await
    }

    pub async fn renew_task(
        &self,
        task_id: &str,
        request: &TaskRenewRequest,
    ) -> Result<TaskRenewed, ClientError> {
        self.write(const { route(Operation::TaskRenew) }, &[task_id], request)
            .await
    }

    pub async fn release_task(
        &self,
        task_id: &str,
        request: &TaskReleaseRequest,
    ) -> Result<TaskReleased, ClientError> {
        self.write(const { route(Operation::TaskRelease) }, &[task_id], request)
            .await
    }

    pub async fn update_task(
        &self,
        task_id: &str,
        request: &TaskUpdateRequest,
    ) -> Result<Task, ClientError> {
        self.write(const { route(Operation::TaskUpdate) }, &[task_id], request)
            .await
    }

    pub async fn cancel_task(
        &self,
        task_id: &str,
        request: &TaskCancelRequest,
    ) -> Result<TaskCancelled, ClientError> {
        self.write(const { route(Operation::TaskCancel) }, &[task_id], request)
            .await
    }

    pub async fn get_task(&self, task_id: &str) -> Result<Task, ClientError> {
        self.read(const { route(Operation::TaskGet) }, &[task_id], &())
            .await
    }

    pub async fn list_tasks(&self, query: &TaskListQuery) -> Result<Page<Task>, ClientError> {
        self.read(const { route(Operation::TaskList) }, &[], query)
            .await
    }

    pub async fn queue_status(&self) -> Result<TaskQueueStatus, ClientError> {
        self.read(const { route(Operation::TaskQueueStatus) }, &[], &())
            .await
    }

    pub async fn execution_plan(
        &self,
        request: &TaskPlanRequest,
    ) -> Result<TaskExecutionPlan, ClientError> {
        self.write(const { route(Operation::TaskExecutionPlan) }, &[], request)
            .await
    }
}
