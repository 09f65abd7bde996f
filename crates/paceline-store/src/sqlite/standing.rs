//! Where a watcher begins. Owns one reading of everything that changes are told of, as of one
//! commit; refuses what grows with history: tasks are read by their last events, of which there is
//! a limit.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use paceline_core::task::Event;
use paceline_core::{AgentId, Steady, TaskId, Timestamp};
use rusqlite::Connection;

use super::agent::row::Stored;
use super::code::Code;
use super::fault::Outcome;
use super::task::change::told_of;
use super::task::row::{Row, by_seq, texts};
use super::txn::many;
use super::{election, record, sql, task};
use crate::changes::summary_of;
use crate::{Standing, TaskChange};

pub(crate) fn run(db: &Connection, agents: u32, events: u32) -> Outcome<Standing> {
    let stored = many(db, sql::agent::LIST, (0, agents), Stored::read)?;
    let figures = record::figures(db)?.into_iter().filter_map(|one| {
        let agent = one.agent_id?;
        Some((agent, one.completed, one.failed))
    });
    Ok(Standing {
        agents: stored.into_iter().map(|stored| stored.agent).collect(),
        agents_total: record::sizes(db, 0)?.agents.iter().sum(),
        figures: figures.collect(),
        running: many(db, sql::task::RUNNING, [], |row| {
            Ok((
                TaskId::trusted(row.get::<_, String>(0)?),
                AgentId::trusted(row.get::<_, String>(1)?),
            ))
        })?,
        counts: task::status::run(db)?.counts,
        elections: many(
            db,
            sql::election::LED,
            [Steady(i64::MIN).0],
            election::row::read,
        )?,
        recent: recent(db, events)?,
    })
}

/// Events, and tasks that have none yet: being submitted leaves no event. A task is read once.
fn recent(db: &Connection, events: u32) -> Outcome<Vec<(Timestamp, TaskChange)>> {
    let mut told: HashMap<i64, TaskChange> = HashMap::new();
    let read = |row: &rusqlite::Row<'_>| {
        let seq: i64 = row.get(0)?;
        let by = row.get::<_, Option<String>>(3)?.map(AgentId::trusted);
        Ok((
            seq,
            Timestamp(row.get(1)?),
            row.get::<_, Code<Event>>(2)?.0,
            by,
        ))
    };
    let mut recent = Vec::new();
    for (seq, at, event, by) in many(db, sql::task::RECENT_EVENTS, (0, events), read)? {
        let change = match told.entry(seq) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(as_it_is(db, by_seq(db, seq)?)?),
        };
        let change = TaskChange {
            event: Some(event),
            by,
            ..change.clone()
        };
        recent.push((at, change));
    }
    let newest = many(db, sql::task::NEWEST_ROWS, (0, events), Row::read)?;
    for row in newest
        .into_iter()
        .filter(|row| !told.contains_key(&row.seq))
    {
        let at = row.submitted_at;
        let change = TaskChange {
            event: Some(Event::Submitted),
            ..as_it_is(db, row)?
        };
        recent.push((at, change));
    }
    recent.reverse();
    recent.sort_by_key(|(at, _)| *at);
    Ok(recent)
}

fn as_it_is(db: &Connection, row: Row) -> Outcome<TaskChange> {
    let texts = texts(db, row.seq)?;
    let summary = summary_of(texts.summary.as_deref(), &texts.description);
    Ok(told_of(&row, summary))
}
