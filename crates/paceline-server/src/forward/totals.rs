//! What became of forwarded samples, as counters. Owns their names and help texts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;

use crate::recorder::families::{counter, gauge};
use crate::recorder::family::{About, Family, number};

/// Why a sample was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// More rows at once than the collector takes.
    MemoryFull,
    /// The oldest, to make place.
    QueueFull,
    /// The disk took nothing.
    Disk,
    /// What was read back from the disk was not what was written.
    Damaged,
    /// The receiver will never take it.
    Refused,
}

impl Dropped {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MemoryFull => "memory_full",
            Self::QueueFull => "queue_full",
            Self::Disk => "disk",
            Self::Damaged => "damaged",
            Self::Refused => "refused",
        }
    }
}

/// Totals are since the start of this run.
#[derive(Debug, Default)]
pub struct Totals {
    pub sent: AtomicU64,
    pub requests: AtomicU64,
    pub retries: AtomicU64,
    dropped: Mutex<BTreeMap<Dropped, u64>>,
    refused: Mutex<BTreeMap<u16, u64>>,
    pub queued_bytes: AtomicU64,
    pub queued_samples: AtomicU64,
    /// When the newest sample was sent that is known to be there, in milliseconds since 1970.
    pub sent_through_ms: AtomicI64,
}

impl Totals {
    pub fn dropped(&self, reason: Dropped, samples: u64) {
        if 0 < samples {
            *self.dropped.lock().entry(reason).or_default() += samples;
        }
    }

    /// Samples of a request that the receiver answered with a status that will not change.
    pub fn refused(&self, status: u16, samples: u64) {
        *self.refused.lock().entry(status).or_default() += samples;
        self.dropped(Dropped::Refused, samples);
    }

    #[must_use]
    pub fn dropped_for(&self, reason: Dropped) -> u64 {
        self.dropped.lock().get(&reason).copied().unwrap_or(0)
    }

    /// All of it, as series of the server's own.
    #[must_use]
    pub fn families(&self) -> Vec<Family<'static>> {
        let whole = |value: &AtomicU64| number(value.load(Relaxed));
        let sent_through_ms = self.sent_through_ms.load(Relaxed);
        let mut refused = Family::of(REFUSED);
        for (status, samples) in self.refused.lock().iter() {
            refused.add(
                vec![("status", status.to_string().into())],
                number(*samples),
            );
        }
        let mut dropped = Family::of(DROPPED);
        for (reason, samples) in self.dropped.lock().iter() {
            dropped.add(vec![("reason", reason.as_str().into())], number(*samples));
        }
        vec![
            Family::single(SENT, whole(&self.sent)),
            Family::single(REQUESTS, whole(&self.requests)),
            Family::single(RETRIES, whole(&self.retries)),
            Family::single(QUEUE_BYTES, whole(&self.queued_bytes)),
            Family::single(QUEUE_SAMPLES, whole(&self.queued_samples)),
            Family::single(SENT_THROUGH, sent_through_ms as f64 / 1e3),
            dropped,
            refused,
        ]
    }
}

const SENT: About = counter(
    "paceline_metrics_forward_sent_samples_total",
    "Samples the receiver of forwarded metrics took.",
);
const REQUESTS: About = counter(
    "paceline_metrics_forward_requests_total",
    "Requests the receiver of forwarded metrics answered.",
);
const RETRIES: About = counter(
    "paceline_metrics_forward_retries_total",
    "Requests of forwarded metrics that were sent again.",
);
const QUEUE_BYTES: About = gauge(
    "paceline_metrics_forward_queue_bytes",
    "bytes",
    "Size of what waits on disk to be forwarded.",
);
const QUEUE_SAMPLES: About = gauge(
    "paceline_metrics_forward_queue_samples",
    "",
    "Samples that wait on disk to be forwarded.",
);
const SENT_THROUGH: About = gauge(
    "paceline_metrics_forward_sent_through_timestamp_seconds",
    "seconds",
    "When the newest request that was taken was put together.",
);
const DROPPED: About = counter(
    "paceline_metrics_forward_dropped_samples_total",
    "Samples that were not forwarded, by reason.",
);
const REFUSED: About = counter(
    "paceline_metrics_forward_refused_samples_total",
    "Samples that the receiver refused for good, by status.",
);
