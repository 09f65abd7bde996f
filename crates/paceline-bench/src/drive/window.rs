//! The part of a run that counts. Owns its two ends, of which the first is only known once the run
//! is warm; refuses to decide when that is.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::clock;

/// Shared by everybody who takes part in a run.
#[derive(Clone, Debug)]
pub struct Window {
    begin: Instant,
    warm_up_max: Duration,
    duration: Duration,
    opened: Arc<OnceLock<Opened>>,
}

#[derive(Clone, Copy, Debug)]
struct Opened {
    from: Instant,
    is_warm: bool,
}

impl Window {
    /// Counts once it is opened, `warm_up_max` from now at the latest; without any warm-up at once.
    pub fn starting_now(warm_up_max: Duration, duration: Duration) -> Self {
        let begin = clock::now();
        let window = Self {
            begin,
            warm_up_max,
            duration,
            opened: Arc::default(),
        };
        if warm_up_max.is_zero() {
            window.open(begin, true);
        }
        window
    }

    pub fn open(&self, from: Instant, is_warm: bool) {
        // Who comes second has nothing to add.
        let _ = self.opened.set(Opened { from, is_warm });
    }

    pub fn is_open(&self) -> bool {
        self.opened.get().is_some()
    }

    pub fn begin(&self) -> Instant {
        self.begin
    }

    pub fn warm_up_max(&self) -> Duration {
        self.warm_up_max
    }

    /// None while the run still warms up.
    pub fn from(&self) -> Option<Instant> {
        self.opened.get().map(|opened| opened.from)
    }

    pub fn until(&self) -> Option<Instant> {
        self.from().map(|from| from + self.duration)
    }

    /// The latest moment at which it can end.
    pub fn until_at_most(&self) -> Instant {
        self.until()
            .unwrap_or(self.begin + self.warm_up_max + self.duration)
    }

    pub fn contains(&self, moment: Instant) -> bool {
        let is_in = |from| from <= moment && moment <= from + self.duration;
        self.from().is_some_and(is_in)
    }

    pub fn is_over(&self, moment: Instant) -> bool {
        self.until().is_some_and(|until| until <= moment)
    }

    /// How long it took to get warm, and whether it did.
    pub fn warm_up(&self) -> (Duration, bool) {
        match self.opened.get() {
            Some(opened) => (opened.from - self.begin, opened.is_warm),
            None => (Duration::ZERO, false),
        }
    }
}
