//! A detector and what is known of its series. Owns the way from a value to the book; refuses to know
//! where values come from.

use paceline_analysis::anomaly::{Detector, Evidence, Kind, Options, Signal};
use serde::{Deserialize, Serialize};

use super::book::{About, Book};
use super::limits::UNOBSERVED_MS;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watched {
    pub detector: Detector,
    /// The anomaly that goes on and was told.
    pub open: Option<String>,
    /// The same of a drift, which goes on beside others.
    pub drift: Option<String>,
    pub observed_ms: i64,
}

impl Watched {
    pub fn new(options: Options, at_ms: i64) -> Self {
        Self {
            detector: Detector::new(options),
            open: None,
            drift: None,
            observed_ms: at_ms,
        }
    }

    pub fn observe(
        &mut self,
        at_ms: i64,
        value: Option<f64>,
        about: impl FnOnce() -> About,
        book: &mut Book,
    ) {
        self.observed_ms = at_ms;
        let Some(signal) = self.detector.observe(at_ms, value) else {
            return;
        };
        let open = match signal.evidence().kind {
            Kind::Drift => &mut self.drift,
            _ => &mut self.open,
        };
        match signal {
            Signal::Began { evidence } => *open = book.begin(about(), evidence),
            Signal::Continues { evidence } => {
                if let Some(anomaly_id) = open {
                    book.go_on(anomaly_id, &about(), evidence);
                }
            }
            Signal::Ended {
                evidence, until_ms, ..
            } => {
                if let Some(anomaly_id) = open.take() {
                    book.go_on(&anomaly_id, &about(), evidence);
                    book.end(&anomaly_id, until_ms);
                }
            }
        }
    }

    /// Takes up what another one saw of the same series; nothing must go on.
    pub fn learn(&mut self, detector: Detector) {
        if self.open.is_none() && self.drift.is_none() {
            self.detector = detector;
        }
    }

    /// What goes on ends here, whatever the detector thinks of it.
    pub fn end(&mut self, until_ms: i64, book: &mut Book) {
        for anomaly_id in [self.open.take(), self.drift.take()].into_iter().flatten() {
            book.end(&anomaly_id, until_ms);
        }
    }

    /// Ends what nobody can see any more.
    pub fn end_unobserved(&mut self, now_ms: i64, step_ms: i64, book: &mut Book) {
        if UNOBSERVED_MS.max(3 * step_ms) <= now_ms.saturating_sub(self.observed_ms) {
            self.end(self.observed_ms, book);
        }
    }

    /// A person says that it was none.
    pub fn dismiss(&mut self, anomaly_id: &str, evidence: &Evidence) {
        self.detector.thumb_down(evidence);
        for open in [&mut self.open, &mut self.drift] {
            open.take_if(|open| open == anomaly_id);
        }
    }

    /// Leaves to the book only what it knows.
    pub fn reconcile(&mut self, book: &Book) {
        for open in [&mut self.open, &mut self.drift] {
            open.take_if(|open| !book.is_open(open));
        }
    }

    pub fn bytes(&self) -> usize {
        size_of::<Self>() - size_of::<Detector>() + self.detector.bytes()
    }
}
