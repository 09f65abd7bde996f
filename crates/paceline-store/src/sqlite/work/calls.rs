//! What was recorded of an agent beside its tasks: tool calls and assessments.

use paceline_core::AgentId;
use paceline_core::quality::Assessment;
use paceline_core::tool_call::ToolCall;
use rusqlite::Connection;

use super::{Place, cut, limit};
use crate::sqlite::fault::Outcome;
use crate::sqlite::record::{read_assessment, read_tool_call};
use crate::sqlite::txn::many;
use crate::sqlite::{page, sql};
use crate::work::Span;
use crate::{Page, PageRequest};

/// The newest first.
pub(crate) fn tool_calls_of(
    db: &Connection,
    agent: &AgentId,
    span: Span,
    request: &PageRequest,
) -> Outcome<Page<ToolCall>> {
    let limit = limit(request);
    let place = Place::of(request, span.to.0)?;
    let params = (
        agent.as_str(),
        place.at,
        place.number,
        span.from.0,
        limit + 1,
    );
    let found = many(db, sql::work::TOOL_CALLS_OF, params, |row| {
        let place = Place {
            at: row.get(6)?,
            number: row.get(0)?,
        };
        Ok((place, read_tool_call(row)?))
    })?;
    Ok(cut(found, limit))
}

/// The newest first, as all assessments are listed.
pub(crate) fn assessments_of(
    db: &Connection,
    agent: &AgentId,
    request: &PageRequest,
) -> Outcome<Page<Assessment>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let params = (agent.as_str(), below, limit + 1);
    let found = many(db, sql::work::ASSESSMENTS_OF, params, |row| {
        Ok((row.get(0)?, read_assessment(row)?))
    })?;
    Ok(page::cut(found, limit))
}

pub(crate) fn assessments_between(
    db: &Connection,
    span: Span,
    request: &PageRequest,
) -> Outcome<Page<Assessment>> {
    let limit = limit(request);
    let place = Place::of(request, span.to.0)?;
    let params = (place.at, place.number, span.from.0, limit + 1);
    let found = many(db, sql::work::ASSESSMENTS_BETWEEN, params, |row| {
        let place = Place {
            at: row.get(12)?,
            number: row.get(0)?,
        };
        Ok((place, read_assessment(row)?))
    })?;
    Ok(cut(found, limit))
}
