//! What is known of metrics' names, in memory. Owns which of them are news, so that the metadata
//! that comes with every push is written once; refuses to be the record, which is the engine's.

use std::collections::BTreeMap;
use std::ops::Bound;

use paceline_core::limits::METRIC_DEFINITIONS_MAX;
use paceline_metrics::{Engine, Metadata, OpenError, SeriesSource};
use parking_lot::RwLock;

use super::METRICS_DIR;

#[derive(Default)]
pub(super) struct Definitions {
    known: RwLock<BTreeMap<String, Metadata>>,
}

impl Definitions {
    pub(super) fn of_engine(engine: &Engine) -> Result<Self, OpenError> {
        let stored = engine.metadata().map_err(|error| OpenError::Damaged {
            place: METRICS_DIR.to_owned(),
            problem: error.to_string(),
        })?;
        Ok(Self {
            known: RwLock::new(stored.into_iter().collect()),
        })
    }

    pub(super) fn of(&self, name: &str) -> Option<Metadata> {
        self.known.read().get(name).cloned()
    }

    /// Those that are not known exactly so.
    pub(super) fn news(&self, mut given: Vec<(String, Metadata)>) -> Vec<(String, Metadata)> {
        let known = self.known.read();
        given.retain(|(name, metadata)| known.get(name) != Some(metadata));
        given
    }

    pub(super) fn is_full_with(&self, news: &[(String, Metadata)]) -> bool {
        let known = self.known.read();
        let new_names = news.iter().filter(|(name, _)| !known.contains_key(name));
        let new_names = new_names.count();
        0 < new_names && METRIC_DEFINITIONS_MAX < known.len() + new_names
    }

    pub(super) fn learn(&self, name: String, metadata: Metadata) {
        self.known.write().insert(name, metadata);
    }

    pub(super) fn page(&self, prefix: &str, after: &str, limit: usize) -> Vec<(String, Metadata)> {
        let from = if after < prefix {
            Bound::Included(prefix)
        } else {
            Bound::Excluded(after)
        };
        self.known
            .read()
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(name, _)| name.starts_with(prefix))
            .take(limit)
            .map(|(name, metadata)| (name.clone(), metadata.clone()))
            .collect()
    }
}
