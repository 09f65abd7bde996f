//! Namespaces, by name. Owns the list; triggers keep its counts.

use paceline_core::Timestamp;
use paceline_core::memory::Namespace;
use rusqlite::Connection;

use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::many;
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest};

pub(crate) fn run(db: &Connection, request: &PageRequest) -> Outcome<Page<Namespace>> {
    let limit = page::limit(request);
    let wanted = (page::name(request), limit + 1);
    let found = many(db, sql::memory::NAMESPACES, wanted, |row| {
        Ok(Namespace {
            namespace: row.get(0)?,
            entries: row.get(1)?,
            updated_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
        })
    })?;
    Ok(page::cut_by_name(found, limit, |one| &one.namespace))
}
