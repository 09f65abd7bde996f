//! Tasks without their texts: those that run, and those that ended before they came here.

use paceline_core::task::Status;
use paceline_core::{AgentId, Timestamp};
use rusqlite::{Connection, Row};

use super::{Place, cut, limit};
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::many;
use crate::sqlite::{page, sql};
use crate::work::Span;
use crate::{Page, PageRequest, TaskFigures};

pub(crate) fn running(db: &Connection, request: &PageRequest) -> Outcome<Page<TaskFigures>> {
    let limit = limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let found = many(db, sql::work::RUNNING_FIGURES, (below, limit + 1), |row| {
        Ok((row.get(0)?, figures(row)?))
    })?;
    Ok(page::cut(found, limit))
}

pub(crate) fn ended_elsewhere(
    db: &Connection,
    span: Span,
    request: &PageRequest,
) -> Outcome<Page<TaskFigures>> {
    let limit = limit(request);
    let place = Place::of(request, span.to.0)?;
    let params = (place.at, place.number, span.from.0, limit + 1);
    let found = many(db, sql::work::ENDED_ELSEWHERE, params, |row| {
        let place = Place {
            at: row.get(6)?,
            number: row.get(0)?,
        };
        Ok((place, figures(row)?))
    })?;
    Ok(cut(found, limit))
}

fn figures(row: &Row<'_>) -> rusqlite::Result<TaskFigures> {
    let time = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp));
    Ok(TaskFigures {
        status: row.get::<_, Code<Status>>(1)?.0,
        agent_type: row.get(2)?,
        assigned_to: row.get::<_, Option<String>>(3)?.map(AgentId::trusted),
        ready_at: time(4)?,
        started_at: time(5)?,
        finished_at: time(6)?,
    })
}
