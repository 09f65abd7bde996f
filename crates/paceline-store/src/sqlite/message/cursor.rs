//! Cursors: how far a reader was given messages, and how far it says it has read. Both only move
//! forward and never beyond the newest message.

use paceline_core::AgentId;
use paceline_core::message::Acked;

use crate::sqlite::agent::row::present;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, int};

pub(crate) fn delivered(txn: &mut Txn<'_>, reader: &AgentId, position: u64) -> Outcome<()> {
    let stored = present(txn.db, reader)?;
    let through = within(txn, position);
    if through <= int(stored.delivered_through) {
        return Ok(());
    }
    let reader = reader.as_str();
    txn.execute(sql::message::DELIVERED, (reader, through, txn.now.wall.0))?;
    txn.execute(sql::message::SET_DELIVERED, (reader, through))?;
    Ok(())
}

pub(crate) fn ack(txn: &mut Txn<'_>, reader: &AgentId, through: u64) -> Outcome<Acked> {
    let stored = present(txn.db, reader)?;
    let through = within(txn, through);
    if int(stored.acked_through) < through {
        let reader = reader.as_str();
        txn.execute(sql::message::ACKED, (reader, through, txn.now.wall.0))?;
        txn.execute(sql::message::SET_ACKED, (reader, through))?;
    }
    let acked_through = stored.acked_through.max(through.unsigned_abs());
    Ok(Acked { acked_through })
}

fn within(txn: &Txn<'_>, position: u64) -> i64 {
    int(position).min(txn.ledger.newest_position)
}
