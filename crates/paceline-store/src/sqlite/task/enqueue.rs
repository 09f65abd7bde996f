//! Enqueue: one task or a batch, all or nothing. Owns the order of the checks (everything before
//! the first write) and the resolution of prerequisites inside and outside the batch; refuses to
//! look at a task's own fields again, inside the transaction that everybody waits for.

use std::collections::HashMap;

use paceline_core::priority::Inputs;
use paceline_core::task::{Enqueued, Event, NewTask, State, Status, enqueue};
use paceline_core::{AgentId, Rejection, TaskId, Timestamp, dependency, limits};

use super::change::rescore;
use super::row::{Row, find, micropoints, score};
use crate::changes::summary_of;
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;
use crate::{Change, TaskChange};

pub(crate) fn run(txn: &mut Txn<'_>, tasks: &[NewTask]) -> Outcome<Vec<Enqueued>> {
    let plan = Plan::check(txn, tasks)?;
    let first_seq = txn.ledger.newest_seq + 1;
    let mut enqueued = Vec::with_capacity(tasks.len());
    for ((seq, new), place) in (first_seq..).zip(tasks).zip(&plan.places) {
        enqueued.push(insert(txn, seq, new, place)?);
        for (position, prerequisite) in (0_i64..).zip(&place.prerequisites) {
            let prerequisite = match prerequisite {
                Edge::Stored(seq) => *seq,
                Edge::InBatch(index) => first_seq + i64::try_from(*index).unwrap_or_default(),
            };
            txn.execute(
                sql::task::INSERT_PREREQUISITE,
                (seq, position, prerequisite),
            )?;
        }
        txn.count_rows("prerequisites", place.prerequisites.len() as i64);
        txn.ledger.newest_seq = seq;
    }
    for (_, mut awaited) in plan.awaited {
        rescore(txn, &mut awaited)?;
    }
    Ok(enqueued)
}

/// Where each task of the batch stands among the others.
struct Plan {
    places: Vec<Place>,
    /// Stored prerequisites that are not finished, with their new number of dependents.
    awaited: HashMap<TaskId, Row>,
}

#[derive(Default)]
struct Place {
    prerequisites: Vec<Edge>,
    unmet: u32,
    depth: u32,
    dependents: u32,
}

enum Edge {
    Stored(i64),
    InBatch(usize),
}

impl Plan {
    fn check(txn: &Txn<'_>, tasks: &[NewTask]) -> Outcome<Self> {
        if limits::BATCH_TASKS_MAX < tasks.len() {
            return Err(Rejection::LimitExceeded {
                what: "tasks in a batch",
                max: limits::BATCH_TASKS_MAX as u64,
                got: tasks.len() as u64,
            }
            .into());
        }
        let index_of = indices(tasks)?;
        let mut plan = Self {
            places: Vec::with_capacity(tasks.len()),
            awaited: HashMap::new(),
        };
        for new in tasks {
            let place = plan.place(txn, new, &index_of)?;
            plan.places.push(place);
        }
        plan.connect(tasks)?;
        Ok(plan)
    }

    fn place(
        &mut self,
        txn: &Txn<'_>,
        new: &NewTask,
        index_of: &HashMap<&TaskId, usize>,
    ) -> Outcome<Place> {
        let mut place = Place::default();
        for prerequisite in &new.prerequisites {
            if let Some(index) = index_of.get(prerequisite) {
                place.unmet += 1;
                place.prerequisites.push(Edge::InBatch(*index));
                continue;
            }
            let depth = self.stored(txn, prerequisite, &mut place)?;
            place.depth = place.depth.max(depth + 1);
        }
        Ok(place)
    }

    /// Notes an edge to a stored task and answers its depth.
    fn stored(&mut self, txn: &Txn<'_>, task: &TaskId, place: &mut Place) -> Outcome<u32> {
        if let Some(row) = self.awaited.get_mut(task) {
            row.dependents_waiting += 1;
            place.unmet += 1;
            place.prerequisites.push(Edge::Stored(row.seq));
            return Ok(row.dependency_depth);
        }
        let mut row = find(txn.db, task)?.ok_or_else(|| Rejection::unknown_task(task))?;
        place.prerequisites.push(Edge::Stored(row.seq));
        let depth = row.dependency_depth;
        if can_be_awaited(&row.state)? {
            place.unmet += 1;
            row.dependents_waiting += 1;
            self.awaited.insert(task.clone(), row);
        }
        Ok(depth)
    }

