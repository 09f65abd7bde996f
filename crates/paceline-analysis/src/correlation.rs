//! Operations that slow down together. Owns rank correlation of what is left when trends are taken
//! out, with the sample size that wandering series really have, and the groups that follow; refuses
//! causes: what moves together may share one.
//!
//! C. Spearman, "The Proof and Measurement of Association between Two Things", American Journal of
//! Psychology 15, 1904; B. J. Pyper and R. M. Peterman, "Comparison of Methods to Account for
//! Autocorrelation in Correlation Analyses of Fish Data", Canadian Journal of Fisheries and Aquatic
//! Sciences 55, 1998 (sample size); E. C. Fieller, H. O. Hartley, E. S. Pearson, "Tests for Rank
//! Correlation Coefficients", Biometrika 44, 1957 (its variance).

use serde::{Deserialize, Serialize};

use crate::compare::ALPHA;
use crate::{false_discovery, normal, robust, theil_sen};

/// A weaker correlation is real at times, but of no use.
pub const CORRELATION_MIN: f64 = 0.5;
/// Fewer values in common are not compared.
pub const VALUES_MIN: usize = 20;
const LAGS_MAX: usize = 50;
const FIELLER: f64 = 1.06;
const BLOCKS_MAX: usize = 200;

/// Two series that rise and fall together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub first: usize,
    pub second: usize,
    /// Of ranks, trends taken out.
    pub correlation: f64,
    /// How many independent values the common ones are worth.
    pub effective: f64,
    pub p_value: f64,
    /// Among all pairs that were compared.
    pub p_adjusted: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// The strongest first.
    pub links: Vec<Link>,
    /// Series that are linked, directly or through others; the largest first, each in order.
    pub groups: Vec<Vec<usize>>,
    /// Pairs with values enough in common.
    pub compared: usize,
}

/// Compares all series, which share their times; what is no number is a gap.
#[must_use]
pub fn slow_together<S: AsRef<[f64]>>(series: &[S]) -> Together {
    let levelled: Vec<Vec<f64>> = series
        .iter()
        .map(|one| without_trend(one.as_ref()))
        .collect();
    let mut links = Vec::new();
    for (first, one) in levelled.iter().enumerate() {
        let others = levelled.iter().enumerate().skip(first + 1);
        links.extend(others.filter_map(|(second, other)| link((first, one), (second, other))));
    }
    let p_values: Vec<f64> = links.iter().map(|link| link.p_value).collect();
    let adjusted = false_discovery::adjust(&p_values);
    let compared = links.len();
    for (link, p_adjusted) in links.iter_mut().zip(adjusted) {
        link.p_adjusted = p_adjusted;
    }
    links.retain(|link| link.p_adjusted <= ALPHA && CORRELATION_MIN <= link.correlation);
    links.sort_by(|a, b| {
        b.correlation
            .total_cmp(&a.correlation)
            .then((a.first, a.second).cmp(&(b.first, b.second)))
    });
    let groups = groups(series.len(), &links);
    Together {
        links,
        groups,
        compared,
    }
}

fn without_trend(values: &[f64]) -> Vec<f64> {
    let step = values.len().div_ceil(BLOCKS_MAX).max(1);
    let places = values.chunks(step).enumerate();
    let blocks =
        places.filter_map(|(place, block)| Some(((place * step) as f64, robust::median(block)?)));
    let slope = theil_sen::slope(&blocks.collect::<Vec<_>>(), 1.0, 0.5);
    let slope = slope.map_or(0.0, |slope| slope.estimate);
    values
        .iter()
        .enumerate()
        .map(|(place, value)| value - slope * place as f64)
        .collect()
}

fn link((first, one): (usize, &[f64]), (second, other): (usize, &[f64])) -> Option<Link> {
    let common = one
        .iter()
        .zip(other)
        .filter(|(a, b)| a.is_finite() && b.is_finite());
    let (one, other): (Vec<f64>, Vec<f64>) = common.unzip();
    if one.len() < VALUES_MIN {
        return None;
    }
    let (one, other) = (centred_ranks(&one)?, centred_ranks(&other)?);
    let correlation = product(&one, &other, 0);
    let effective = effective_size(&one, &other);
    let deviation = (FIELLER / (effective - 3.0).max(0.5)).sqrt();
    let p_value = normal::two_sided(correlation.clamp(-0.999_999, 0.999_999).atanh() / deviation);
    Some(Link {
        first,
        second,
        correlation,
        effective,
        p_value,
        p_adjusted: p_value,
    })
}

