//! A memory entry's row. Owns the way from columns to core's types, and what counts as absent: a
//! deleted entry and an expired one.

use paceline_core::memory::Entry;
use paceline_core::rejection::Kind;
use paceline_core::{AgentId, Json, Rejection, Timestamp};
use rusqlite::{Connection, Row};

use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::sql;
use crate::sqlite::txn::one;

pub(crate) struct Stored {
    pub(crate) number: i64,
    pub(crate) version: u64,
    namespace: String,
    key: String,
    value: Option<Json>,
    tags: String,
    author: Option<AgentId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl Stored {
    /// Reads `memory_columns!()`.
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            namespace: row.get(1)?,
            key: row.get(2)?,
            value: row.get::<_, Option<String>>(3)?.map(Json::trusted),
            version: row.get(4)?,
            tags: row.get(5)?,
            author: row.get::<_, Option<String>>(6)?.map(AgentId::trusted),
            created_at: Timestamp(row.get(7)?),
            updated_at: Timestamp(row.get(8)?),
            expires_at: row.get::<_, Option<i64>>(9)?.map(Timestamp),
        })
    }

    /// Is there anything to see at this time?
    pub(crate) fn is_there(&self, now: Timestamp) -> bool {
        self.value.is_some() && self.expires_at.is_none_or(|at| now < at)
    }

    /// The entry, unless it is deleted or expired.
    pub(crate) fn entry(self, now: Timestamp) -> Outcome<Option<Entry>> {
        if !self.is_there(now) {
            return Ok(None);
        }
        let Some(value) = self.value else {
            return Ok(None);
        };
        let tags = serde_json::from_str(&self.tags)
            .map_err(|error| Fault::Nonsense(format!("tags of `{}`: {error}", self.key)))?;
        Ok(Some(Entry {
            namespace: self.namespace,
            key: self.key,
            value,
            version: self.version,
            tags,
            author: self.author,
            created_at: self.created_at,
            updated_at: self.updated_at,
            expires_at: self.expires_at,
        }))
    }
}

pub(crate) fn find(db: &Connection, namespace: &str, key: &str) -> Outcome<Option<Stored>> {
    one(db, sql::memory::GET, (namespace, key), Stored::read)
}

pub(crate) fn unknown(namespace: &str, key: &str) -> Rejection {
    Rejection::NotFound {
        kind: Kind::Memory,
        id: format!("{namespace}/{key}"),
    }
}

pub(crate) fn get(db: &Connection, namespace: &str, key: &str, now: Timestamp) -> Outcome<Entry> {
    let stored = find(db, namespace, key)?.ok_or_else(|| unknown(namespace, key))?;
    stored
        .entry(now)?
        .ok_or_else(|| unknown(namespace, key).into())
}
