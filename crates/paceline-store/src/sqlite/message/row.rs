//! A message's row. Owns the way from columns to core's type.

use paceline_core::message::{Message, Recipient};
use paceline_core::{AgentId, Json, MessageId, Timestamp};
use rusqlite::Row;

/// Reads position, sequence, id, sender, kind, payload, what it answers, and when it was sent.
pub(crate) fn read(row: &Row<'_>, to: Recipient) -> rusqlite::Result<Message> {
    Ok(Message {
        position: row.get(0)?,
        sequence: row.get(1)?,
        message_id: MessageId::trusted(row.get::<_, String>(2)?),
        from: row.get::<_, Option<String>>(3)?.map(AgentId::trusted),
        to,
        kind: row.get(4)?,
        payload: row.get::<_, Option<String>>(5)?.map(Json::trusted),
        reply_to: row.get::<_, Option<String>>(6)?.map(MessageId::trusted),
        sent_at: Timestamp(row.get(7)?),
    })
}
