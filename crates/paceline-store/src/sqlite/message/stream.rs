//! Streams: where messages go. Owns their names on disk and their gap-free numbers.

use paceline_core::AgentId;
use paceline_core::message::Recipient;
use rusqlite::Connection;

use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, int, one};

#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) number: i64,
    pub(crate) last_sequence: u64,
}

/// Kind and name as stored; the order of kinds is the file format.
pub(crate) fn name(recipient: &Recipient) -> (i64, &str) {
    match recipient {
        Recipient::Agent(agent) => (0, agent.as_str()),
        Recipient::Role(role) => (1, role),
        Recipient::Topic(topic) => (2, topic),
        Recipient::All => (3, ""),
    }
}

/// The other way; a kind that no version wrote is everybody's.
pub(crate) fn recipient(kind: i64, name: String) -> Recipient {
    match kind {
        0 => Recipient::Agent(AgentId::trusted(name)),
        1 => Recipient::Role(name),
        2 => Recipient::Topic(name),
        _ => Recipient::All,
    }
}

pub(crate) fn find(db: &Connection, recipient: &Recipient) -> Outcome<Option<Stream>> {
    one(db, sql::message::STREAM, name(recipient), |row| {
        Ok(Stream {
            number: row.get(0)?,
            last_sequence: row.get(1)?,
        })
    })
}

/// The stream with its counter raised by one.
pub(crate) fn advance(txn: &mut Txn<'_>, recipient: &Recipient) -> Outcome<Stream> {
    if let Some(mut stream) = find(txn.db, recipient)? {
        stream.last_sequence += 1;
        let last_sequence = int(stream.last_sequence);
        txn.execute(sql::message::SET_SEQUENCE, (stream.number, last_sequence))?;
        return Ok(stream);
    }
    let (kind, name) = name(recipient);
    txn.execute(sql::message::INSERT_STREAM, (kind, name, 1))?;
    txn.count_rows("streams", 1);
    Ok(Stream {
        number: txn.db.last_insert_rowid(),
        last_sequence: 1,
    })
}
