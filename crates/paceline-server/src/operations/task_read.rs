//! Tasks, looked at: get, list, queue status, execution plan.

use paceline_api::{
    Operation, Page, TaskExecutionPlan, TaskListQuery, TaskPlanRequest, TaskQueueStatus,
};
use paceline_core::limits::{PLAN_TASKS_MAX, TASK_TEXT_LENGTH_MAX};
use paceline_core::{AgentId, Rejection, TaskId, dependency, task};
use std::collections::HashMap;

use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, page, wire};

impl Operations {
    /// # Errors
    /// When there is no such task.
    pub async fn task_get(
        &self,
        caller: &Caller,
        task_id: String,
    ) -> Result<paceline_api::Task, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskGet, caller);
        let result = async {
            let task_id = TaskId::parse(task_id)?;
            passage.about(task_id.as_str());
            passage
                .take(passage.store().task(self.gate.now(), task_id).await)
                .map(wire::task)
        }
        .await;
        passage.finish(result)
    }

    /// Newest first. A page may hold fewer than `limit` and still have a next one: a filter without
    /// an index of its own looks at a bounded number of rows a page.
    ///
    /// # Errors
    /// When the page is out of bounds.
    pub async fn task_list(
        &self,
        caller: &Caller,
        query: TaskListQuery,
    ) -> Result<Page<paceline_api::Task>, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskList, caller);
        let result = async {
            let page = page(query.limit, query.cursor.clone())?;
            let filter = filter(query)?;
            let found = passage.take(passage.store().tasks(self.gate.now(), filter, page).await)?;
            let items = found.items.into_iter().map(wire::task).collect();
            Ok(Page {
                items,
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the store cannot be read.
    pub async fn task_queue_status(&self, caller: &Caller) -> Result<TaskQueueStatus, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskQueueStatus, caller);
        let result = async {
            passage
                .take(passage.store().queue_status().await)
                .map(queue_status)
        }
        .await;
        passage.finish(result)
    }

    /// Prerequisites outside the given tasks are taken as met.
    ///
    /// # Errors
    /// When a task does not exist or is named twice.
    pub async fn task_execution_plan(
        &self,
        caller: &Caller,
        request: TaskPlanRequest,
    ) -> Result<TaskExecutionPlan, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskExecutionPlan, caller);
        let result = async {
            let ids = super::task::parsed(request.task_ids)?;
            if PLAN_TASKS_MAX < ids.len() {
                let problem = format!("must hold at most {PLAN_TASKS_MAX}, got {}", ids.len());
                return Err(invalid("task_ids", &problem));
            }
            let prerequisites = passage.take(passage.store().prerequisites(ids.clone()).await)?;
            plan(ids, prerequisites)
        }
        .await;
        passage.finish(result)
    }
}

fn filter(query: TaskListQuery) -> Result<task::Filter, ApiFailure> {
    let statuses = |list: Option<paceline_api::StatusList>| {
        list.map(|list| list.0.into_iter().map(wire::from_status).collect())
            .unwrap_or_default()
    };
    if let Some(text) = &query.q
        && TASK_TEXT_LENGTH_MAX < text.chars().count()
    {
        let problem = format!("must have at most {TASK_TEXT_LENGTH_MAX} characters");
        return Err(invalid("q", &problem));
    }
    Ok(task::Filter {
        status: statuses(query.status),
        exclude_status: statuses(query.exclude_status),
        source: query.source.map(wire::from_source),
        agent_type: query.agent_type,
        assigned_to: query.assigned_to.map(AgentId::parse).transpose()?,
        text: query.q.filter(|text| !text.is_empty()),
    })
}

fn queue_status(status: task::QueueStatus) -> TaskQueueStatus {
    let [
        pending,
        blocked,
        ready,
        running,
        completed,
        failed,
        cancelled,
    ] = status.counts;
    let (oldest_id, oldest_at) = status.oldest_pending.unzip();
    let (newest_id, newest_at) = status.newest.unzip();
    TaskQueueStatus {
        total_tasks: status.counts.iter().sum(),
        pending,
        blocked,
        ready,
        running,
        completed,
        failed,
        cancelled,
        avg_priority: status.avg_priority,
        max_depth: status.max_depth,
        oldest_pending: wire::times(oldest_at),
        oldest_pending_task_id: oldest_id.map(TaskId::into_string),
        newest_task: wire::times(newest_at),
        newest_task_id: newest_id.map(TaskId::into_string),
    }
}

fn plan(
    ids: Vec<TaskId>,
    prerequisites: Vec<Vec<TaskId>>,
) -> Result<TaskExecutionPlan, ApiFailure> {
    let place: HashMap<&TaskId, usize> = ids.iter().enumerate().map(|(at, id)| (id, at)).collect();
    if place.len() != ids.len() {
        return Err(invalid("task_ids", "names a task twice"));
    }
    let edges: Vec<Vec<usize>> = prerequisites
        .iter()
        .map(|of_one| {
            of_one
                .iter()
                .filter_map(|id| place.get(id).copied())
                .collect()
        })
        .collect();
    let named = |at: &usize| ids[*at].clone();
    let levels = dependency::levels(&edges).map_err(|path| Rejection::CircularDependency {
        path: path.iter().map(named).collect(),
    })?;
    let batches: Vec<Vec<String>> = levels
        .iter()
        .map(|level| level.iter().map(|at| ids[*at].to_string()).collect())
        .collect();
    Ok(TaskExecutionPlan {
        total_batches: batches.len(),
        max_parallelism: batches.iter().map(Vec::len).max().unwrap_or(0),
        batches,
    })
}
