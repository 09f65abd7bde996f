//! What watching tells of itself, as own series. Owns their names and meanings; refuses to wait for a
//! turn: they are of the last one.

use super::Anomalies;
use crate::recorder::families::gauge;
use crate::recorder::family::{Family, number};

/// As of the last turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: u64,
    pub watched: u64,
    /// Custom series beyond those that may be watched.
    pub refused: u64,
    pub bytes: u64,
}

impl Anomalies {
    #[must_use]
    pub fn families(&self) -> Vec<Family<'static>> {
        let counts = self.counts();
        let all = [
            (
                "paceline_anomalies",
                "",
                "Anomalies that go on.",
                counts.open,
            ),
            (
                "paceline_anomaly_series",
                "",
                "Series that detectors watch.",
                counts.watched,
            ),
            (
                "paceline_anomaly_series_refused",
                "",
                "Custom series that are not watched because too many are.",
                counts.refused,
            ),
            (
                "paceline_anomaly_state_bytes",
                "bytes",
                "Memory of all detectors.",
                counts.bytes,
            ),
        ];
        let single =
            |(name, unit, help, count)| Family::single(gauge(name, unit, help), number(count));
        all.map(single).into()
    }
}
