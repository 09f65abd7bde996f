//! Elections on the wire: campaigning, renewing, resigning, history.
//! Owns these shapes; refuses to decide who leads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Runs for leader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaderCampaignRequest {
    pub agent_id: String,
    /// How long a lead lasts unrenewed (10000).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u32>,
}

/// Extends an own lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaderRenewRequest {
    pub agent_id: String,
    /// Refuse unless still current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// Gives up an own lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaderResignRequest {
    pub agent_id: String,
    /// Refuse unless still current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// Who leads an election.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeaderState {
    pub election: String,
    /// Null while there is no leader.
    #[serde(default)]
    pub leader: Option<String>,
    pub epoch: u64,
    /// Whether the caller leads.
    #[serde(default)]
    pub is_leader: bool,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// An election as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Election {
    pub election: String,
    /// Null while there is no leader.
    #[serde(default)]
    pub leader: Option<String>,
    /// Of the last leader, where there is none.
    pub epoch: u64,
    /// When the leader was elected.
    #[serde(default)]
    pub since: Option<Timestamp>,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When the last leader was lost, while there is none.
    #[serde(default)]
    pub vacant_since: Option<Timestamp>,
    /// How long a lead lasts unrenewed.
    pub ttl_ms: i64,
}

/// Who leads an election, and who did, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeaderGet {
    pub election: String,
    #[serde(default)]
    pub leader: Option<String>,
    pub epoch: u64,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    pub history: Vec<LeaderTerm>,
}

/// One lead, from its first moment to its last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeaderTerm {
    pub epoch: u64,
    pub leader: String,
    pub from: Timestamp,
    /// Null while it lasts.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// Such as `resigned` or `expired`.
    #[serde(default)]
    pub ended_by: Option<String>,
}
