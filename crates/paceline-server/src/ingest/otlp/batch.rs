//! The rows of one request. Owns their grouping by who measured and when, and the way back from a
//! value that the engine refused to the point that it came from; refuses two values for one series
//! and time.

use std::collections::{BTreeMap, HashSet};

use paceline_metrics::{Appended, Labels, METRIC_NAME, Row, RowValue};

use super::account::{Account, Reason};

#[derive(Default)]
pub struct Batch {
    rows: BTreeMap<(Labels, i64), Draft>,
    points: usize,
}

#[derive(Default)]
struct Draft {
    values: Vec<RowValue>,
    /// Which point each value came from.
    points: Vec<Option<usize>>,
    keys: HashSet<Labels>,
}

/// The place of values in the engine's answer, by row and value.
pub struct Places(Vec<Vec<Option<usize>>>);

impl Batch {
    /// All values of one point, or none of them.
    pub fn point(
        &mut self,
        labels: &Labels,
        at_ms: i64,
        values: Vec<RowValue>,
    ) -> Result<(), Reason> {
        let point = self.points;
        let row = self.rows.entry((labels.clone(), at_ms)).or_default();
        let mut keys = HashSet::new();
        for value in &values {
            if row.keys.contains(&value.key) || !keys.insert(value.key.clone()) {
                return Err(Reason::SameSeriesTwice);
            }
        }
        self.points += 1;
        row.keys.extend(keys);
        row.points.extend(values.iter().map(|_| Some(point)));
        row.values.extend(values);
        Ok(())
    }

    /// A value that belongs to no point: its refusal is nobody's.
    pub fn aside(&mut self, labels: &Labels, at_ms: i64, value: RowValue) {
        let row = self.rows.entry((labels.clone(), at_ms)).or_default();
        if row.keys.insert(value.key.clone()) {
            row.points.push(None);
            row.values.push(value);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn into_rows(self) -> (Vec<Row>, Places) {
        let mut rows = Vec::with_capacity(self.rows.len());
        let mut places = Vec::with_capacity(self.rows.len());
        for ((labels, at_ms), draft) in self.rows {
            if draft.values.is_empty() {
                continue;
            }
            rows.push(Row {
                labels,
                at_ms,
                values: draft.values,
            });
            places.push(draft.points);
        }
        (rows, Places(places))
    }
}

impl Places {
    /// Each point counts once, under the reason of its first value.
    pub fn account(&self, appended: &Appended, account: &mut Account) {
        let mut told = HashSet::new();
        for refusal in &appended.refused {
            let place = self
                .0
                .get(refusal.row)
                .and_then(|row| row.get(refusal.value));
            if let Some(Some(point)) = place
                && told.insert(*point)
            {
                account.refuse(Reason::Engine(refusal.reason), 1, "");
            }
        }
    }
}

pub fn value(name: &str, labels: &[(String, String)], value: f64) -> RowValue {
    let pairs = labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    RowValue {
        key: Labels::from_pairs(pairs.chain([(METRIC_NAME, name)])),
        value,
    }
}

pub fn value_with(
    name: &str,
    labels: &[(String, String)],
    more: (&str, &str),
    is: f64,
) -> RowValue {
    let pairs = labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    RowValue {
        key: Labels::from_pairs(pairs.chain([more, (METRIC_NAME, name)])),
        value: is,
    }
}
