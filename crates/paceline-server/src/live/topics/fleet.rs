//! The fleet as a subscriber sees it. Owns what it has been sent; refuses to keep any of it twice:
//! versions say what is new.

use paceline_api::{LiveAgentRows, LiveFleet, LiveFleetAgent, LiveQueue, LiveRates, LiveWaiting};
use paceline_core::{Now, election};

use super::Head;
use crate::live::hub::{AgentRow, State};
use crate::live::limits::FRAME_EVENTS_MAX;
use crate::operations::wire;
use crate::recorder::window::Figures;

/// What the last frame showed.
#[derive(Default)]
pub struct Fleet {
    generation: u64,
    version: u64,
    /// References below it are known.
    references: u32,
    /// The number of the newest event.
    events: u64,
    waiting: LiveWaiting,
    rates: LiveRates,
    shows_figures: bool,
}

/// What a frame is made from beside the state.
pub struct Sources<'s> {
    pub figures: &'s Figures,
    pub now: Now,
    /// Whether agents' own figures may be shown.
    pub shows_figures: bool,
}

impl Fleet {
    /// `None` when nothing changed.
    pub fn frame(&mut self, head: Head, state: &State, from: &Sources<'_>) -> Option<LiveFleet> {
        let is_same =
            (self.generation, self.shows_figures) == (state.generation, from.shows_figures);
        let gone = state.agents.gone_since(self.version).filter(|_| is_same);
        let is_full = gone.is_none();
        let mut frame = LiveFleet {
            id: head.id,
            seq: head.seq,
            at: head.at,
            full: is_full,
            boot: is_full.then(|| state.boot.clone()),
            ..LiveFleet::default()
        };
        if let Some(gone) = gone {
            // Who came and left since was never shown.
            frame.gone = gone
                .filter(|reference| *reference < self.references)
                .collect();
        } else {
            *self = Self::default();
        }
        self.agents(&mut frame, state, from.shows_figures);
        let is_new = |version: u64| is_full || self.version < version;
        frame.queue = is_new(state.counts_version).then(|| LiveQueue::of(state.counts));
        // What a full frame shows may be hours old.
        frame.moments = state.moments.since(self.version).filter(|_| !is_full);
        frame.leaders = is_new(state.elections_version).then(|| leaders(state, from.now));
        self.rest(&mut frame, state, from.figures);
        self.generation = state.generation;
        self.version = state.version;
        self.references = state.agents.next_reference();
        self.shows_figures = from.shows_figures;
        (is_full || says_something(&frame)).then_some(frame)
    }

    fn agents(&self, frame: &mut LiveFleet, state: &State, shows_figures: bool) {
        let mut rows = LiveAgentRows::default();
        let (mut completed, mut failed) = (Vec::new(), Vec::new());
        let (mut operations, mut errors) = (Vec::new(), Vec::new());
        for (reference, row) in state.agents.changed_since(self.version) {
            if self.version < row.described {
                frame.new.push(described(reference, row));
            }
            rows.refs.push(reference);
            rows.health.push(wire::health(row.health));
            rows.status.push(wire::activity(row.activity));
            rows.running
                .push(u32::try_from(row.running.len()).unwrap_or(u32::MAX));
            rows.changed_at_ms.push(row.changed_at_ms);
            rows.tasks
                .push(row.running.first().map(ToString::to_string));
            completed.push(row.completed);
            failed.push(row.failed);
            operations.push(row.counted.operations);
            errors.push(row.counted.errors);
        }
        if shows_figures {
            (rows.completed, rows.failed) = (Some(completed), Some(failed));
            (rows.operations, rows.errors) = (Some(operations), Some(errors));
        }
        frame.agents = (!rows.refs.is_empty()).then_some(rows);
    }

    fn rest(&mut self, frame: &mut LiveFleet, state: &State, figures: &Figures) {
        let waiting = LiveWaiting {
            p50_ms: figures.wait_p50_ms,
            p99_ms: figures.wait_p99_ms,
            oldest_ready_at_ms: state.oldest_ready_ms,
        };
        let rates = LiveRates {
            operations_per_second: figures.operations_per_second,
            errors_per_second: figures.errors_per_second,
            completed_per_second: figures.completed_per_second,
        };
        frame.waiting = (frame.full || self.waiting != waiting).then_some(waiting);
        frame.rates = (frame.full || self.rates != rates).then_some(rates);
        let (events, skipped) = state.events.since(self.events, FRAME_EVENTS_MAX);
        frame.events = events;
        // Those from before the first frame are not missed.
        frame.events_skipped = if frame.full { 0 } else { skipped };
        frame.agents_left_out = state.agents.left_out;
        self.events = state.events.newest();
        (self.waiting, self.rates) = (waiting, rates);
    }
}

fn described(reference: u32, row: &AgentRow) -> LiveFleetAgent {
    LiveFleetAgent {
        reference,
        agent_id: row.agent_id.to_string(),
        name: row.name.clone(),
        role: row.role.clone(),
        agent_types: row.agent_types.clone(),
        registered_at_ms: row.registered_at_ms,
    }
}

/// As `GET /api/agents` lists them: those in office, the one whose term ends first leads.
fn leaders(state: &State, now: Now) -> Vec<paceline_api::LeaderState> {
    let in_office = |state: &&election::State| state.leader_at(now).is_some();
    let mut led: Vec<_> = state.elections.values().filter(in_office).collect();
    led.sort_by_key(|state| state.term_ends);
    let views = led
        .into_iter()
        .map(|state| election::view(state, None, now));
    views.map(wire::leader).collect()
}

fn says_something(frame: &LiveFleet) -> bool {
    frame.agents.is_some()
        || !(frame.new.is_empty() && frame.gone.is_empty() && frame.events.is_empty())
        || frame.queue.is_some()
        || frame.waiting.is_some()
        || frame.rates.is_some()
        || frame.leaders.is_some()
}
