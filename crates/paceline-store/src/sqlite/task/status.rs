//! Queue status: how many tasks wait, and for how long. Read from counters that every transition
//! keeps, so that it costs the same with a million tasks.

use paceline_core::task::{QueueStatus, Status};
use paceline_core::{TaskId, Timestamp};
use rusqlite::{Connection, Row};

use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{many, one};

pub(crate) fn run(db: &Connection) -> Outcome<QueueStatus> {
    let mut status = QueueStatus {
        counts: [0; 7],
        avg_priority: 0.0,
        max_depth: 0,
        oldest_pending: oldest_waiting(db)?,
        newest: one(db, sql::task::NEWEST, [], |row| named(row, 0))?,
    };
    let rows = many(db, sql::task::COUNTS, [], |row| {
        Ok((
            row.get::<_, Code<Status>>(0)?.0,
            row.get::<_, u64>(1)?,
            row.get::<_, i64>(2)?,
        ))
    })?;
    let (mut waiting, mut micropoints) = (0, 0);
    for (each, tasks, sum) in rows {
        let slot = Status::ALL
            .iter()
            .position(|known| *known == each)
            .unwrap_or_default();
        status.counts[slot] = tasks;
        if each.is_waiting() {
            waiting += tasks;
            micropoints += sum;
        }
    }
    if 0 < waiting {
        status.avg_priority = micropoints as f64 / 1e6 / waiting as f64;
    }
    let deepest = one(db, sql::task::MAX_DEPTH, [], |row| row.get(0))?;
    status.max_depth = deepest.unwrap_or_default();
    Ok(status)
}

/// Since when the ready task that was submitted first is ready.
pub(crate) fn oldest_ready(db: &Connection) -> Outcome<Option<Timestamp>> {
    let since = one(db, sql::task::READY_SINCE, [], |row| row.get(0))?;
    Ok(since.flatten().map(Timestamp))
}

/// Since when the task runs that was claimed first.
pub(crate) fn oldest_running(db: &Connection) -> Outcome<Option<Timestamp>> {
    let since = one(db, sql::task::RUNNING_SINCE, [], |row| row.get(0))?;
    Ok(since.flatten().map(Timestamp))
}

fn oldest_waiting(db: &Connection) -> Outcome<Option<(TaskId, Timestamp)>> {
    let mut oldest: Option<(i64, (TaskId, Timestamp))> = None;
    for status in Status::ALL.into_iter().filter(|status| status.is_waiting()) {
        let first = one(db, sql::task::OLDEST_OF_STATUS, [Code(status)], |row| {
            Ok((row.get::<_, i64>(0)?, named(row, 1)?))
        })?;
        oldest = match (oldest, first) {
            (Some(one), Some(other)) if one.0 < other.0 => Some(one),
            (one, other) => other.or(one),
        };
    }
    Ok(oldest.map(|(_, task)| task))
}

fn named(row: &Row<'_>, at: usize) -> rusqlite::Result<(TaskId, Timestamp)> {
    let task = TaskId::trusted(row.get::<_, String>(at)?);
    Ok((task, Timestamp(row.get(at + 1)?)))
}
