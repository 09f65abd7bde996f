//! Which series carry which label. Owns a bitmap of series ids for each label pair and the answer
//! to matchers; a regular expression is tried on distinct values, never on series.

use std::sync::Arc;

use hashbrown::HashMap;
use roaring::RoaringBitmap;

use crate::{Labels, MatchOp, Matcher};

/// Of one label.
#[derive(Default)]
struct Values {
    /// The series that carry it, whatever its value.
    carriers: RoaringBitmap,
    by_value: HashMap<Arc<str>, RoaringBitmap>,
}

#[derive(Default)]
pub(crate) struct Postings {
    names: HashMap<Arc<str>, Values>,
    all: RoaringBitmap,
}

impl Postings {
    pub(super) fn insert(&mut self, id: u32, target: &Labels, key: &Labels) {
        self.all.insert(id);
        for label in target.iter().chain(key) {
            let values = self.names.entry_ref(&label.name).or_default();
            values.carriers.insert(id);
            let carriers = values.by_value.entry_ref(&label.value).or_default();
            carriers.insert(id);
        }
    }

    /// Takes these ids out, all of which carry `labels`.
    pub(super) fn remove(&mut self, ids: &RoaringBitmap, labels: &Labels) {
        self.all -= ids;
        for label in labels {
            let Some(values) = self.names.get_mut(&label.name) else {
                continue;
            };
            values.carriers -= ids;
            if let Some(bitmap) = values.by_value.get_mut(&label.value) {
                *bitmap -= ids;
                if bitmap.is_empty() {
                    values.by_value.remove(&label.value);
                }
            }
            if values.by_value.is_empty() {
                self.names.remove(&label.name);
            }
        }
    }

    /// Is there a series with both pairs?
    pub(super) fn meet(&self, one: (&str, &str), other: (&str, &str)) -> bool {
        match (self.pair(one.0, one.1), self.pair(other.0, other.1)) {
            (Some(one), Some(other)) => !one.is_disjoint(other),
            _ => false,
        }
    }

    fn pair(&self, name: &str, value: &str) -> Option<&RoaringBitmap> {
        self.names.get(name)?.by_value.get(value)
    }

    /// The ids of the series that all these matchers accept.
    pub(crate) fn matching(&self, matchers: &[Matcher]) -> RoaringBitmap {
        let mut found: Option<RoaringBitmap> = None;
        // Equalities first: they are the cheapest and leave the least.
        let (equal, other): (Vec<_>, Vec<_>) = matchers
            .iter()
            .partition(|m| m.op == MatchOp::Equal && !m.value.is_empty());
        for matcher in equal {
            let pair = self.pair(&matcher.name, &matcher.value);
            let Some(pair) = pair else {
                return RoaringBitmap::new();
            };
            found = Some(match found {
                Some(found) => found & pair,
                None => pair.clone(),
            });
        }
        let mut found = found.unwrap_or_else(|| self.all.clone());
        for matcher in other {
            if found.is_empty() {
                break;
            }
            self.narrow(matcher, &mut found);
        }
        found
    }

    /// An absent label matches as the empty value: then what must go are the values that do not
    /// match, else what may stay are those that do.
    fn narrow(&self, matcher: &Matcher, found: &mut RoaringBitmap) {
        let values = self.names.get(matcher.name.as_str());
        if let Some((values, is_wanted)) = values.zip(matcher.asks_presence()) {
            if is_wanted {
                *found &= &values.carriers;
            } else {
                *found -= &values.carriers;
            }
            return;
        }
        let values = values.into_iter().flat_map(|values| &values.by_value);
        if matcher.matches("") {
            for (_, ids) in values.filter(|(value, _)| !matcher.matches(value)) {
                *found -= ids;
            }
            return;
        }
        let mut accepted = RoaringBitmap::new();
        for (_, ids) in values.filter(|(value, _)| matcher.matches(value)) {
            accepted |= ids;
        }
        *found &= accepted;
    }

    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = (&Arc<str>, &RoaringBitmap)> {
        let values = self.names.get(name);
        values.into_iter().flat_map(|values| &values.by_value)
    }

    /// The names carried by one of these series.
    pub(crate) fn names_of(&self, ids: &RoaringBitmap) -> Vec<String> {
        self.names
            .iter()
            .filter(|(_, values)| !values.carriers.is_disjoint(ids))
            .map(|(name, _)| name.to_string())
            .collect()
    }
}
