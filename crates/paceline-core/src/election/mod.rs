//! Elections: at most one leader per name. Owns terms of office that run on the steady clock and
//! an epoch that only rises, through resignations, expiries and restarts.
//!
//! ```text
//!   vacant --campaign: epoch+1--> led --renew by its leader--> led
//!   led --resign--> vacant      led --term runs out--> vacant
//!   led --campaign by its leader--> led (same epoch, longer)   --by another--> led (unchanged)
//! ```

use serde::{Deserialize, Serialize};

use crate::{AgentId, ElectionName, Steady, Timestamp};

/// What the store keeps of one election.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub election: ElectionName,
    /// 0 before the first leader; never falls.
    pub epoch: u64,
    pub leader: Option<AgentId>,
    pub term_ends: Option<Steady>,
    pub ttl_ms: i64,
    pub since: Option<Timestamp>,
    /// When the last leader was lost, while there is none.
    pub vacant_since: Option<Timestamp>,
}

/// What a candidate or an onlooker is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub election: ElectionName,
    pub leader: Option<AgentId>,
    pub epoch: u64,
    pub is_leader: bool,
    pub expires_at: Option<Timestamp>,
    /// Milliseconds without a leader that this campaign ended; `None` unless it won after a loss.
    pub failover_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub election: ElectionName,
    pub agent_id: AgentId,
    pub ttl_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub election: ElectionName,
    pub agent_id: AgentId,
    /// Refused unless it is the current one, where given.
    pub epoch: Option<u64>,
}

/// "This write counts only while that epoch is current", checked in the write's own transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    pub election: ElectionName,
    pub epoch: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    pub epoch: u64,
    pub leader: AgentId,
    pub from: Timestamp,
    pub to: Option<Timestamp>,
    pub ended_by: Option<TermEnd>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermEnd {
    Resigned,
    Expired,
    Deregistered,
    Died,
}
