//! What is usual of a series that is watched, for whoever else speaks of it. Owns which series is meant; refuses one of
//! several.

use std::collections::BTreeMap;

use paceline_analysis::anomaly::Usual;

use super::Anomalies;

/// A series as a threshold has it.
#[derive(Clone, Copy, Debug)]
pub enum Series<'s> {
    /// One of the server's own by its key, such as `task_claim p99`.
    Own(&'s str),
    /// The values of the metric that have these labels.
    Custom(&'s str, &'s BTreeMap<String, String>),
}

impl Anomalies {
    /// None where no detector watches that very series, or not for long enough.
    #[must_use]
    pub fn usual(&self, series: Series<'_>, at_ms: i64) -> Option<Usual> {
        let watch = self.watch.lock();
        let watched = match series {
            Series::Own(key) => watch.own.watched.get(key)?,
            Series::Custom(name, labels) => &watch.custom.only(name, labels)?.watched,
        };
        watched.detector.usual(at_ms)
    }
}
