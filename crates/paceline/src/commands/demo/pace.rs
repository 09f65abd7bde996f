//! How fast a fleet of a size lives. Owns that a thousand agents ask no more of a laptop than two
//! hundred do: they take longer over each task. Refuses to be told a rate.

use std::time::Duration;

/// Beyond so many, work takes longer.
const BRISK_AGENTS_MAX: u64 = 200;
/// How long anybody is silent while it works; the next word counts as its heartbeat.
pub const SILENCE_MAX: Duration = Duration::from_secs(12);

#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub agents: u64,
}

impl Pace {
    /// How much longer thinking takes than in a small fleet.
    pub fn stretch(self) -> f64 {
        self.agents.max(BRISK_AGENTS_MAX) as f64 / BRISK_AGENTS_MAX as f64
    }

    /// How long a claim waits on the server. Waiting holds a connection, which thousands must not do.
    pub fn claim_wait_seconds(self) -> u32 {
        if self.agents <= BRISK_AGENTS_MAX {
            10
        } else {
            0
        }
    }

    /// Between two claims that found nothing, at least and at most, in milliseconds.
    pub fn rest_ms(self) -> (u64, u64) {
        if self.agents <= BRISK_AGENTS_MAX {
            (100, 500)
        } else {
            (4_000, 12_000)
        }
    }

    /// Between two words to a role or a topic, so many tasks: the larger the fleet, the more read each.
    pub fn quiet_tasks(self) -> u64 {
        5 * self.stretch().ceil() as u64
    }

    /// Over which the fleet joins, in milliseconds.
    pub fn arrival_ms(self) -> u64 {
        2_000.max(self.agents * 10)
    }

    /// How many tasks may be ready and unclaimed before nothing is added.
    pub fn ready_max(self) -> u64 {
        self.agents / 12 + 2
    }

    /// How many tasks may wait for others.
    pub fn waiting_max(self) -> u64 {
        3 * self.agents / 2 + 20
    }

    /// Projects that the planner adds at a time.
    pub fn projects_at_once(self) -> u64 {
        1 + self.agents / 100
    }
}
