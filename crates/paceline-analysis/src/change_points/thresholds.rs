//! What evidence a change needs. Owns the table by length, and how it depends on correlation and on
//! the number of changes; refuses to be edited by hand: `cargo run --release -p paceline-analysis
//! --example thresholds` writes it, and says at which rate of false alarms.

/// Length, and the evidence that one change needs among so many uncorrelated values.
#[rustfmt::skip]
const TABLE: &[(usize, f64)] = &[
    (20, 11.0),
    (30, 11.5),
    (50, 12.0),
    (100, 11.9),
    (200, 12.5),
    (300, 12.9),
    (500, 13.2),
    (1_000, 14.0),
    (2_000, 15.6),
    (5_000, 17.5),
];

/// The evidence that so many changes at once need.
pub(super) fn needed(length: usize, correlation: f64, changes: usize) -> f64 {
    (for_one(length) + more_by_correlation(length, correlation)) * times_one(length, changes)
}

/// Correlation is estimated, and the fewer the values, the worse: it leaves more to chance.
#[must_use]
pub fn more_by_correlation(length: usize, correlation: f64) -> f64 {
    correlation * (4.5 + 22.0 / (length as f64).sqrt())
}

/// How many times the evidence for one change so many need. A second costs less than the first: the
/// two ends of a bump are one thing. But the longer the series, the more places a short bump has
/// to come about by chance, while a lone step has hardly more.
#[must_use]
pub fn times_one(length: usize, changes: usize) -> f64 {
    match changes {
        0 => 0.0,
        1 => 1.0,
        more => 1.0 + (length as f64 / 3.0).ln() / 9.0 + 0.7 * (more - 2) as f64,
    }
}

/// Between rows, and beyond the last, along the logarithm of the length.
fn for_one(length: usize) -> f64 {
    let first = TABLE[0];
    if length <= first.0 {
        return first.1;
    }
    let after = TABLE
        .partition_point(|row| row.0 < length)
        .min(TABLE.len() - 1);
    let (from, to) = (TABLE[after - 1], TABLE[after]);
    let logarithm = |length: usize| (length as f64).ln();
    let part = (logarithm(length) - logarithm(from.0)) / (logarithm(to.0) - logarithm(from.0));
    from.1 + part * (to.1 - from.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_met_at_its_rows_and_continued_beyond() {
        for row in TABLE {
            assert_eq!(for_one(row.0), row.1);
        }
        assert_eq!(for_one(5), TABLE[0].1);
        let last = TABLE[TABLE.len() - 1];
        assert!(last.1 < for_one(last.0 * 10));
        assert!(needed(100, 0.0, 1) < needed(100, 0.5, 1));
        assert!(needed(100, 0.0, 2) < 2.0 * needed(100, 0.0, 1));
        assert!(times_one(100, 2) < times_one(1_000, 2));
    }
}
