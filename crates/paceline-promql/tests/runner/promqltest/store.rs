//! What was loaded since the last `clear`.

use std::collections::{BTreeMap, BTreeSet};

use paceline_metrics::Labels;

use super::notation::{self, Item};
use super::script::Load;
use crate::memory::MemorySource;

#[derive(Default)]
pub struct Store {
    samples: BTreeMap<Labels, BTreeMap<i64, f64>>,
    /// Names of metrics with native histograms, which this crate does not know.
    pub histograms: BTreeSet<String>,
}

impl Store {
    pub fn load(&mut self, load: &Load) {
        let defined: BTreeMap<Labels, Vec<Item>> = load
            .lines
            .iter()
            .map(|line| notation::series(line))
            .collect();
        for (labels, items) in defined {
            let name = labels.metric_name();
            if items.iter().any(|item| matches!(item, Item::Histogram)) {
                self.histograms.insert(name.to_owned());
            }
            if let Some(base) = name.strip_suffix("_bucket").filter(|_| load.with_nhcb) {
                self.histograms.insert(base.to_owned());
            }
            let samples = self.samples.entry(labels).or_default();
            for (place, item) in items.iter().enumerate() {
                if let Item::Number(number) = item {
                    samples.insert(place as i64 * load.step_ms, *number);
                }
            }
        }
    }

    pub fn source(&self) -> MemorySource {
        let mut source = MemorySource::default();
        for (labels, samples) in &self.samples {
            let timestamps: Vec<i64> = samples.keys().copied().collect();
            source.add(
                labels.clone(),
                timestamps.into(),
                samples.values().copied().collect(),
            );
        }
        source
    }
}
