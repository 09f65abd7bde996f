//! Campaign: an agent wants to lead. Owns the rise of the epoch: every new leadership has a higher
//! one than all before, also when the same agent wins again after its term ran out.

use super::{Campaign, Outcome, State, Term, TermEnd};
use crate::{Now, Rejection, limits};

/// # Errors
/// `Invalid` for a term outside its bounds.
pub fn check(command: &Campaign) -> Result<(), Rejection> {
    let (min, max) = (limits::TTL_MS_MIN, limits::TTL_MS_MAX);
    if i64::from(min) <= command.ttl_ms && command.ttl_ms <= i64::from(max) {
        return Ok(());
    }
    let problem = format!("must be {min} to {max}, got {}", command.ttl_ms);
    Err(Rejection::invalid("ttl_ms", problem))
}

/// Wins an empty office, prolongs the candidate's own term (same epoch), or finds another in
/// office, which changes nothing and is no error: the view says who leads.
///
/// # Errors
/// As [`check`].
pub fn campaign(state: &State, command: &Campaign, now: Now) -> Result<Outcome, Rejection> {
    check(command)?;
    let candidate = &command.agent_id;
    let next = match state.leader_at(now) {
        Some(leader) if leader == candidate => State {
            term_ends: Some(now.steady + command.ttl_ms),
            ttl_ms: command.ttl_ms,
            ..state.clone()
        },
        Some(_) => state.clone(),
        None => return Ok(win(state, command, now)),
    };
    Ok(Outcome::seen_by(next, Some(candidate), now))
}

fn win(state: &State, command: &Campaign, now: Now) -> Outcome {
    // A term that ran out and was not swept yet ended when it ran out, not now.
    let (vacant, ended) = match &state.leader {
        Some(_) => state.vacated(state.ran_out_at(now), TermEnd::Expired),
        None => (state.clone(), None),
    };
    let next = State {
        epoch: vacant.epoch + 1,
        leader: Some(command.agent_id.clone()),
        term_ends: Some(now.steady + command.ttl_ms),
        ttl_ms: command.ttl_ms,
        since: Some(now.wall),
        vacant_since: None,
        ..vacant.clone()
    };
    let began = Term {
        epoch: next.epoch,
        leader: command.agent_id.clone(),
        from: now.wall,
        to: None,
        ended_by: None,
    };
    let mut outcome = Outcome::seen_by(next, Some(&command.agent_id), now);
    // The wall clock may have gone back since the loss; a wait is never negative.
    outcome.view.failover_ms = vacant.vacant_since.map(|since| (now.wall - since).max(0));
    outcome.ended = ended;
    outcome.began = Some(began);
    outcome
}
