//! Whoever watches what is stored. Owns the taps and what they are shown; refuses to put anything
//! together for a tap that is not open, and to wait for one: a tap runs on the writer's thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;

use crate::identity::Tables;
use crate::{Labels, Row, RowValue, SeriesRef};

type See = Box<dyn Fn(&TappedRow<'_>) + Send + Sync>;

/// Sees each accepted row after it is stored and before its push is answered. It must not block.
pub struct Tap {
    open: Arc<AtomicBool>,
    see: See,
}

impl Tap {
    /// One that sees every row.
    pub fn new(see: impl Fn(&TappedRow<'_>) + Send + Sync + 'static) -> Self {
        Self::while_open(Arc::new(AtomicBool::new(true)), see)
    }

    /// One that costs the load of a flag a push while `open` is false. What is being stored when it
    /// becomes true is not seen; it is all found in the engine after [`crate::Engine::wait_for_pushes`],
    /// and whatever comes later is seen.
    pub fn while_open(
        open: Arc<AtomicBool>,
        see: impl Fn(&TappedRow<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            open,
            see: Box::new(see),
        }
    }

    fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }

    pub(crate) fn see(&self, row: &TappedRow<'_>) {
        (self.see)(row);
    }
}

/// All taps of an engine.
#[derive(Default)]
pub(crate) struct Taps(RwLock<Vec<Arc<Tap>>>);

impl Taps {
    pub(crate) fn add(&self, tap: Tap) {
        self.0.write().push(Arc::new(tap));
    }

    /// Those that want to see rows; without any, nothing is allocated.
    pub(crate) fn open(&self) -> Vec<Arc<Tap>> {
        let all = self.0.read();
        all.iter().filter(|tap| tap.is_open()).cloned().collect()
    }
}

/// A stored row, lent to taps: nothing is copied until one asks for it.
pub struct TappedRow<'r> {
    at_ms: i64,
    target: &'r Labels,
    tables: &'r Tables,
    samples: &'r [(SeriesRef, f64)],
}

impl<'r> TappedRow<'r> {
    pub(crate) fn new(
        at_ms: i64,
        target: &'r Labels,
        tables: &'r Tables,
        samples: &'r [(SeriesRef, f64)],
    ) -> Self {
        Self {
            at_ms,
            target,
            tables,
            samples,
        }
    }

    /// Milliseconds since 1970 UTC.
    #[must_use]
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// The series that got a value, each once, and never twice at one time.
    #[must_use]
    pub fn samples(&self) -> &'r [(SeriesRef, f64)] {
        self.samples
    }

    /// The labels that all series of the row share.
    #[must_use]
    pub fn target(&self) -> &'r Labels {
        self.target
    }

    /// A series' other labels, its name among them. `series` is one of [`Self::samples`].
    #[must_use]
    pub fn key(&self, series: SeriesRef) -> &'r Labels {
        self.tables.labels_of(series.id).1
    }

    /// All labels of one of [`Self::samples`].
    #[must_use]
    pub fn labels(&self, series: SeriesRef) -> Labels {
        self.tables.full_labels(series.id)
    }

    /// A copy to keep; its texts are shared.
    #[must_use]
    pub fn to_row(&self) -> Row {
        let values = self.samples.iter().map(|(series, value)| RowValue {
            key: self.key(*series).clone(),
            value: *value,
        });
        Row {
            labels: self.target.clone(),
            at_ms: self.at_ms,
            values: values.collect(),
        }
    }
}