/// Mid-ranks less their mean, their squares adding up to 1. `None` when all are tied.
fn centred_ranks(values: &[f64]) -> Option<Vec<f64>> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = values.len() as f64;
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let through = sorted.partition_point(|other| other <= value);
        (below + through) as f64 - middle
    };
    let ranks: Vec<f64> = values.iter().map(rank).collect();
    let length = ranks.iter().map(|rank| rank * rank).sum::<f64>().sqrt();
    (0.0 < length).then(|| ranks.into_iter().map(|rank| rank / length).collect())
}

fn product(one: &[f64], other: &[f64], lag: usize) -> f64 {
    one.iter().zip(&other[lag..]).map(|(a, b)| a * b).sum()
}

/// Series that wander alike by chance do so for many values at a time.
fn effective_size(one: &[f64], other: &[f64]) -> f64 {
    let count = one.len();
    let lags = 1..=(count / 4).min(LAGS_MAX);
    let shared = lags.map(|lag| product(one, one, lag) * product(other, other, lag));
    count as f64 / (1.0 + 2.0 * shared.sum::<f64>()).max(1.0)
}

fn groups(series: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..series).collect();
    for link in links {
        let (from, to) = (group[link.first], group[link.second]);
        let (low, high) = (from.min(to), from.max(to));
        group
            .iter_mut()
            .filter(|one| **one == high)
            .for_each(|one| *one = low);
    }
    let mut groups = vec![Vec::new(); series];
    for (one, of) in group.into_iter().enumerate() {
        groups[of].push(one);
    }
    groups.retain(|members: &Vec<usize>| 1 < members.len());
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn noise(seed: u64, count: usize, correlation: f64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let mut value = 0.0;
        let values = (0..count).map(|_| {
            value = correlation * value + random.unit() - 0.5;
            value
        });
        values.collect()
    }

    fn sum(a: &[f64], b: &[f64], times: f64) -> Vec<f64> {
        a.iter().zip(b).map(|(a, b)| a + times * b).collect()
    }

    #[test]
    fn what_shares_a_load_is_grouped_and_the_rest_is_not() {
        let (load, other) = (noise(1, 120, 0.5), noise(2, 120, 0.5));
        let series = [
            sum(&load, &noise(3, 120, 0.0), 0.4),
            sum(&other, &noise(4, 120, 0.0), 0.4),
            sum(&load, &noise(5, 120, 0.0), 0.4),
            noise(6, 120, 0.5),
            sum(&other, &noise(7, 120, 0.0), 0.4),
            sum(&load, &noise(8, 120, 0.0), 0.4),
        ];
        let found = slow_together(&series);
        assert_eq!(found.groups, [vec![0, 2, 5], vec![1, 4]]);
        assert_eq!(found.compared, 15);
        assert!(found.links[0].p_adjusted < 0.001, "{found:?}");
    }

    #[test]
    fn a_common_trend_is_no_link() {
        let rising = |seed| {
            let values = noise(seed, 100, 0.0).into_iter().enumerate();
            values
                .map(|(place, value)| value + place as f64)
                .collect::<Vec<_>>()
        };
        assert_eq!(slow_together(&[rising(1), rising(2), rising(3)]).links, []);
    }

    /// Taking each value for an independent one, six of these pairs are linked.
    #[test]
    fn wandering_series_are_seldom_linked_by_chance() {
        let series: Vec<_> = (0..30).map(|seed| noise(100 + seed, 100, 0.9)).collect();
        let found = slow_together(&series);
        assert_eq!(found.compared, 435);
        assert!(found.links.len() <= 2, "{}", found.links.len());
    }

    #[test]
    fn gaps_constants_and_short_series_are_left_out() {
        let mut gaps = noise(1, 40, 0.0);
        let full = gaps.clone();
        gaps[5..15].fill(f64::NAN);
        let found = slow_together(&[gaps, full, vec![3.0; 40], vec![1.0; 5], Vec::new()]);
        assert_eq!(found.compared, 1);
        assert_eq!(found.groups, [[0, 1]]);
        assert!(
            (15.0..=30.0).contains(&found.links[0].effective),
            "{found:?}"
        );
    }
}
