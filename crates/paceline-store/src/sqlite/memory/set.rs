//! Set: an entry is written. Versions go on where a deleted or expired entry ended, so that nobody
//! who saw an earlier life of the key can mistake it for this one.

use paceline_core::AgentId;
use paceline_core::memory::{Entry, Set, set};

use super::row::{Stored, find};
use super::search::words;
use crate::sqlite::agent::row::list_text;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, int};

pub(crate) fn run(txn: &mut Txn<'_>, command: &Set) -> Outcome<Entry> {
    set::check(command)?;
    let now = txn.now.wall;
    let stored = find(txn.db, &command.namespace, &command.key)?;
    let present = stored.as_ref().filter(|stored| stored.is_there(now));
    let version = set::next_version(command, present.map(|stored| stored.version))?;
    let floor = stored.as_ref().map_or(0, |stored| stored.version);
    let lifetime_ms = |seconds: u64| int(seconds.saturating_mul(1_000));
    let entry = Entry {
        namespace: command.namespace.clone(),
        key: command.key.clone(),
        value: command.value.clone(),
        version: version.max(floor + 1),
        tags: command.tags.clone(),
        author: command.author.clone(),
        created_at: present.map_or(now, |stored| stored.created_at),
        updated_at: now,
        expires_at: command
            .ttl_seconds
            .map(|seconds| now + lifetime_ms(seconds)),
    };
    let number = match &stored {
        Some(stored) => rewrite(txn, stored, &entry)?,
        None => insert(txn, &entry)?,
    };
    txn.execute(
        sql::memory::ADD_WORDS,
        (
            number,
            &entry.namespace,
            &entry.key,
            words(&entry.value),
            entry.tags.join(" "),
        ),
    )?;
    Ok(entry)
}

fn insert(txn: &mut Txn<'_>, entry: &Entry) -> Outcome<i64> {
    txn.execute(
        sql::memory::INSERT,
        (
            &entry.namespace,
            &entry.key,
            entry.value.as_str(),
            int(entry.version),
            list_text(&entry.tags),
            entry.author.as_ref().map(AgentId::as_str),
            entry.created_at.0,
            entry.updated_at.0,
            entry.expires_at.map(|at| at.0),
        ),
    )?;
    txn.count_rows("memory", 1);
    Ok(txn.db.last_insert_rowid())
}

fn rewrite(txn: &mut Txn<'_>, stored: &Stored, entry: &Entry) -> Outcome<i64> {
    txn.execute(
        sql::memory::UPDATE,
        (
            stored.number,
            entry.value.as_str(),
            int(entry.version),
            list_text(&entry.tags),
            entry.author.as_ref().map(AgentId::as_str),
            entry.created_at.0,
            entry.updated_at.0,
            entry.expires_at.map(|at| at.0),
        ),
    )?;
    txn.execute(sql::memory::DROP_WORDS, [stored.number])?;
    Ok(stored.number)
}
