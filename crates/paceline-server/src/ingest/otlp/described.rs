//! What was said of metrics' names. Owns which descriptions the engine has from here already, so
//! that each is written once and not with every push; refuses to hold ever more of them.

use std::collections::HashMap;

use paceline_metrics::Metadata;
use parking_lot::Mutex;

use super::added::hash;
use super::derived;
use super::limits::DESCRIBED_MAX;

#[derive(Default)]
pub struct KnownNames(Mutex<HashMap<String, u64>>);

impl KnownNames {
    /// Those that are new or say something new. The first time, the derived series' too.
    pub fn news(&self, described: Vec<(String, Metadata)>) -> Vec<(String, Metadata)> {
        let mut known = self.0.lock();
        let own = if known.is_empty() {
            Some(derived::definitions())
        } else {
            None
        };
        let mut news = Vec::new();
        for (name, metadata) in described.into_iter().chain(own.into_iter().flatten()) {
            let says = hash(&(&metadata.unit, &metadata.description));
            let is_known = known.get(&name) == Some(&says);
            if !is_known && (known.len() < DESCRIBED_MAX || known.contains_key(&name)) {
                known.insert(name.clone(), says);
                news.push((name, metadata));
            }
        }
        news
    }
}
