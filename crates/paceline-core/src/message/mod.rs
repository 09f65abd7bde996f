//! Messages: an append-only log. Owns streams (an agent's mailbox, a role, a topic, everybody),
//! each numbered without gaps, beside one position that orders them all; refuses to rewrite a
//! message when somebody reads it. A reader has a cursor, and what lies behind it is read.

pub mod list;
pub mod send;

use serde::{Deserialize, Serialize};

use crate::{AgentId, Json, MessageId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Recipient {
    Agent(AgentId),
    Role(String),
    Topic(String),
    All,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Send {
    pub message_id: MessageId,
    pub from: Option<AgentId>,
    pub to: Recipient,
    pub kind: String,
    pub payload: Option<Json>,
    pub reply_to: Option<MessageId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub message_id: MessageId,
    /// Orders all messages; what cursors speak of.
    pub position: u64,
    /// Gap-free within the recipient's stream, from 1.
    pub sequence: u64,
    pub sent_at: Timestamp,
    pub to: Recipient,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub message_id: MessageId,
    pub position: u64,
    pub sequence: u64,
    pub from: Option<AgentId>,
    pub to: Recipient,
    pub kind: String,
    pub payload: Option<Json>,
    pub reply_to: Option<MessageId>,
    pub sent_at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Default: the reader's cursor.
    pub after: Option<u64>,
    /// A further topic, subscribed or not.
    pub topic: Option<String>,
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    pub messages: Vec<Message>,
    /// Where the next read goes on.
    pub next_after: u64,
    pub acked_through: u64,
    /// Messages of this page that this reader had never been given, as (position, sent_at).
    pub first_delivered: Vec<(u64, Timestamp)>,
}

/// What an onlooker asks the log for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// From this agent or to it.
    pub agent: Option<AgentId>,
    pub to: Option<Recipient>,
    pub kind: Option<String>,
}

/// A message as an onlooker sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    pub message: Message,
    /// Of its one recipient.
    pub receipt: Receipt,
    /// `None` for one recipient, where nobody listens, and where too many agents are here.
    pub audience: Option<Audience>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub delivered_at: Option<Timestamp>,
    pub acked_at: Option<Timestamp>,
}

/// Agents that are here, and were when the message was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    pub listeners: u32,
    pub delivered: u32,
    pub acked: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acked {
    pub acked_through: u64,
}
