//! Read: what an agent has not seen yet, from every stream it listens to, in one order. Owns the
//! merge; rewrites nothing. A sender does not hear its own words back, unless it wrote to itself.

use paceline_core::message::{Message, Page, Read, Recipient};
use paceline_core::{AgentId, limits};
use rusqlite::Connection;

use super::{row, stream};
use crate::sqlite::agent::row::{Stored, present};
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{int, many};

pub(crate) fn run(db: &Connection, reader: &AgentId, read: &Read) -> Outcome<Page> {
    let stored = present(db, reader)?;
    let after = read.after.unwrap_or(stored.acked_through);
    let limit = read.limit.clamp(1, limits::PAGE_MAX) as usize;
    let mut messages = Vec::new();
    for recipient in streams(&stored, reader, read.topic.as_ref()) {
        messages.extend(unread(db, reader, recipient, after, limit)?);
    }
    messages.sort_unstable_by_key(|message| message.position);
    messages.truncate(limit);
    let first_delivered = messages
        .iter()
        .filter(|message| stored.delivered_through < message.position)
        .map(|message| (message.position, message.sent_at));
    Ok(Page {
        first_delivered: first_delivered.collect(),
        next_after: messages.last().map_or(after, |message| message.position),
        acked_through: stored.acked_through,
        messages,
    })
}

fn streams(stored: &Stored, reader: &AgentId, topic: Option<&String>) -> Vec<Recipient> {
    let agent = &stored.agent;
    let mut topics: Vec<&String> = agent.topics.iter().chain(topic).collect();
    topics.sort_unstable();
    topics.dedup();
    let topics = topics.into_iter().cloned().map(Recipient::Topic);
    [Recipient::Agent(reader.clone()), Recipient::All]
        .into_iter()
        .chain(agent.role.clone().map(Recipient::Role))
        .chain(topics)
        .collect()
}

fn unread(
    db: &Connection,
    reader: &AgentId,
    recipient: Recipient,
    after: u64,
    limit: usize,
) -> Outcome<Vec<Message>> {
    let Some(stream) = stream::find(db, &recipient)? else {
        return Ok(Vec::new());
    };
    let silent_for = match recipient {
        Recipient::Agent(_) => None,
        _ => Some(reader.as_str()),
    };
    let params = (stream.number, int(after), limit as i64, silent_for);
    many(db, sql::message::AFTER, params, |row| {
        row::read(row, recipient.clone())
    })
}
