//! Expire: a term ran out. Owns only the record of it: whether somebody leads never depends on
//! this having run (see [`State::leader_at`]).

use super::{Outcome, State, TermEnd};
use crate::{Now, Timestamp};

/// led -> vacant when the term is over; `None` while it runs or when nobody leads.
#[must_use]
pub fn expire(state: &State, now: Now) -> Option<Outcome> {
    state.leader.as_ref()?;
    if state.leader_at(now).is_some() {
        return None;
    }
    let (next, ended) = state.vacated(state.ran_out_at(now), TermEnd::Expired);
    let mut outcome = Outcome::seen_by(next, None, now);
    outcome.ended = ended;
    Some(outcome)
}

impl State {
    /// The wall time at which the term ran out; now, where no end was ever set.
    pub(super) fn ran_out_at(&self, now: Now) -> Timestamp {
        self.term_ends.map_or(now.wall, |ends| now.wall_at(ends))
    }
}
