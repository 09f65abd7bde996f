//! The last minutes, second by second. Owns a ring of what the queue and the rates were; refuses to
//! fill seconds that nobody has seen.

use std::collections::VecDeque;

use paceline_api::{LiveQueue, LiveRates};

/// As wide as the widest terminal shows.
const SECONDS_MAX: usize = 300;

#[derive(Clone, Copy, Debug, Default)]
pub struct Second {
    pub queue: LiveQueue,
    pub rates: LiveRates,
}

#[derive(Clone, Debug, Default)]
pub struct History {
    seconds: VecDeque<Second>,
}

impl History {
    pub fn push(&mut self, second: Second) {
        if self.seconds.len() == SECONDS_MAX {
            self.seconds.pop_front();
        }
        self.seconds.push_back(second);
    }

    #[cfg(test)]
    pub fn seconds(&self) -> &VecDeque<Second> {
        &self.seconds
    }

    /// The last so many values, oldest first.
    pub fn last(&self, count: usize, value: impl Fn(&Second) -> f64) -> Vec<f64> {
        let skipped = self.seconds.len().saturating_sub(count);
        self.seconds.iter().skip(skipped).map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_keeps_the_newest_seconds() {
        let mut history = History::default();
        for ready in 0..SECONDS_MAX as u64 + 5 {
            let queue = LiveQueue {
                ready,
                ..LiveQueue::default()
            };
            history.push(Second {
                queue,
                rates: LiveRates::default(),
            });
        }
        assert_eq!(history.seconds().len(), SECONDS_MAX);
        let last = history.last(3, |second| second.queue.ready as f64);
        assert_eq!(last, [302.0, 303.0, 304.0]);
    }
}
