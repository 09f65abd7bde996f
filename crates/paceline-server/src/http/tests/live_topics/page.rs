//! What a page puts together from frames, beside what the server shows over HTTP, both in one form.
//! Owns that form; refuses to judge whether they are the same.

use super::*;

/// What a page keeps of the topics `fleet` and `tasks`.
#[derive(Default)]
pub(super) struct Page {
    pub(super) boot: Value,
    pub(super) names: BTreeMap<u64, String>,
    /// By reference: the columns' values.
    pub(super) agents: BTreeMap<u64, BTreeMap<String, Value>>,
    pub(super) queue: Value,
    pub(super) leaders: Value,
    pub(super) newest_event: u64,
    pub(super) tasks: BTreeMap<String, Value>,
}

impl Page {
    pub(super) fn take(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "fleet" => self.take_fleet(frame),
            "tasks" => {
                for task in frame["changed"].as_array().into_iter().flatten() {
                    self.tasks.insert(text(&task["task_id"]), task.clone());
                }
            }
            other => panic!("a frame of type {other}"),
        }
    }

    pub(super) fn take_fleet(&mut self, frame: &Value) {
        let is_full = frame["full"] == true;
        if is_full {
            self.agents.clear();
            self.names.clear();
            self.newest_event = 0;
            self.boot = frame["boot"].clone();
            assert!(self.boot.is_string(), "{frame}");
        }
        for agent in frame["new"].as_array().into_iter().flatten() {
            self.names
                .insert(agent["ref"].as_u64().unwrap(), text(&agent["agent_id"]));
        }
        self.take_rows(frame);
        for gone in frame["gone"].as_array().into_iter().flatten() {
            let gone = gone.as_u64().unwrap();
            assert!(self.names.remove(&gone).is_some(), "never shown: {frame}");
            self.agents.remove(&gone);
        }
        for (kept, field) in [(&mut self.queue, "queue"), (&mut self.leaders, "leaders")] {
            if !frame[field].is_null() {
                *kept = frame[field].clone();
            }
        }
        let mut skipped = frame["events_skipped"].as_u64().unwrap_or(0);
        for event in frame["events"].as_array().into_iter().flatten() {
            let n = event["n"].as_u64().unwrap();
            if !is_full || self.newest_event != 0 {
                assert_eq!(n, self.newest_event + skipped + 1, "{frame}");
                skipped = 0;
            }
            self.newest_event = n;
        }
    }

    pub(super) fn take_rows(&mut self, frame: &Value) {
        let Some(columns) = frame["agents"].as_object() else {
            return;
        };
        let refs = columns["refs"].as_array().unwrap();
        for (name, column) in columns {
            let column = column.as_array().unwrap();
            assert_eq!(column.len(), refs.len(), "{name} of {frame}");
            for (reference, value) in refs.iter().zip(column) {
                let reference = reference.as_u64().unwrap();
                assert!(
                    self.names.contains_key(&reference),
                    "{reference} of {frame}"
                );
                let row = self.agents.entry(reference).or_default();
                row.insert(name.clone(), value.clone());
            }
        }
    }

    /// As `GET /api/agents`, `GET /api/tasks` and the queue show it, sorted.
    pub(super) fn shown(&self) -> Value {
        let mut agents: Vec<_> = self
            .agents
            .iter()
            .map(|(reference, row)| {
                json!([
                    self.names[reference],
                    row["health"],
                    row["status"],
                    row["running"],
                    row["completed"],
                    row["failed"]
                ])
            })
            .collect();
        agents.sort_by_key(Value::to_string);
        let tasks = self.tasks.values().map(row_of_task).collect::<Vec<_>>();
        let leaders = reigns(&self.leaders);
        json!({"agents": agents, "queue": self.queue, "leaders": leaders, "tasks": tasks})
    }
}

/// When a term ends is known to a millisecond, whenever it is asked for.
fn reigns(leaders: &Value) -> Value {
    let leaders = leaders.as_array().into_iter().flatten();
    let reign = |one: &Value| json!([one["election"], one["leader"], one["epoch"]]);
    leaders.map(reign).collect()
}

fn row_of_task(task: &Value) -> Value {
    json!([
        task["task_id"],
        task["status"],
        task["assigned_to"],
        task["calculated_priority"],
        task["retries"]
    ])
}

impl Server {
    pub(super) async fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.call("GET", path, "").await;
        answer.body["items"].as_array().unwrap().clone()
    }

    /// What a page should show in the end.
    pub(super) async fn truth(&self) -> Value {
        let performance = self.list("/api/agent-performance?limit=500").await;
        let figure = |agent: &Value, field: &str| {
            let row = performance
                .iter()
                .find(|row| row["agent_id"] == agent["agent_id"]);
            row.map_or(json!(0), |row| row[field].clone())
        };
        let listed = self.call("GET", "/api/agents?limit=500", "").await.body;
        let mut agents: Vec<_> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                json!([
                    one["agent_id"],
                    one["health"],
                    one["status"],
                    one["tasks_running"],
                    figure(one, "tasks_completed"),
                    figure(one, "tasks_failed")
                ])
            })
            .collect();
        agents.sort_by_key(Value::to_string);
        let mut tasks = self.list("/api/tasks?limit=500").await;
        tasks.sort_by_key(|task| text(&task["task_id"]));
        let status = self.call("GET", "/api/tasks/queue", "").await.body;
        let words = [
            "pending",
            "blocked",
            "ready",
            "running",
            "completed",
            "failed",
            "cancelled",
        ];
        let queue: serde_json::Map<_, _> = words
            .iter()
            .map(|word| ((*word).to_owned(), status[*word].clone()))
            .collect();
        json!({"agents": agents, "queue": queue, "leaders": reigns(&listed["leaders"]),
            "tasks": tasks.iter().map(row_of_task).collect::<Vec<_>>()})
    }
}
