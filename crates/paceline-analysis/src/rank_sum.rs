//! The rank-sum test and the shift that belongs to it. Owns p-values and intervals for two samples
//! of numbers; refuses to say what a difference is worth.
//!
//! H. B. Mann and D. R. Whitney, "On a Test of Whether one of Two Random Variables is Stochastically
//! Larger than the Other", Annals of Mathematical Statistics 18, 1947; B. Streitberg and J. Röhmel,
//! "Exact Distributions for Permutation and Rank Tests", Statistical Software Newsletter 12, 1986
//! (the exact distribution, ties included); J. L. Hodges and E. L. Lehmann, "Estimates of Location
//! Based on Rank Tests", Annals of Mathematical Statistics 34, 1963; L. E. Moses' interval from
//! ordered differences in M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", 1973.

use std::borrow::Cow;

use crate::{normal, robust};

/// Up to so many values together the distribution is counted out, beyond it is all but normal.
const EXACT_MAX: usize = 50;
/// A larger sample is represented by so many of its quantiles when differences are taken: they are
/// as many as the product.
const QUANTILES: usize = 500;

/// How much further up the second sample lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shift {
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// How often such an interval covers the shift. All differences together may be too few for
    /// what was asked.
    pub(crate) confidence: f64,
}

/// How likely samples of one distribution lie at least this far apart, in either direction.
pub(crate) fn p_value(first: &[f64], second: &[f64]) -> f64 {
    if first.is_empty() || second.is_empty() {
        return f64::NAN;
    }
    let ranks = doubled_ranks(first, second);
    let (of_first, _) = ranks.split_at(first.len());
    if ranks.len() <= EXACT_MAX {
        exact(&ranks, of_first)
    } else {
        approximate(&ranks, of_first)
    }
}

/// The median of all differences, and the interval that the test would not refuse. `None` without
/// values on both sides.
pub(crate) fn shift(first: &[f64], second: &[f64], confidence: f64) -> Option<Shift> {
    let mut differences = Vec::new();
    let to = representatives(second);
    for from in representatives(first).iter() {
        differences.extend(to.iter().map(|to| to - from));
    }
    differences.sort_unstable_by(f64::total_cmp);
    let count = differences.len();
    let last = count.checked_sub(1)?;
    let (outside, confidence) = left_out(first.len(), second.len(), confidence);
    let pairs = first.len() as f64 * second.len() as f64;
    let outside = (outside as f64 / pairs * count as f64 + 1e-9) as usize;
    Some(Shift {
        estimate: f64::midpoint(differences[last / 2], differences[count / 2]),
        low: differences[outside],
        high: differences[last - outside],
        confidence,
    })
}

fn representatives(values: &[f64]) -> Cow<'_, [f64]> {
    if values.len() <= QUANTILES {
        return Cow::Borrowed(values);
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let share = |place: usize| (place as f64 + 0.5) / QUANTILES as f64;
    let quantiles =
        (0..QUANTILES).filter_map(|place| robust::quantile_sorted(&sorted, share(place)));
    Cow::Owned(quantiles.collect())
}

/// Twice the mid-rank of every value among all, in the order given: whole numbers.
fn doubled_ranks(first: &[f64], second: &[f64]) -> Vec<usize> {
    let values: Vec<f64> = first.iter().chain(second).copied().collect();
    let mut sorted = values.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let through = sorted.partition_point(|other| other <= value);
        below + through + 1
    };
    values.iter().map(rank).collect()
}

fn exact(ranks: &[usize], of_first: &[usize]) -> f64 {
    let sum: usize = of_first.iter().sum();
    let (ways, expected) = (
        subset_sums(ranks, of_first.len()),
        expected_sum(ranks, of_first),
    );
    let distance = (sum as f64 - expected).abs();
    let extreme = ways
        .iter()
        .enumerate()
        .filter(|(other, _)| distance <= (*other as f64 - expected).abs() + 1e-9);
    let extreme: f64 = extreme.map(|(_, ways)| ways).sum();
    extreme / ways.iter().sum::<f64>()
}

fn expected_sum(ranks: &[usize], of_first: &[usize]) -> f64 {
    of_first.len() as f64 * (ranks.len() + 1) as f64
}

/// In how many ways `size` of the ranks add up to each sum. Fifty values have fewer than 2^53 ways,
/// so every count is exact.
fn subset_sums(ranks: &[usize], size: usize) -> Vec<f64> {
    let total: usize = ranks.iter().sum();
    let width = total + 1;
    let mut ways = vec![0.0; (size + 1) * width];
    ways[0] = 1.0;
    for (seen, &rank) in ranks.iter().enumerate() {
        for taken in (1..=size.min(seen + 1)).rev() {
            let (fewer, more) = ways.split_at_mut(taken * width);
            let fewer = &fewer[(taken - 1) * width..];
            for (to, from) in more[rank..width].iter_mut().zip(fewer) {
                *to += from;
            }
        }
    }
    ways.split_off(size * width)
}

