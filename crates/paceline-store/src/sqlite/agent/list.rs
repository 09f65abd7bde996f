//! Agents as they are asked for: one, or a page in order of registration.

use paceline_core::AgentId;
use paceline_core::agent::Agent;
use rusqlite::Connection;

use super::row::{Stored, present};
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::many;
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest};

pub(crate) fn one(db: &Connection, agent: &AgentId) -> Outcome<Agent> {
    present(db, agent)?.whole(db)
}

pub(crate) fn run(db: &Connection, request: &PageRequest) -> Outcome<Page<Agent>> {
    let limit = page::limit(request);
    let after = page::number(request)?.unwrap_or(0);
    let found = many(db, sql::agent::LIST, (after, limit + 1), Stored::read)?;
    let numbered = found.into_iter().map(|stored| (stored.number, stored));
    let cut = page::cut(numbered.collect(), limit);
    let items = cut.items.into_iter().map(|stored| stored.whole(db));
    Ok(Page {
        items: items.collect::<Outcome<_>>()?,
        next_cursor: cut.next_cursor,
    })
}
