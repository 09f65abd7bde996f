//! The log of what happened to tasks, in stretches. Owns finding where a time begins in it; the log
//! is in the order of its numbers, and of time as far as the clock went forward.

use paceline_core::task::Event;
use paceline_core::{AgentId, Timestamp, limits};
use rusqlite::Connection;

use crate::PageRequest;
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::{many, one};
use crate::sqlite::{page, sql};
use crate::work::{HoldEvent, HoldEvents, Span};

/// One stretch, the newest first; its limit is the rows looked at, not the rows answered.
pub(crate) fn run(db: &Connection, span: Span, request: &PageRequest) -> Outcome<HoldEvents> {
    let first = first_at(db, span.from)?;
    let below = match page::number(request)? {
        Some(below) => below,
        None => first_at(db, span.to)?,
    };
    let stretch = i64::from(limits::FIGURES_PAGE_MAX);
    let from = below.saturating_sub(stretch).max(first);
    let params = (from, below, span.from.0, span.to.0);
    let events = many(db, sql::work::HOLD_EVENTS, params, |row| {
        let event = HoldEvent {
            at: Timestamp(row.get(0)?),
            event: row.get::<_, Code<Event>>(1)?.0,
            agent_id: AgentId::trusted(row.get::<_, String>(2)?),
            agent_type: row.get(3)?,
            started_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
            ready_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        };
        Ok((event, row.get::<_, bool>(6)?))
    })?;
    // The end of a task that came from elsewhere is told with the others of its kind.
    let is_told = |event: &HoldEvent, imported: bool| {
        !(imported && matches!(event.event, Event::Completed | Event::Failed))
    };
    let told = events
        .into_iter()
        .filter(|(event, imported)| is_told(event, *imported));
    Ok(HoldEvents {
        events: told.map(|(event, _)| event).collect(),
        visited: u64::try_from(below.saturating_sub(from)).unwrap_or_default(),
        next_cursor: (first < from).then(|| from.to_string()),
    })
}

/// The number of the first event at `at` or later, found by halving.
pub(super) fn first_at(db: &Connection, at: Timestamp) -> Outcome<i64> {
    let newest: i64 = db
        .prepare_cached(sql::task::NEWEST_EVENT)?
        .query_row([], |row| row.get(0))?;
    let (mut low, mut high) = (0, newest + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found = one(db, sql::work::EVENT_FROM, [middle], |row| {
            row.get::<_, i64>(0)
        })?;
        match found {
            Some(then) if then < at.0 => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}
