//! What alerts tell of themselves, as own series. Owns their names and meanings; refuses to count
//! anything a second time: all of it is in the book.

use paceline_analysis::alerts::AlertState;

use super::Alerts;
use crate::recorder::families::gauge;
use crate::recorder::family::{Family, number};

/// How alerts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    pub firing: u64,
    pub pending: u64,
    /// Of those that fire, how many another one explains.
    pub explained: u64,
    /// The most severe that fires.
    pub worst: Option<paceline_api::AlertSeverity>,
    pub version: u64,
}

impl Alerts {
    /// Named as Prometheus has it where Prometheus has it: `ALERTS` is 1 for each that is pending or fires.
    #[must_use]
    pub fn families(&self) -> Vec<Family<'static>> {
        let book = self.book.lock();
        let (firing, pending) = book.counts();
        let took_ns: u64 = book.states.values().map(|state| state.took_ns).sum();
        let mut failing = 0;
        for state in book.states.values() {
            failing += u64::from(state.last_error.is_some());
        }
        vec![
            Family::by(
                gauge("paceline_alerts", "", "Alerts by state."),
                "state",
                [("firing".into(), firing), ("pending".into(), pending)],
            ),
            Family::single(
                gauge("paceline_alert_rules", "", "Rules in force."),
                number(book.rules.len() as u64),
            ),
            Family::single(
                gauge(
                    "paceline_alert_rules_failing",
                    "",
                    "Rules whose last evaluation failed.",
                ),
                number(failing),
            ),
            Family::single(
                gauge(
                    "paceline_alert_evaluation_seconds",
                    "seconds",
                    "Time that the last evaluation of each rule took, all together.",
                ),
                number(took_ns) / 1e9,
            ),
        ]
    }

    #[must_use]
    pub fn summary(&self) -> Summary {
        let book = self.book.lock();
        let (firing, pending) = book.counts();
        let severities = book
            .entries()
            .filter(|entry| entry.alert.state == AlertState::Firing)
            .map(|entry| super::rule::severity_of(&entry.alert.labels));
        Summary {
            firing,
            pending,
            explained: book.explained(),
            worst: severities.max(),
            version: book.version,
        }
    }
}
