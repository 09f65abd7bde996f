//! A task's hot row, and the whole task around it. Owns the way from columns to core's types;
//! refuses to change anything.

use paceline_core::priority::{self, Weights};
use paceline_core::task::{Note, Source, State, Status, Task};
use paceline_core::{AgentId, Json, Steady, TaskId, Timestamp};
use rusqlite::Connection;

use crate::sqlite::code::Code;
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::sql;
use crate::sqlite::txn::{many, one};

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) state: State,
    pub(crate) calculated_priority: f64,
    pub(crate) base_priority: u8,
    pub(crate) source: Source,
    pub(crate) agent_type: Option<String>,
    pub(crate) dependency_depth: u32,
    pub(crate) prerequisites: u32,
    pub(crate) dependents_waiting: u32,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) estimated_duration_seconds: Option<u32>,
    pub(crate) lease_ms: Option<i64>,
    pub(crate) submitted_at: Timestamp,
    pub(crate) ready_at: Option<Timestamp>,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) last_event: Option<i64>,
    pub(crate) notes: u32,
    pub(crate) imported: bool,
}

impl Row {
    /// Reads `row_columns!()`.
    pub(crate) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            calculated_priority: row.get(3)?,
            base_priority: row.get(4)?,
            source: row.get::<_, Code<Source>>(5)?.0,
            agent_type: row.get(6)?,
            dependency_depth: row.get(7)?,
            prerequisites: row.get(8)?,
            dependents_waiting: row.get(10)?,
            deadline: row.get::<_, Option<i64>>(11)?.map(Timestamp),
            estimated_duration_seconds: row.get(13)?,
            lease_ms: row.get(19)?,
            submitted_at: Timestamp(row.get(20)?),
            ready_at: row.get::<_, Option<i64>>(21)?.map(Timestamp),
            started_at: row.get::<_, Option<i64>>(22)?.map(Timestamp),
            finished_at: row.get::<_, Option<i64>>(23)?.map(Timestamp),
            last_event: row.get(24)?,
            notes: row.get(25)?,
            imported: row.get(26)?,
            state: Self::read_state(row)?,
        })
    }

    fn read_state(row: &rusqlite::Row<'_>) -> rusqlite::Result<State> {
        Ok(State {
            task_id: TaskId::trusted(row.get::<_, String>(1)?),
            status: row.get::<_, Code<Status>>(2)?.0,
            unmet_prerequisites: row.get(9)?,
            not_before: row.get::<_, Option<i64>>(12)?.map(Timestamp),
            max_retries: row.get(14)?,
            retries: row.get(15)?,
            fence: row.get(16)?,
            assigned_to: row.get::<_, Option<String>>(17)?.map(AgentId::trusted),
            lease_deadline: row.get::<_, Option<i64>>(18)?.map(Steady),
        })
    }

    pub(crate) fn micropoints(&self) -> i64 {
        micropoints(self.calculated_priority)
    }

    pub(crate) fn inputs(&self) -> priority::Inputs {
        priority::Inputs {
            base_priority: self.base_priority,
            dependency_depth: self.dependency_depth,
            deadline: self.deadline,
            estimated_duration_seconds: self.estimated_duration_seconds,
            dependents_waiting: self.dependents_waiting,
            source: self.source,
            submitted_at: self.submitted_at,
        }
    }
}

pub(crate) struct Score {
    pub(crate) points: f64,
    pub(crate) changes_at: Option<i64>,
}

pub(crate) fn score(inputs: &priority::Inputs, weights: &Weights, now: Timestamp) -> Score {
    Score {
        points: priority::score(inputs, weights, now),
        changes_at: priority::next_change(inputs, weights, now).map(|at| at.0),
    }
}

/// Millionths of a point, so that sums neither drift nor depend on their order.
#[expect(clippy::cast_possible_truncation, reason = "a score is at most 100")]
pub(crate) fn micropoints(points: f64) -> i64 {
    (points * 1e6).round() as i64
}

pub(crate) fn by_id(db: &Connection, task: &TaskId) -> Outcome<Row> {
    find(db, task)?.ok_or_else(|| paceline_core::Rejection::unknown_task(task).into())
}

pub(crate) fn find(db: &Connection, task: &TaskId) -> Outcome<Option<Row>> {
    one(db, sql::task::ROW_BY_ID, [task.as_str()], Row::read)
}

