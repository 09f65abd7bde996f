//! Groups of columns. Owns the labels a group is known by, looked at once a series.

use std::collections::HashMap;

use paceline_metrics::{Labels, METRIC_NAME};

use crate::parse::Grouping;

pub(super) struct Groups<'g> {
    grouping: &'g Grouping,
    places: HashMap<Labels, usize>,
}

impl<'g> Groups<'g> {
    pub(super) fn new(grouping: &'g Grouping) -> Self {
        Self {
            grouping,
            places: HashMap::new(),
        }
    }

    /// The place of a column's group, and its labels when it is a new one; places count up.
    pub(super) fn place(&mut self, labels: &Labels) -> (usize, Option<Labels>) {
        let key = group_labels(self.grouping, labels);
        if let Some(place) = self.places.get(&key) {
            return (*place, None);
        }
        let place = self.places.len();
        self.places.insert(key.clone(), place);
        (place, Some(key))
    }
}

pub(super) fn group_labels(grouping: &Grouping, labels: &Labels) -> Labels {
    if !grouping.without && grouping.labels.is_empty() {
        return Labels::default();
    }
    let is_named = |name: &str| {
        grouping
            .labels
            .binary_search_by(|label| label.as_str().cmp(name))
            .is_ok()
    };
    let kept = labels.iter().filter(|label| match grouping.without {
        true => &*label.name != METRIC_NAME && !is_named(&label.name),
        false => is_named(&label.name),
    });
    Labels::new(kept.cloned())
}
