//! How many operations each agent asked for since the server started. Owns two counters an agent;
//! refuses to time them (the histograms do) and to forget an agent while there is room.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use parking_lot::Mutex;

/// Agents counted at a time; beyond it those that were silent for long make room.
const AGENTS_MAX: usize = 100_000;
const IDLE_MS: i64 = 3_600_000;
/// Between two searches for room, each of which looks at every agent.
const SEARCH_PAUSE_MS: i64 = 60_000;

/// Of one agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub operations: u64,
    /// Refused by a rule, or broken.
    pub errors: u64,
}

#[derive(Debug, Default)]
pub struct AgentCounts {
    is_off: AtomicBool,
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    agents: HashMap<String, (Counted, i64)>,
    searched_ms: i64,
}

impl AgentCounts {
    /// Nothing is counted while it is off; what was stays.
    pub fn switch(&self, on: bool) {
        self.is_off.store(!on, Relaxed);
    }

    /// Counts one more, and answers how many that makes.
    pub fn add(&self, agent: &str, is_error: bool, now_ms: i64) -> Option<Counted> {
        if self.is_off.load(Relaxed) {
            return None;
        }
        let mut books = self.books.lock();
        if !books.agents.contains_key(agent) {
            if !books.has_room(now_ms) {
                return None;
            }
            let fresh = (Counted::default(), now_ms);
            books.agents.insert(agent.to_owned(), fresh);
        }
        let (counted, touched_ms) = books.agents.get_mut(agent)?;
        counted.operations += 1;
        counted.errors += u64::from(is_error);
        *touched_ms = now_ms;
        Some(*counted)
    }

    #[must_use]
    pub fn of(&self, agent: &str) -> Counted {
        let books = self.books.lock();
        books
            .agents
            .get(agent)
            .map(|(counted, _)| *counted)
            .unwrap_or_default()
    }
}

impl Books {
    fn has_room(&mut self, now_ms: i64) -> bool {
        if AGENTS_MAX <= self.agents.len() && self.searched_ms + SEARCH_PAUSE_MS <= now_ms {
            self.searched_ms = now_ms;
            self.agents
                .retain(|_, (_, touched_ms)| now_ms - *touched_ms < IDLE_MS);
        }
        self.agents.len() < AGENTS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agent_is_counted_apart_and_not_at_all_while_it_is_off() {
        let counts = AgentCounts::default();
        counts.add("a", false, 0);
        let one = counts.add("a", true, 1);
        let two = Counted {
            operations: 2,
            errors: 1,
        };
        assert_eq!(
            (one, counts.of("a"), counts.of("b")),
            (Some(two), two, Counted::default())
        );
        counts.switch(false);
        assert_eq!(counts.add("a", false, 2), None);
        counts.switch(true);
        assert_eq!(counts.add("a", false, 3).unwrap().operations, 3);
    }

    #[test]
    fn the_silent_make_room_for_those_who_come() {
        let counts = AgentCounts::default();
        for at in 0..AGENTS_MAX {
            counts.add(&at.to_string(), false, 0);
        }
        counts.add("0", false, IDLE_MS - 1);
        assert_eq!(counts.add("new", false, IDLE_MS - 1), None);
        let later = IDLE_MS - 1 + SEARCH_PAUSE_MS;
        assert!(counts.add("new", false, later).is_some());
        assert_eq!(
            (counts.of("0").operations, counts.of("1").operations),
            (2, 0)
        );
    }
}
