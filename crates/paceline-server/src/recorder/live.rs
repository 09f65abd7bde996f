//! What the live feed counts of itself. Owns the numbers; refuses to know who subscribes to what.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Why a subscriber was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutOff {
    /// It did not read its frames.
    SlowReader,
    /// The server could not pass so many samples on.
    TooMuch,
    /// It gave no sign of life.
    Silent,
}

impl CutOff {
    pub const ALL: [Self; 3] = [Self::SlowReader, Self::TooMuch, Self::Silent];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SlowReader => "slow_reader",
            Self::TooMuch => "too_much",
            Self::Silent => "silent",
        }
    }
}

#[derive(Debug, Default)]
pub struct LiveCounts {
    subscribers: AtomicU64,
    frames: AtomicU64,
    cut_off: [AtomicU64; CutOff::ALL.len()],
}

impl LiveCounts {
    pub fn joined(&self) {
        self.subscribers.fetch_add(1, Relaxed);
    }

    pub fn left(&self) {
        self.subscribers.fetch_sub(1, Relaxed);
    }

    pub fn frame_sent(&self) {
        self.frames.fetch_add(1, Relaxed);
    }

    pub fn cut_off(&self, reason: CutOff) {
        self.cut_off[reason as usize].fetch_add(1, Relaxed);
    }

    /// Now.
    #[must_use]
    pub fn subscribers(&self) -> u64 {
        self.subscribers.load(Relaxed)
    }

    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames.load(Relaxed)
    }

    #[must_use]
    pub fn cut_offs(&self, reason: CutOff) -> u64 {
        self.cut_off[reason as usize].load(Relaxed)
    }
}
