//! `coordination.log` and `orchestrator-state.json`: who led, and since when. Owns finding the
//! acquisitions in the log, and telling the epochs that failed to rise; refuses to let the epoch
//! kept here be lower than any that was ever given out.

use paceline_core::election::{State, Term, TermEnd};
use paceline_core::{AgentId, ElectionName, Timestamp, limits};
use paceline_store::import::Batch;

use super::documents::document;
use super::feed::Feed;
use super::fields;
use super::sources::Source;
use crate::record_format::LineError;

/// The files know one election and do not name it.
const ELECTION: &str = "orchestrator";
const ACQUIRED: &str = "Acquired new orchestrator leader lease (epoch ";
const TAKEN_OVER: &str = "Took over orchestrator leader lease from stale leader ";

pub(super) fn read_state(source: &Source, feed: &mut Feed<'_>) {
    let Some(row) = document(source, feed) else {
        return;
    };
    feed.account.rows_read += 1;
    let Some(epoch) = fields::count(&row, &["leader_epoch", "epoch"]) else {
        feed.drop_row(1, "has no usable `leader_epoch`");
        return;
    };
    let state = State {
        epoch,
        ttl_ms: fields::count(&row, &["ttl_ms"]).map_or(empty_state().ttl_ms, |ms| ms as i64),
        ..empty_state()
    };
    feed.note("its leader is history: whoever campaigns next gets a higher epoch");
    if feed.known.has_coordination_log {
        // Stored with the history, under the greatest epoch of both.
        feed.account.not_stored += 1;
        feed.known.election = Some(state);
    } else {
        feed.send(Batch::Terms(state, Vec::new()));
    }
}

fn empty_state() -> State {
    State {
        election: ElectionName::trusted(ELECTION),
        epoch: 0,
        leader: None,
        term_ends: None,
        ttl_ms: i64::from(limits::TTL_MS_DEFAULT),
        since: None,
        // Nobody here was without a leader because of it.
        vacant_since: None,
    }
}

struct Acquisition {
    at: Timestamp,
    leader: AgentId,
    epoch: u64,
    from_stale: bool,
}

pub(super) fn read_log(source: &Source, feed: &mut Feed<'_>) {
    let mut acquisitions = Vec::new();
    feed.lines(source, |feed, _, line| {
        let line = std::str::from_utf8(line).map_err(|error| LineError(error.to_string()))?;
        match acquisition(line)? {
            Some(acquisition) => acquisitions.push(acquisition),
            None => feed.account.not_stored += 1,
        }
        Ok(())
    });
    acquisitions.sort_by_key(|one: &Acquisition| one.at);
    let state = state(&acquisitions, feed);
    tell(&acquisitions, &state, feed);
    let mut seen = std::collections::HashSet::new();
    let mut terms = terms(&acquisitions);
    let read = terms.len();
    terms.retain(|term| seen.insert((term.epoch, term.from)));
    feed.account.repeated += (read - terms.len()) as u64;
    if !terms.is_empty() || 0 < state.epoch {
        feed.send(Batch::Terms(state, terms));
    }
}

/// `2026-01-03T09:24:07.599Z [WARN] [agent] Took over … from stale leader other (epoch 2)`
fn acquisition(line: &str) -> Result<Option<Acquisition>, LineError> {
    let from_stale = line.contains(TAKEN_OVER);
    if !from_stale && !line.contains(ACQUIRED) {
        return Ok(None);
    }
    let (time, rest) = line.split_once(' ').ok_or("has no time")?;
    let at = fields::time_of(time).ok_or("does not begin with a usable time")?;
    let mut brackets = rest
        .split('[')
        .skip(1)
        .filter_map(|part| part.split(']').next());
    let leader = brackets.nth(1).ok_or("names no agent")?;
    let leader = AgentId::parse(leader).map_err(|error| LineError(error.to_string()))?;
    let epoch = line
        .rsplit_once("(epoch ")
        .and_then(|(_, rest)| rest.split(')').next());
    let epoch = epoch
        .and_then(|epoch| epoch.parse().ok())
        .ok_or("names no epoch")?;
    Ok(Some(Acquisition {
        at,
        leader,
        epoch,
        from_stale,
    }))
}

fn state(acquisitions: &[Acquisition], feed: &mut Feed<'_>) -> State {
    let state = feed.known.election.take().unwrap_or_else(empty_state);
    let highest = acquisitions.iter().map(|one| one.epoch).max().unwrap_or(0);
    State {
        epoch: state.epoch.max(highest),
        ..state
    }
}

/// A term lasts until the next begins, at the latest; that is all the log tells.
fn terms(acquisitions: &[Acquisition]) -> Vec<Term> {
    let next = acquisitions.iter().skip(1).map(Some).chain([None]);
    let term = |(one, next): (&Acquisition, Option<&Acquisition>)| Term {
        epoch: one.epoch,
        leader: one.leader.clone(),
        from: one.at,
        to: next.map(|next| next.at),
        ended_by: next
            .filter(|next| next.from_stale)
            .map(|_| TermEnd::Expired),
    };
    acquisitions.iter().zip(next).map(term).collect()
}

fn tell(acquisitions: &[Acquisition], state: &State, feed: &mut Feed<'_>) {
    feed.note_count(
        feed.account.not_stored,
        "lines tell of other things than elections won",
    );
    let fell = acquisitions
        .windows(2)
        .filter(|pair| pair[1].epoch <= pair[0].epoch)
        .count();
    let epoch = state.epoch;
    if 0 < fell {
        let all = acquisitions.len();
        feed.note(format!(
            "{fell} of {all} acquisitions did not raise the epoch; kept is the greatest, {epoch}"
        ));
    }
}
