//! Tasks, told: what happened to one, and what is around it. Measured as looking at the task.

use paceline_api::{Operation, Page, TaskGraphQuery, TaskStoryEvent, TaskStoryQuery};
use paceline_core::TaskId;
use paceline_core::limits::GRAPH_TASKS_MAX;

use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, page, wire};

impl Operations {
    /// The oldest first.
    ///
    /// # Errors
    /// When there is no such task, or the page is out of bounds.
    pub async fn task_story(
        &self,
        caller: &Caller,
        task_id: String,
        query: TaskStoryQuery,
    ) -> Result<Page<TaskStoryEvent>, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskGet, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let skip = match &page.cursor {
                Some(cursor) => cursor
                    .parse()
                    .map_err(|_| invalid("cursor", "is not one that a page gave"))?,
                None => 0_usize,
            };
            let task_id = TaskId::parse(task_id)?;
            passage.about(task_id.as_str());
            let story = passage.take(passage.store().task_story(task_id).await)?;
            let next = skip.saturating_add(page.limit as usize);
            let next_cursor = (next < story.len()).then(|| next.to_string());
            let of_page = story.into_iter().skip(skip).take(page.limit as usize);
            Ok(Page {
                items: of_page.map(wire::story_event).collect(),
                next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is no such task, or the limit is out of bounds.
    pub async fn task_graph(
        &self,
        caller: &Caller,
        task_id: String,
        query: TaskGraphQuery,
    ) -> Result<paceline_api::TaskGraph, ApiFailure> {
        let mut passage = self.gate.open(Operation::TaskGet, caller);
        let result = async {
            let limit = query.limit.unwrap_or(GRAPH_TASKS_MAX);
            if !(1..=GRAPH_TASKS_MAX).contains(&limit) {
                let problem = format!("must be 1 to {GRAPH_TASKS_MAX}, got {limit}");
                return Err(invalid("limit", &problem));
            }
            let task_id = TaskId::parse(task_id)?;
            passage.about(task_id.as_str());
            let graph = passage.take(passage.store().task_graph(task_id, limit).await)?;
            Ok(paceline_api::TaskGraph {
                tasks: graph.nodes.into_iter().map(wire::graph_node).collect(),
                truncated: graph.is_cut,
            })
        }
        .await;
        passage.finish(result)
    }
}
