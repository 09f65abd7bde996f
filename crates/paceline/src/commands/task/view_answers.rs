//! What became of a task, as people see it. Owns the sentences; refuses JSON, which is the API's.

use paceline_api::{
    TaskCancelled, TaskClaimed, TaskCompleted, TaskEnqueued, TaskExecutionPlan, TaskFailed,
    TaskReleased, TaskRenewed,
};

use super::enqueue::Enqueued;
use crate::terminal::words::{count, time};
use crate::terminal::{Part, Present, Table, View};

impl Present for Enqueued {
    fn view(&self) -> View {
        let tasks = match self {
            Self::One(task) => std::slice::from_ref(task),
            Self::Batch(batch) => &batch.tasks,
        };
        let head = &["!task", "status", "#priority", "#depth", "!submitted"];
        View::list(
            head,
            tasks.iter().map(enqueued_row).collect(),
            "the batch was empty",
        )
    }
}

fn enqueued_row(task: &TaskEnqueued) -> Vec<String> {
    vec![
        task.task_id.clone(),
        task.status.as_str().to_owned(),
        format!("{:.2}", task.calculated_priority),
        task.dependency_depth.to_string(),
        time(task.submitted_at),
    ]
}

impl Present for Option<TaskClaimed> {
    fn view(&self) -> View {
        let Some(claimed) = self else {
            return View::sentence("nothing to claim; `--wait-seconds 60` waits for a task");
        };
        claimed.task.view().and_say(format!(
            "Claimed under fence {} until {}; `paceline task complete {} --agent-id {} --fence {}` finishes it.",
            claimed.fence,
            time(claimed.lease_expires_at),
            claimed.task.task_id,
            claimed.task.assigned_to.as_deref().unwrap_or("AGENT_ID"),
            claimed.fence,
        ))
    }
}

impl Present for TaskRenewed {
    fn view(&self) -> View {
        let until = time(self.lease_expires_at);
        View::sentence(format!(
            "{} is leased until {until}, fence {}.",
            self.task_id, self.fence
        ))
    }
}

impl Present for TaskReleased {
    fn view(&self) -> View {
        View::sentence(format!(
            "{} went back; it is {}.",
            self.task_id,
            self.status.as_str()
        ))
    }
}

impl Present for TaskCompleted {
    fn view(&self) -> View {
        let unblocked = &self.unblocked_task_ids;
        let view = View::sentence(format!(
            "{} is completed; {} became ready by it.",
            self.task_id,
            count(unblocked.len() as u64, "task")
        ));
        and_ids(view, unblocked)
    }
}

impl Present for TaskFailed {
    fn view(&self) -> View {
        let next = if self.will_retry {
            "it is tried again"
        } else {
            "it is not tried again"
        };
        // A retry counts when it is granted, so the last attempt is one more.
        let attempt = if self.will_retry {
            self.retries
        } else {
            self.retries + 1
        };
        let view = View::sentence(format!(
            "{} failed attempt {} of {}; {next}, and it is {}.",
            self.task_id,
            attempt,
            self.max_retries.saturating_add(1),
            self.status.as_str()
        ));
        if self.cascaded_task_ids.is_empty() {
            return view;
        }
        and_ids(view.and_say("Cancelled with it:"), &self.cascaded_task_ids)
    }
}

impl Present for TaskCancelled {
    fn view(&self) -> View {
        let cascaded = &self.cascaded_task_ids;
        let view = View::sentence(format!(
            "{} is cancelled, and {} that depended on it.",
            self.cancelled_task_id,
            count(cascaded.len() as u64, "task")
        ));
        and_ids(view, cascaded)
    }
}

fn and_ids(view: View, ids: &[String]) -> View {
    let rows: Vec<_> = ids.iter().map(|id| vec![id.clone()]).collect();
    if rows.is_empty() {
        view
    } else {
        view.and(Part::Table(Table::new(&["!task"], rows)))
    }
}

impl Present for TaskExecutionPlan {
    fn view(&self) -> View {
        let row = |(index, batch): (usize, &Vec<String>)| {
            vec![
                (index + 1).to_string(),
                batch.len().to_string(),
                batch.join("\n"),
            ]
        };
        let rows = self.batches.iter().enumerate().map(row).collect();
        View::list(
            &["#batch", "#tasks", "!side by side"],
            rows,
            "nothing to plan",
        )
        .and_say(format!(
            "{}, at most {} side by side.",
            count(self.total_batches as u64, "step"),
            count(self.max_parallelism as u64, "task")
        ))
    }
}
