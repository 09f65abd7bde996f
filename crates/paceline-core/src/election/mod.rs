//! Elections: at most one leader per name. Owns terms of office that run on the steady clock and
//! an epoch that only rises, through resignations, expiries and restarts.
//!
//! ```text
//!   vacant --campaign: epoch+1--> led --renew by its leader--> led
//!   led --resign--> vacant      led --term runs out--> vacant
//!   led --campaign by its leader--> led (same epoch, longer)   --by another--> led (unchanged)
//! ```

pub mod campaign;
pub mod depart;
pub mod expire;
pub mod guard;
pub mod renew;
pub mod resign;

use serde::{Deserialize, Serialize};

use crate::{AgentId, ElectionName, Now, Steady, Timestamp};

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

impl State {
    /// An election that nobody has led yet.
    #[must_use]
    pub fn new(election: ElectionName) -> Self {
        Self {
            election,
            epoch: 0,
            leader: None,
            term_ends: None,
            ttl_ms: 0,
            since: None,
            vacant_since: None,
        }
    }

    /// Who leads at this moment: a term that has run out no longer counts, swept or not.
    #[must_use]
    pub fn leader_at(&self, now: Now) -> Option<&AgentId> {
        let in_office = self.term_ends.is_some_and(|ends| now.steady < ends);
        self.leader.as_ref().filter(|_| in_office)
    }

    /// The office empty from `at` on, and the term that thereby ended.
    fn vacated(&self, at: Timestamp, ended_by: TermEnd) -> (Self, Option<Term>) {
        let ended = self.leader.clone().map(|leader| Term {
            epoch: self.epoch,
            leader,
            from: self.since.unwrap_or(at),
            to: Some(at),
            ended_by: Some(ended_by),
        });
        let next = Self {
            leader: None,
            term_ends: None,
            since: None,
            vacant_since: Some(at),
            ..self.clone()
        };
        (next, ended)
    }
}

/// What an onlooker, or the asker where one is named, is told.
#[must_use]
pub fn view(state: &State, asker: Option<&AgentId>, now: Now) -> View {
    let leader = state.leader_at(now).cloned();
    let ends = state.term_ends.filter(|_| leader.is_some());
    View {
        election: state.election.clone(),
        is_leader: leader.is_some() && leader.as_ref() == asker,
        leader,
        epoch: state.epoch,
        expires_at: ends.map(|ends| now.wall_at(ends)),
        failover_ms: None,
    }
}

/// What a verb decided: the state to store, what the caller is told, and the terms that ended and
/// began by it, for the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub next: State,
    pub view: View,
    pub ended: Option<Term>,
    pub began: Option<Term>,
}

impl Outcome {
    /// `next` as its leader or a bystander sees it; no term ended or began.
    fn seen_by(next: State, asker: Option<&AgentId>, now: Now) -> Self {
        Self {
            view: view(&next, asker, now),
            next,
            ended: None,
            began: None,
        }
    }
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
