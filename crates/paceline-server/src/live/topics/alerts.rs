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
        let now = of.summary();
        if self.shown == Some(now.version) {
            return None;
        }
        self.shown = Some(now.version);
        Some(LiveAlerts {
            id: head.id,
            seq: head.seq,
            at: head.at,
            firing: now.firing,
            pending: now.pending,
            explained: now.explained,
            version: now.version,
            worst: now.worst,
        })
    }
}
