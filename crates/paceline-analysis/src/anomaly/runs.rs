//! How long the same thing may go on. Owns runs of equal values and of missing ones, and what length
//! is usual; refuses to tell a run twice.

use serde::{Deserialize, Serialize};

/// Beyond the longest that ended by itself.
const BEYOND_LONGEST: f64 = 2.0;
/// Before so many observations nothing is usual.
const SEEN_MIN: f64 = 60.0;
/// Standard errors by which runs may go on more often than was seen.
const SAFE_ERRORS: f64 = 2.0;
/// A series that hardly ever breaks a run does not vary.
const SHARE_MAX: f64 = 0.999;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Runs {
    seen: f64,
    continued: f64,
    longest: u32,
    current: u32,
    since_ms: i64,
    was_told: bool,
}

impl Runs {
    pub fn go_on(&mut self, at_ms: i64) {
        if self.current == 0 {
            self.since_ms = at_ms;
        }
        self.current = self.current.saturating_add(1);
        if !self.was_told {
            self.seen += 1.0;
            self.continued += 1.0;
        }
    }

    pub fn stop(&mut self) {
        if !self.was_told {
            self.longest = self.longest.max(self.current);
        }
        self.seen += 1.0;
        self.drop_current();
    }

    /// Nobody watched: what went on may have stopped.
    pub fn drop_current(&mut self) {
        self.current = 0;
        self.was_told = false;
    }

    /// `length_min` observations at least; the run is told once.
    pub fn is_too_long(&mut self, length_min: u32, risk: f64) -> bool {
        let too_long = self.length_max(length_min, risk) < f64::from(self.current);
        self.was_told |= too_long;
        too_long
    }

    fn length_max(&self, length_min: u32, risk: f64) -> f64 {
        let share = self.share();
        // The run that goes on is no evidence for itself.
        if self.before() < SEEN_MIN || SHARE_MAX < share {
            return f64::INFINITY;
        }
        let by_chance = risk.ln() / share.max(1e-9).ln();
        by_chance
            .max(BEYOND_LONGEST * f64::from(self.longest))
            .max(f64::from(length_min))
    }

    fn share(&self) -> f64 {
        let continued = (self.continued - f64::from(self.current)).max(0.0);
        let count = self.before() + 1.0;
        let share = (continued + 0.5) / count;
        (share + SAFE_ERRORS * (share * (1.0 - share) / count).sqrt()).min(1.0)
    }

    fn before(&self) -> f64 {
        (self.seen - f64::from(self.current)).max(0.0)
    }

    pub const fn current(&self) -> u32 {
        self.current
    }

    pub const fn since_ms(&self) -> i64 {
        self.since_ms
    }

    pub const fn is_told(&self) -> bool {
        self.was_told
    }

    /// From now on a run of this length is usual.
    pub fn accept(&mut self, length: f64) {
        self.longest = self.longest.max(length.clamp(0.0, 1e9) as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_always_varies_is_flat_soon_and_what_never_does_is_not() {
        let mut runs = Runs::default();
        for _ in 0..1_000 {
            runs.stop();
        }
        let mut told_at = None;
        for turn in 0..100 {
            runs.go_on(turn);
            if runs.is_too_long(10, 1e-6) && told_at.is_none() {
                told_at = Some(turn);
            }
        }
        assert_eq!(told_at, Some(10));
        let mut constant = Runs::default();
        let told = (0..100_000).any(|turn| {
            constant.go_on(turn);
            constant.is_too_long(10, 1e-6)
        });
        assert!(!told);
    }

    #[test]
    fn runs_that_ended_by_themselves_are_usual() {
        let mut runs = Runs::default();
        for _ in 0..50 {
            (0..20).for_each(|at| runs.go_on(at));
            runs.stop();
        }
        (0..39).for_each(|at| runs.go_on(at));
        assert!(!runs.is_too_long(10, 1e-6));
        (0..500).for_each(|at| runs.go_on(at));
        assert!(runs.is_too_long(10, 1e-6));
    }
}
