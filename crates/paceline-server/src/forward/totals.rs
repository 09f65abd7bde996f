//! What became of forwarded samples, as counters. Owns their names and help texts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;

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

    /// As Prometheus text.
    pub fn exposition(&self, out: &mut String) {
        let plain = [
            (
                "sent_samples_total",
                "counter",
                "Samples the receiver of forwarded metrics took.",
                &self.sent,
            ),
            (
                "requests_total",
                "counter",
                "Requests it answered.",
                &self.requests,
            ),
            (
                "retries_total",
                "counter",
                "Requests that were sent again.",
                &self.retries,
            ),
            (
                "queue_bytes",
                "gauge",
                "Size of what waits on disk to be forwarded.",
                &self.queued_bytes,
            ),
            (
                "queue_samples",
                "gauge",
                "Samples that wait on disk to be forwarded.",
                &self.queued_samples,
            ),
        ];
        for (name, kind, help, value) in plain {
            head(out, name, kind, help);
            line(out, name, "", value.load(Relaxed));
        }
        self.expose_sent_through(out);
        self.expose_losses(out);
    }

    fn expose_sent_through(&self, out: &mut String) {
        let sent_through = self.sent_through_ms.load(Relaxed);
        let name = "sent_through_timestamp_seconds";
        let help = "When the newest request that was taken was put together.";
        head(out, name, "gauge", help);
        // Whole milliseconds as a decimal fraction, exactly.
        let seconds = format_args!("{}.{:03}", sent_through / 1_000, sent_through % 1_000);
        line(out, name, "", seconds);
    }

    fn expose_losses(&self, out: &mut String) {
        let name = "dropped_samples_total";
        let help = "Samples that were not forwarded, by reason.";
        head(out, name, "counter", help);
        for (reason, samples) in self.dropped.lock().iter() {
            let labels = format!("{{reason=\"{}\"}}", reason.as_str());
            line(out, name, &labels, samples);
        }
        let name = "refused_samples_total";
        let help = "Samples that the receiver refused for good, by status.";
        head(out, name, "counter", help);
        for (status, samples) in self.refused.lock().iter() {
            line(out, name, &format!("{{status=\"{status}\"}}"), samples);
        }
    }
}

const PREFIX: &str = "paceline_metrics_forward_";

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        out,
        "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}"
    );
}

fn line(out: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "{PREFIX}{name}{labels} {value}");
}