fn approximate(ranks: &[usize], of_first: &[usize]) -> f64 {
    let (count, size) = (ranks.len() as f64, of_first.len() as f64);
    let sum: usize = of_first.iter().sum();
    let squares: f64 = ranks.iter().map(|rank| (*rank as f64).powi(2)).sum();
    let expected = expected_sum(ranks, of_first);
    // The variance of a sum drawn without replacement from these very ranks: ties are in it.
    let spread = squares / count - (count + 1.0).powi(2);
    let variance = size * (count - size) / (count - 1.0) * spread;
    if variance <= 0.0 {
        return 1.0;
    }
    // Doubled sums lie two apart, so half a step is one.
    let distance = ((sum as f64 - expected).abs() - 1.0).max(0.0);
    normal::two_sided(distance / variance.sqrt())
}

/// How many differences stay outside on each side, and the confidence that this comes to.
fn left_out(first: usize, second: usize, confidence: f64) -> (usize, f64) {
    let half = (1.0 - confidence) / 2.0;
    if first + second <= EXACT_MAX {
        return left_out_exact(first, second, half);
    }
    let (first, second) = (first as f64, second as f64);
    let pairs = first * second;
    let deviation = (pairs * (first + second + 1.0) / 12.0).sqrt();
    let outside = pairs / 2.0 + normal::quantile(half) * deviation - 0.5;
    (outside.max(0.0) as usize, confidence)
}

fn left_out_exact(first: usize, second: usize, half: f64) -> (usize, f64) {
    let ranks: Vec<usize> = (1..=first + second).collect();
    let ways = subset_sums(&ranks, first);
    let total: f64 = ways.iter().sum();
    let smallest = first * (first + 1) / 2;
    let (mut below, mut outside) = (ways[smallest] / total, 0);
    loop {
        let next = below + ways[smallest + outside + 1] / total;
        if half < next {
            return (outside, 1.0 - 2.0 * below);
        }
        below = next;
        outside += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_samples_have_the_p_values_of_published_tables() {
        let check = |first: &[f64], second: &[f64], expected: f64| {
            let found = p_value(first, second);
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            assert_eq!(found.to_bits(), p_value(second, first).to_bits());
        };
        check(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], 0.1);
        check(&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0], 2.0 / 70.0);
        // U = 4 of five and five: 12 of 252 arrangements on each side lie at least as far out.
        check(
            &[1.0, 2.0, 3.0, 6.0, 7.0],
            &[4.0, 5.0, 8.0, 9.0, 10.0],
            24.0 / 252.0,
        );
        check(&[1.0, 1.0], &[1.0, 1.0, 1.0], 1.0);
        assert!(p_value(&[], &[1.0]).is_nan());
    }

    #[test]
    fn the_approximation_meets_the_exact_distribution() {
        let first: Vec<f64> = (0..24).map(|one| f64::from(one % 9)).collect();
        let second: Vec<f64> = (0..26).map(|one| f64::from(one % 11)).collect();
        let ranks = doubled_ranks(&first, &second);
        let difference = exact(&ranks, &ranks[..24]) - approximate(&ranks, &ranks[..24]);
        assert!(difference.abs() < 0.002, "{difference}");
    }

    #[test]
    fn the_interval_leaves_out_as_many_differences_as_the_tables_say() {
        let check = |first: usize, second: usize, outside: usize, confidence: f64| {
            let found = left_out(first, second, 0.95);
            assert_eq!(found.0, outside, "{first} {second}");
            assert!(
                (found.1 - confidence).abs() < 1e-3,
                "{first} {second} {}",
                found.1
            );
        };
        check(3, 3, 0, 0.9);
        check(4, 4, 0, 0.971);
        check(5, 5, 2, 0.968);
        check(10, 10, 23, 0.957);
        assert_eq!(left_out(25, 26, 0.95).0, left_out_exact(25, 26, 0.025).0);
        assert_eq!(left_out(1, 1, 0.95), (0, 0.0));
    }

    #[test]
    fn a_shift_is_the_middle_of_all_differences() {
        let found = shift(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.5], 0.95).unwrap();
        assert_eq!((found.estimate, found.low, found.high), (10.0, 8.0, 12.5));
        assert_eq!(shift(&[], &[1.0], 0.95), None);
    }
}
