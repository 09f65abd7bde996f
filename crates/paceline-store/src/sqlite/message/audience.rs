//! Who has a message: times of its one recipient, or counts of those who listen to a stream. Owns
//! the reading of cursors for onlookers; moves none.

use std::collections::HashMap;

use paceline_core::message::{Audience, Listed, Message, Receipt, Recipient, list};
use paceline_core::{AgentId, Timestamp, limits};
use rusqlite::{Connection, Row};

use crate::sqlite::agent::row::{find, list as names};
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{int, many, one};

/// Readers as a page of messages needs them, each looked up once.
pub(super) struct Readers<'a> {
    db: &'a Connection,
    registered_at: HashMap<AgentId, Option<Timestamp>>,
    /// Looked up with the first message to many; empty where they are too many to count.
    listeners: Option<Vec<Listener>>,
}

struct Listener {
    agent_id: String,
    role: Option<String>,
    topics: Vec<String>,
    registered_at: Timestamp,
    delivered_through: u64,
    acked_through: u64,
}

impl<'a> Readers<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        Self {
            db,
            registered_at: HashMap::new(),
            listeners: None,
        }
    }

    pub(super) fn of(&mut self, message: Message) -> Outcome<Listed> {
        let (receipt, audience) = match &message.to {
            Recipient::Agent(reader) => (self.receipt(reader, &message)?, None),
            _ => (Receipt::default(), self.audience(&message)?),
        };
        Ok(Listed {
            message,
            receipt,
            audience,
        })
    }

    fn receipt(&mut self, reader: &AgentId, message: &Message) -> Outcome<Receipt> {
        let Some(registered_at) = self.registration(reader)? else {
            return Ok(Receipt::default());
        };
        let first = |text| {
            let params = (reader.as_str(), int(message.position));
            one(self.db, text, params, |row| Ok(Timestamp(row.get(0)?)))
        };
        let found = Receipt {
            delivered_at: first(sql::message::WAS_DELIVERED)?,
            acked_at: first(sql::message::WAS_ACKED)?,
        };
        Ok(list::receipt(found, message.sent_at, registered_at))
    }

    fn registration(&mut self, reader: &AgentId) -> Outcome<Option<Timestamp>> {
        if let Some(known) = self.registered_at.get(reader) {
            return Ok(*known);
        }
        let stored = find(self.db, reader)?;
        let registered_at = stored.map(|stored| stored.agent.registered_at);
        self.registered_at.insert(reader.clone(), registered_at);
        Ok(registered_at)
    }

    fn audience(&mut self, message: &Message) -> Outcome<Option<Audience>> {
        if self.listeners.is_none() {
            self.listeners = Some(listeners(self.db)?);
        }
        let mut audience = Audience::default();
        for listener in self.listeners.iter().flatten() {
            if listener.listens(message) {
                audience.listeners += 1;
                audience.delivered += u32::from(message.position <= listener.delivered_through);
                audience.acked += u32::from(message.position <= listener.acked_through);
            }
        }
        Ok((0 < audience.listeners).then_some(audience))
    }
}

impl Listener {
    fn listens(&self, message: &Message) -> bool {
        let is_meant = match &message.to {
            Recipient::Agent(_) => false,
            Recipient::Role(role) => self.role.as_ref() == Some(role),
            Recipient::Topic(topic) => self.topics.contains(topic),
            Recipient::All => true,
        };
        let sender = message.from.as_ref().map(AgentId::as_str);
        is_meant && self.registered_at <= message.sent_at && sender != Some(&self.agent_id)
    }
}

fn listeners(db: &Connection) -> Outcome<Vec<Listener>> {
    let max = limits::AUDIENCE_AGENTS_MAX;
    let found = many(db, sql::agent::LISTENERS, [max + 1], listener)?;
    let are_too_many = max as usize <= found.len().saturating_sub(1);
    Ok(if are_too_many { Vec::new() } else { found })
}

fn listener(row: &Row<'_>) -> rusqlite::Result<Listener> {
    Ok(Listener {
        agent_id: row.get(0)?,
        role: row.get(1)?,
        topics: names(row, 2)?,
        registered_at: Timestamp(row.get(3)?),
        delivered_through: row.get(4)?,
        acked_through: row.get(5)?,
    })
}