pub(crate) fn by_seq(db: &Connection, seq: i64) -> Outcome<Row> {
    one(db, sql::task::ROW_BY_SEQ, [seq], Row::read)?
        .ok_or_else(|| Fault::Nonsense(format!("no task with number {seq}")))
}

/// Everything that is known of the task.
pub(crate) fn whole(db: &Connection, row: Row, now: paceline_core::Now) -> Outcome<Task> {
    let texts = texts(db, row.seq)?;
    let outcome = match may_have_outcome(&row) {
        true => outcome(db, row.seq)?,
        false => Ending::default(),
    };
    let prerequisites = match row.prerequisites {
        0 => Vec::new(),
        _ => prerequisite_names(db, row.seq)?,
    };
    let notes = match row.notes {
        0 => Vec::new(),
        _ => notes(db, row.seq)?,
    };
    let state = row.state;
    Ok(Task {
        task_id: state.task_id,
        description: texts.description,
        summary: texts.summary,
        source: row.source,
        agent_type: row.agent_type,
        base_priority: row.base_priority,
        calculated_priority: row.calculated_priority,
        status: state.status,
        prerequisites,
        unmet_prerequisites: state.unmet_prerequisites,
        dependents_waiting: row.dependents_waiting,
        dependency_depth: row.dependency_depth,
        deadline: row.deadline,
        not_before: state.not_before,
        estimated_duration_seconds: row.estimated_duration_seconds,
        parent_task_id: texts.parent_task_id,
        session_id: texts.session_id,
        input: texts.input,
        result: outcome.result,
        error: outcome.error,
        reason: outcome.reason,
        notes,
        max_retries: state.max_retries,
        retries: state.retries,
        fence: state.fence,
        assigned_to: state.assigned_to,
        lease_expires_at: state.lease_deadline.map(|deadline| now.wall_at(deadline)),
        submitted_by: texts.submitted_by,
        submitted_at: row.submitted_at,
        ready_at: row.ready_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        imported: row.imported,
    })
}

pub(crate) struct Texts {
    pub(crate) description: String,
    pub(crate) summary: Option<String>,
    input: Option<Json>,
    parent_task_id: Option<TaskId>,
    session_id: Option<String>,
    pub(crate) submitted_by: Option<AgentId>,
}

pub(crate) fn texts(db: &Connection, seq: i64) -> Outcome<Texts> {
    let found = one(db, sql::task::TEXTS, [seq], |row| {
        Ok(Texts {
            description: row.get(0)?,
            summary: row.get(1)?,
            input: row.get::<_, Option<String>>(2)?.map(Json::trusted),
            parent_task_id: row.get::<_, Option<String>>(3)?.map(TaskId::trusted),
            session_id: row.get(4)?,
            submitted_by: row.get::<_, Option<String>>(5)?.map(AgentId::trusted),
        })
    })?;
    found.ok_or_else(|| Fault::Nonsense(format!("task number {seq} has no texts")))
}

#[derive(Default)]
struct Ending {
    result: Option<Json>,
    error: Option<String>,
    reason: Option<String>,
}

/// Something ended or went back only after a first claim, or elsewhere before it came here.
fn may_have_outcome(row: &Row) -> bool {
    row.imported || 1 < row.state.fence || row.state.status != Status::Running
}

fn outcome(db: &Connection, seq: i64) -> Outcome<Ending> {
    let found = one(db, sql::task::OUTCOME, [seq], |row| {
        Ok(Ending {
            result: row.get::<_, Option<String>>(0)?.map(Json::trusted),
            error: row.get(1)?,
            reason: row.get(2)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

fn notes(db: &Connection, seq: i64) -> Outcome<Vec<Note>> {
    many(db, sql::task::NOTES, [seq], |row| {
        Ok(Note {
            at: Timestamp(row.get(0)?),
            agent_id: row.get::<_, Option<String>>(1)?.map(AgentId::trusted),
            text: row.get(2)?,
        })
    })
}

pub(crate) fn prerequisite_names(db: &Connection, seq: i64) -> Outcome<Vec<TaskId>> {
    many(db, sql::task::PREREQUISITE_NAMES, [seq], |row| {
        Ok(TaskId::trusted(row.get::<_, String>(0)?))
    })
}
