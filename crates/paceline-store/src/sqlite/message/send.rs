//! Send: one row, whoever it is for.

use paceline_core::message::{Recipient, Send, Sent, send};
use paceline_core::{AgentId, Json, MessageId, Rejection};

use super::stream;
use crate::sqlite::agent::row::present;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, int, one};

pub(crate) fn run(txn: &mut Txn<'_>, command: &Send) -> Outcome<Sent> {
    send::check(command)?;
    if let Recipient::Agent(agent) = &command.to {
        present(txn.db, agent)?;
    }
    let id = command.message_id.as_str();
    if one(txn.db, sql::message::HAS, [id], |_| Ok(()))?.is_some() {
        let problem = format!("`{id}` exists already");
        return Err(Rejection::invalid("message_id", problem).into());
    }
    let stream = stream::advance(txn, &command.to)?;
    txn.ledger.newest_position += 1;
    let position = txn.ledger.newest_position;
    txn.execute(
        sql::message::INSERT,
        (
            position,
            stream.number,
            int(stream.last_sequence),
            id,
            command.from.as_ref().map(AgentId::as_str),
            &command.kind,
            command.payload.as_ref().map(Json::as_str),
            command.reply_to.as_ref().map(MessageId::as_str),
            txn.now.wall.0,
        ),
    )?;
    txn.count_rows("messages", 1);
    Ok(Sent {
        message_id: command.message_id.clone(),
        position: position.unsigned_abs(),
        sequence: stream.last_sequence,
        sent_at: txn.now.wall,
        to: command.to.clone(),
    })
}
