//! Who was heard of since the last write. Owns a map that any call adds to and maintenance empties
//! into the store; refuses to judge health. It is bounded by the agents that called in between.

use std::collections::HashMap;

use paceline_core::{AgentId, Now, agent::Seen};
use parking_lot::Mutex;

#[derive(Debug, Default)]
pub struct Presence {
    seen: Mutex<HashMap<AgentId, Now>>,
}

/// Distinct agents remembered between two writes; beyond it a call is no heartbeat, which costs
/// nobody anything: the explicit heartbeat is stored at once.
const SEEN_MAX: usize = 100_000;

impl Presence {
    pub(super) fn saw(&self, agent: &AgentId, now: Now) {
        let mut seen = self.seen.lock();
        if let Some(last) = seen.get_mut(agent) {
            *last = now;
        } else if seen.len() < SEEN_MAX {
            seen.insert(agent.clone(), now);
        }
    }

    pub fn take(&self) -> Vec<Seen> {
        let seen = std::mem::take(&mut *self.seen.lock());
        let as_seen = |(agent_id, now): (AgentId, Now)| Seen {
            agent_id,
            wall: now.wall,
            steady: now.steady,
        };
        seen.into_iter().map(as_seen).collect()
    }
}