    /// Depths and dependents along the edges inside the batch; refuses cycles.
    fn connect(&mut self, tasks: &[NewTask]) -> Outcome<()> {
        let inner: Vec<Vec<usize>> = self.places.iter().map(Place::inner).collect();
        if inner.iter().all(Vec::is_empty) {
            return Ok(());
        }
        let levels = dependency::levels(&inner).map_err(|path| Rejection::CircularDependency {
            path: path
                .into_iter()
                .filter_map(|index| Some(tasks.get(index)?.task_id.clone()))
                .collect(),
        })?;
        for index in levels.into_iter().flatten() {
            for prerequisite in &inner[index] {
                let depth = self.places[*prerequisite].depth + 1;
                self.places[*prerequisite].dependents += 1;
                self.places[index].depth = self.places[index].depth.max(depth);
            }
        }
        Ok(())
    }
}

impl Place {
    fn inner(&self) -> Vec<usize> {
        let inside = |edge: &Edge| match edge {
            Edge::InBatch(index) => Some(*index),
            Edge::Stored(_) => None,
        };
        self.prerequisites.iter().filter_map(inside).collect()
    }
}

/// Does somebody who names this prerequisite have to wait for it?
///
/// # Errors
/// `WrongStatus` when it can never complete.
pub(super) fn can_be_awaited(state: &State) -> Result<bool, Rejection> {
    match state.status {
        Status::Completed => Ok(false),
        Status::Failed | Status::Cancelled => Err(Rejection::WrongStatus {
            task: state.task_id.clone(),
            status: state.status,
            wanted: "completed or still to be completed",
        }),
        _ => Ok(true),
    }
}

/// Task ids must be new in the batch; that they are new in the store, the insert finds out.
fn indices(tasks: &[NewTask]) -> Outcome<HashMap<&TaskId, usize>> {
    // A task alone names no other of its batch, and never itself: that was checked.
    if let [_alone] = tasks {
        return Ok(HashMap::new());
    }
    let mut index_of = HashMap::with_capacity(tasks.len());
    for (index, new) in tasks.iter().enumerate() {
        if index_of.insert(&new.task_id, index).is_some() {
            return Err(exists_already(new).into());
        }
    }
    Ok(index_of)
}

fn exists_already(new: &NewTask) -> Rejection {
    Rejection::invalid("task_id", format!("`{}` exists already", new.task_id))
}

fn insert(txn: &mut Txn<'_>, seq: i64, new: &NewTask, place: &Place) -> Outcome<Enqueued> {
    let now = txn.now.wall;
    let state = enqueue::initial(new, place.unmet, txn.now);
    let inputs = Inputs {
        base_priority: new.base_priority,
        dependency_depth: place.depth,
        deadline: new.deadline,
        estimated_duration_seconds: new.estimated_duration_seconds,
        dependents_waiting: place.dependents,
        source: new.source,
        submitted_at: now,
    };
    let score = score(&inputs, txn.weights, now);
    let ready_at = (state.status == Status::Ready).then_some(now.0);
    let inserted = txn.execute(
        sql::task::INSERT,
        rusqlite::params![
            seq,
            new.task_id.as_str(),
            Code(state.status),
            score.points,
            score.changes_at,
            new.base_priority,
            Code(new.source),
            new.agent_type,
            place.depth,
            place.prerequisites.len() as i64,
            place.unmet,
            place.dependents,
            new.deadline.map(|at| at.0),
            new.not_before.map(|at| at.0),
            new.estimated_duration_seconds,
            new.max_retries,
            now.0,
            ready_at,
        ],
    );
    inserted.map_err(|fault| {
        if fault.is_taken() {
            exists_already(new).into()
        } else {
            fault
        }
    })?;
    insert_texts(txn, seq, new)?;
    txn.count_status(state.status, 1, micropoints(score.points));
    txn.count_depth(place.depth, 1);
    let status = state.status;
    txn.show(|| Change::Task(submitted(new, status, score.points, now)));
    Ok(Enqueued {
        task_id: new.task_id.clone(),
        status: state.status,
        calculated_priority: score.points,
        dependency_depth: place.depth,
        submitted_at: now,
    })
}

fn submitted(new: &NewTask, status: Status, points: f64, now: Timestamp) -> TaskChange {
    TaskChange {
        task_id: new.task_id.clone(),
        event: Some(Event::Submitted),
        by: new.submitted_by.clone(),
        held_by: None,
        status,
        agent_type: new.agent_type.clone(),
        calculated_priority: points,
        assigned_to: None,
        summary: summary_of(new.summary.as_deref(), &new.description),
        submitted_at: now,
        started_at: None,
        finished_at: None,
        retries: 0,
    }
}

fn insert_texts(txn: &Txn<'_>, seq: i64, new: &NewTask) -> Outcome<()> {
    txn.execute(
        sql::task::INSERT_TEXTS,
        (
            seq,
            &new.description,
            &new.summary,
            new.input.as_ref().map(paceline_core::Json::as_str),
            new.parent_task_id.as_ref().map(TaskId::as_str),
            &new.session_id,
            new.submitted_by.as_ref().map(AgentId::as_str),
        ),
    )?;
    Ok(())
}
