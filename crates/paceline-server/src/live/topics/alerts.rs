//! Alerts as a subscriber sees them: how many there are, and that something changed. Owns when that is
//! worth a frame; what each alert says is read over HTTP.

use paceline_api::LiveAlerts;

use super::Head;
use crate::alerts;

#[derive(Default)]
pub struct Alerts {
    shown: Option<u64>,
}

impl Alerts {
    /// `None` when nothing changed.
    pub fn frame(&mut self, head: Head, of: &alerts::Alerts) -> Option<LiveAlerts> {
        let (firing, pending, worst, version) = of.summary();
        if self.shown == Some(version) {
            return None;
        }
        self.shown = Some(version);
        Some(LiveAlerts {
            id: head.id,
            seq: head.seq,
            at: head.at,
            firing,
            pending,
            version,
            worst,
        })
    }
}
