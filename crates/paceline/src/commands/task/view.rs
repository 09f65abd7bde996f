//! Tasks as people see them. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{Page, StrictJson, Task, TaskQueueStatus};

use crate::terminal::words::{duration_ms, short, time, time_or_nothing};
use crate::terminal::{Part, Present, Table, View};

const DESCRIPTION_SHOWN: usize = 60;

impl Present for Page<Task> {
    fn view(&self) -> View {
        let head = &[
            "!task",
            "status",
            "#priority",
            "type",
            "agent",
            "!submitted",
            "what",
        ];
        let rows = self.items.iter().map(row).collect();
        View::list(
            head,
            rows,
            "no such tasks; `paceline task enqueue 'what to do'` adds one",
        )
        .and_more(self.next_cursor.as_deref())
    }
}

fn row(task: &Task) -> Vec<String> {
    let what = task.summary.as_ref().unwrap_or(&task.description);
    vec![
        task.task_id.clone(),
        task.status.as_str().to_owned(),
        format!("{:.1}", task.calculated_priority),
        task.agent_type.clone().unwrap_or_default(),
        task.assigned_to.clone().unwrap_or_default(),
        time(task.submitted_at),
        short(what, DESCRIPTION_SHOWN),
    ]
}

impl Present for Task {
    fn view(&self) -> View {
        let view = View::facts(
            identity(self)
                .into_iter()
                .chain(schedule(self))
                .chain(work(self)),
        );
        if self.notes.is_empty() {
            return view;
        }
        let note = |note: &paceline_api::TaskNote| {
            vec![
                time(note.at),
                note.agent_id.clone().unwrap_or_default(),
                note.text.clone(),
            ]
        };
        let notes = self.notes.iter().map(note).collect();
        view.and(Part::Table(Table::new(&["!noted", "by", "note"], notes)))
    }
}

fn identity(task: &Task) -> Vec<(&'static str, String)> {
    let reported = if task.reported {
        "yes: imported from a report, not run here"
    } else {
        ""
    };
    vec![
        ("task", task.task_id.clone()),
        ("status", task.status.as_str().to_owned()),
        ("reason", task.reason.clone().unwrap_or_default()),
        ("summary", task.summary.clone().unwrap_or_default()),
        ("description", task.description.clone()),
        ("source", task.source.as_str().to_owned()),
        ("agent type", task.agent_type.clone().unwrap_or_default()),
        (
            "submitted by",
            task.submitted_by.clone().unwrap_or_default(),
        ),
        ("parent", task.parent_task_id.clone().unwrap_or_default()),
        ("session", task.session_id.clone().unwrap_or_default()),
        ("reported", reported.to_owned()),
    ]
}

fn schedule(task: &Task) -> Vec<(&'static str, String)> {
    let unmet = match task.unmet_prerequisites {
        0 => String::new(),
        unmet => format!("{unmet} of {}", task.prerequisites.len()),
    };
    let estimate = task
        .estimated_duration_seconds
        .map(|seconds| duration_ms(seconds as f64 * 1e3));
    vec![
        (
            "priority",
            format!(
                "{:.2} (base {})",
                task.calculated_priority, task.base_priority
            ),
        ),
        ("depth", task.dependency_depth.to_string()),
        ("prerequisites", task.prerequisites.join("\n")),
        ("not yet met", unmet),
        ("waiting for it", task.dependents_waiting.to_string()),
        ("deadline", time_or_nothing(task.deadline)),
        ("not before", time_or_nothing(task.not_before)),
        ("estimate", estimate.unwrap_or_default()),
        (
            "retries",
            format!("{} of {}", task.retries, task.max_retries),
        ),
    ]
}

fn work(task: &Task) -> Vec<(&'static str, String)> {
    let json = |json: &Option<StrictJson>| json.as_ref().map(StrictJson::to_string);
    vec![
        ("submitted", time(task.submitted_at)),
        ("ready", time_or_nothing(task.ready_at)),
        ("started", time_or_nothing(task.started_at)),
        ("finished", time_or_nothing(task.finished_at)),
        ("agent", task.assigned_to.clone().unwrap_or_default()),
        ("fence", task.fence.to_string()),
        ("lease expires", time_or_nothing(task.lease_expires_at)),
        ("input", json(&task.input).unwrap_or_default()),
        ("result", json(&task.result).unwrap_or_default()),
        ("error", task.error.clone().unwrap_or_default()),
    ]
}

impl Present for TaskQueueStatus {
    fn view(&self) -> View {
        View::facts([
            ("tasks", self.total_tasks.to_string()),
            ("pending", self.pending.to_string()),
            ("blocked", self.blocked.to_string()),
            ("ready", self.ready.to_string()),
            ("running", self.running.to_string()),
            ("completed", self.completed.to_string()),
            ("failed", self.failed.to_string()),
            ("cancelled", self.cancelled.to_string()),
            ("average priority", format!("{:.2}", self.avg_priority)),
            ("deepest", self.max_depth.to_string()),
            (
                "oldest waiting",
                moment(self.oldest_pending, self.oldest_pending_task_id.as_deref()),
            ),
            (
                "newest",
                moment(self.newest_task, self.newest_task_id.as_deref()),
            ),
        ])
    }
}

fn moment(at: Option<paceline_api::Timestamp>, task_id: Option<&str>) -> String {
    [&time_or_nothing(at), task_id.unwrap_or_default()]
        .join(" ")
        .trim()
        .to_owned()
}
