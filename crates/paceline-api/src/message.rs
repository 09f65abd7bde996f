//! Messages on the wire: sending, reading, acknowledging.
//! Owns these shapes; refuses to interpret a payload.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Recipient, StrictJson, Timestamp};

/// A message to send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageSendRequest {
    pub to: Recipient,
    pub r#type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<StrictJson>,
    /// A message_id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// A message that was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageSent {
    pub message_id: String,
    /// In the order of all messages.
    pub position: u64,
    /// In the order of its stream, without gaps.
    pub sequence: u64,
    pub sent_at: Timestamp,
    pub to: Recipient,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    pub message_id: String,
    /// What `after` and `through` speak of.
    pub position: u64,
    pub stream: String,
    /// Without gaps in its stream.
    pub sequence: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub to: Recipient,
    pub r#type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<StrictJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    pub sent_at: Timestamp,
    /// When it was first read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
}

/// Selects messages for an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct MessageReadQuery {
    /// A position; the acknowledged one unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Wait for one, at most 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Only this topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// First acknowledge up to this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack_through: Option<u64>,
}

/// Messages in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageReadResponse {
    pub items: Vec<Message>,
    /// The next `after`.
    pub next_after: u64,
    pub acked_through: u64,
}

/// Selects messages of the whole fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct MessageListQuery {
    /// From this agent or to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Only to this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Only to this topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A message, and who has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageListed {
    pub message_id: String,
    pub position: u64,
    pub stream: String,
    /// Without gaps in its stream.
    pub sequence: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub to: Recipient,
    pub r#type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<StrictJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    pub sent_at: Timestamp,
    /// When its one recipient was first given it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When its one recipient acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acked_at: Option<Timestamp>,
    /// Of a message to a role, a topic or all; absent where nobody here listens, or where over
    /// 5,000 agents are here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<MessageAudience>,
}

/// Agents that are here, and were when the message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageAudience {
    pub listeners: u32,
    /// So many of them were given it.
    pub delivered: u32,
    /// So many of them acknowledged it.
    pub acked: u32,
}

/// Acknowledges messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageAckRequest {
    /// The last position that is done with.
    pub through: u64,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// How far an agent has read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageAcked {
    pub agent_id: String,
    pub acked_through: u64,
}
