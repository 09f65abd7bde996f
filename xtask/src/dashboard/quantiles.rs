//! Percentiles. Owns those of a count by milliseconds and of a list; refuses to interpolate: a
//! percentile is a value that was measured.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// How many changes had each lag.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts(BTreeMap<u64, u64>);

impl Counts {
    /// What came between two looks at a count of all; each is a list of milliseconds with numbers.
    pub fn between(before: &Value, after: &Value) -> Result<Self> {
        let before = read(before)?;
        let mut counts = read(after)?;
        for (ms, count) in &mut counts {
            let earlier = before.get(ms).copied().unwrap_or_default();
            *count = count.saturating_sub(earlier);
        }
        counts.retain(|_, count| 0 < *count);
        Ok(Self(counts))
    }

    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// The least that so many of all did not exceed.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        let wanted = (part * self.total() as f64).ceil() as u64;
        let mut seen = 0;
        for (ms, count) in &self.0 {
            seen += count;
            if wanted <= seen {
                return Some(*ms as f64);
            }
        }
        None
    }
}

fn read(pairs: &Value) -> Result<BTreeMap<u64, u64>> {
    let pairs = pairs.as_array().context("the page told no lags")?;
    let pairs = pairs.iter().map(|pair| {
        let number = |at: usize| pair[at].as_u64().context("a lag is no number");
        Ok((number(0)?, number(1)?))
    });
    pairs.collect()
}

/// The least that so many of the values did not exceed; none of an empty list.
pub fn quantile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let wanted = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(wanted.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lags_between_two_looks_are_those_that_came_since() {
        let before = json!([[50, 3], [90, 1]]);
        let after = json!([[90, 1], [50, 10], [200, 3]]);
        let counts = Counts::between(&before, &after).unwrap();
        assert_eq!(counts.total(), 10);
        let check = |part, expected| assert_eq!(counts.quantile(part), Some(expected), "{part}");
        check(0.5, 50.0);
        check(0.7, 50.0);
        check(0.71, 200.0);
        check(1.0, 200.0);
    }

    #[test]
    fn of_nothing_there_is_no_percentile() {
        let none = Counts::between(&json!([]), &json!([])).unwrap();
        assert_eq!((none.quantile(0.5), quantile(&[], 0.5)), (None, None));
        assert!(Counts::between(&json!([]), &json!(null)).is_err());
        assert!(Counts::between(&json!([]), &json!([["x", 1]])).is_err());
    }

    #[test]
    fn a_percentile_of_a_list_is_one_of_its_values() {
        let values = [4.0, 1.0, 3.0, 2.0];
        let check = |part, expected| assert_eq!(quantile(&values, part), Some(expected), "{part}");
        check(0.0, 1.0);
        check(0.5, 2.0);
        check(0.51, 3.0);
        check(1.0, 4.0);
    }
}
