//! What imported tasks wait for. Owns depth, unmet prerequisites and the priorities that follow;
//! refuses cycles and prerequisites that cannot come, which would wait for ever.

use std::collections::HashMap;

use paceline_core::priority::{Inputs, Weights, score};
use paceline_core::task::{Status, Task};
use paceline_core::{TaskId, Timestamp, dependency, limits};
use serde_json::Value;

use crate::import::feed::Feed;

const FIELDS: [&str; 3] = ["depends_on", "prerequisites", "dependencies"];

pub(super) fn prerequisites(row: &Value, task: &TaskId) -> Vec<TaskId> {
    let listed = FIELDS.iter().find_map(|name| row.get(name)?.as_array());
    let mut prerequisites: Vec<TaskId> = Vec::new();
    for id in listed.into_iter().flatten().filter_map(Value::as_str) {
        let Ok(id) = TaskId::parse(id) else { continue };
        if id != *task && !prerequisites.contains(&id) {
            prerequisites.push(id);
        }
    }
    prerequisites.truncate(limits::PREREQUISITES_MAX);
    prerequisites
}

/// Gives every task its place in the graph.
pub(super) fn settle(tasks: &mut [Task], feed: &mut Feed<'_>) {
    let places: HashMap<TaskId, usize> = tasks
        .iter()
        .enumerate()
        .map(|(place, task)| (task.task_id.clone(), place))
        .collect();
    drop_unknown(tasks, &places, feed);
    break_cycles(tasks, &places, feed);
    let edges = edges(tasks, &places);
    let Ok(levels) = dependency::levels(&edges) else {
        return;
    };
    for (depth, level) in (0..).zip(levels) {
        for place in level {
            tasks[place].dependency_depth = depth;
            wait_for(place, &edges[place], tasks, feed.now.wall);
        }
    }
    for task in tasks.iter_mut() {
        task.calculated_priority = score(&inputs(task), &Weights::default(), feed.now.wall);
    }
}

fn edges(tasks: &[Task], places: &HashMap<TaskId, usize>) -> Vec<Vec<usize>> {
    let of_task = |task: &Task| {
        task.prerequisites
            .iter()
            .filter_map(|id| places.get(id).copied())
            .collect()
    };
    tasks.iter().map(of_task).collect()
}

/// A waiting task would wait for ever for one that is not in the file.
fn drop_unknown(tasks: &mut [Task], places: &HashMap<TaskId, usize>, feed: &mut Feed<'_>) {
    for task in tasks.iter_mut().filter(|task| task.status.is_waiting()) {
        let before = task.prerequisites.len();
        task.prerequisites.retain(|id| places.contains_key(id));
        let unknown = before - task.prerequisites.len();
        if 0 < unknown {
            feed.note(format!(
                "`{}` waits for {unknown} tasks not in the file: left out",
                task.task_id
            ));
        }
    }
}

fn break_cycles(tasks: &mut [Task], places: &HashMap<TaskId, usize>, feed: &mut Feed<'_>) {
    while let Err(cycle) = dependency::levels(&edges(tasks, places)) {
        let names: Vec<_> = cycle
            .iter()
            .map(|place| tasks[*place].task_id.to_string())
            .collect();
        feed.note(format!(
            "`{}` wait for each other: not kept",
            names.join("` -> `")
        ));
        for place in &cycle {
            let within = |id: &TaskId| places.get(id).is_some_and(|one| cycle.contains(one));
            tasks[*place].prerequisites.retain(|id| !within(id));
        }
    }
}

/// Levels come in order, so the prerequisites' own states are final.
fn wait_for(place: usize, prerequisites: &[usize], tasks: &mut [Task], now: Timestamp) {
    if !tasks[place].status.is_waiting() {
        return;
    }
    let ended = prerequisites.iter().map(|one| &tasks[*one]);
    let mut ended = ended.filter(|one| matches!(one.status, Status::Failed | Status::Cancelled));
    if let Some(prerequisite) = ended.next() {
        let reason = format!(
            "prerequisite `{}` is {}",
            prerequisite.task_id, prerequisite.status
        );
        let task = &mut tasks[place];
        // It is the import that cancels it.
        task.finished_at = Some(now);
        task.status = Status::Cancelled;
        task.reason = Some(reason);
        task.ready_at = None;
        return;
    }
    let mut unmet = 0;
    for one in prerequisites {
        if tasks[*one].status.is_waiting() {
            tasks[*one].dependents_waiting += 1;
            unmet += 1;
        }
    }
    if 0 < unmet {
        let task = &mut tasks[place];
        task.unmet_prerequisites = unmet;
        task.status = Status::Blocked;
        task.ready_at = None;
    }
}

fn inputs(task: &Task) -> Inputs {
    Inputs {
        base_priority: task.base_priority,
        dependency_depth: task.dependency_depth,
        deadline: task.deadline,
        estimated_duration_seconds: task.estimated_duration_seconds,
        dependents_waiting: task.dependents_waiting,
        source: task.source,
        submitted_at: task.submitted_at,
    }
}
