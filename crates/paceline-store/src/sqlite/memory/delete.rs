//! Delete: an entry goes, by hand or by age. Its row stays as the memory of its version.

use paceline_core::memory::{Delete, Entry, delete};

use super::row::{find, unknown};
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, command: &Delete) -> Outcome<Entry> {
    delete::check(command)?;
    let missing = || unknown(&command.namespace, &command.key);
    let stored = find(txn.db, &command.namespace, &command.key)?.ok_or_else(missing)?;
    let (number, version) = (stored.number, stored.version);
    let entry = stored.entry(txn.now.wall)?.ok_or_else(missing)?;
    delete::check_version(command, version)?;
    bury(txn, number)?;
    Ok(entry)
}

/// Buries entries whose time has come; answers how many.
pub(crate) fn expired(txn: &mut Txn<'_>, limit: u32) -> Outcome<u32> {
    let due: Vec<i64> = txn.many(sql::memory::EXPIRED, (txn.now.wall.0, limit), |row| {
        row.get(0)
    })?;
    for number in &due {
        bury(txn, *number)?;
    }
    Ok(u32::try_from(due.len()).unwrap_or(u32::MAX))
}

fn bury(txn: &Txn<'_>, number: i64) -> Outcome<()> {
    txn.execute(sql::memory::BURY, (number, txn.now.wall.0))?;
    txn.execute(sql::memory::DROP_WORDS, [number])?;
    Ok(())
}
