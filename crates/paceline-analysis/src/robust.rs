//! Summaries that a few wild values cannot move. Owns median, quantile, scatter and clipping;
//! refuses to guess: what is no number is skipped by [`finite`], and of nothing there is no median.
//!
//! F. R. Hampel, "The Influence Curve and Its Role in Robust Estimation", JASA 69, 1974 (the median
//! of absolute deviations); R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The
//! American Statistician 50, 1996 (type 7); P. J. Huber, "Robust Estimation of a Location Parameter",
//! Annals of Mathematical Statistics 35, 1964 (clipping).

/// Makes the median of absolute deviations of normal values their standard deviation.
const NORMAL_MAD: f64 = 1.482_602_218_505_602;
/// Makes the interquartile range of normal values their standard deviation.
const NORMAL_QUARTILES: f64 = 1.348_979_500_392_163_6;

/// The values that are numbers, in their order.
#[must_use]
pub fn finite(values: &[f64]) -> Vec<f64> {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    finite.collect()
}

/// The middle value, or the mean of the two in the middle. `None` of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    median_mut(&mut finite(values))
}

/// Like [`median`], reordering values that are all finite instead of copying them.
pub(crate) fn median_mut(values: &mut [f64]) -> Option<f64> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(count / 2, f64::total_cmp);
    if count % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(f64::midpoint(lower, upper))
}

/// The value with the given share of values below it, interpolated between its neighbours.
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = finite(values);
    sorted.sort_unstable_by(f64::total_cmp);
    quantile_sorted(&sorted, share)
}

/// Like [`quantile`], of values that are finite and in rising order.
#[must_use]
pub fn quantile_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let lower = place.floor() as usize;
    let upper = (lower + 1).min(last);
    let part = place - lower as f64;
    Some(sorted[lower] + part * (sorted[upper] - sorted[lower]))
}

/// The median distance from the median, scaled to be the standard deviation of normal values.
#[must_use]
pub fn mad(values: &[f64]) -> Option<f64> {
    let mut values = finite(values);
    let centre = median_mut(&mut values)?;
    for value in &mut values {
        *value = (*value - centre).abs();
    }
    Some(median_mut(&mut values)? * NORMAL_MAD)
}

/// Like [`mad`], of values that are deviations already.
pub(crate) fn mad_about_zero(deviations: &[f64]) -> Option<f64> {
    let mut distances: Vec<f64> = deviations.iter().map(|deviation| deviation.abs()).collect();
    Some(median_mut(&mut distances)? * NORMAL_MAD)
}

/// The standard deviation as the middle half of the values shows it. Unlike [`mad`] it does not ask
/// that they lie evenly around their median.
#[must_use]
pub fn quartile_scatter(values: &[f64]) -> Option<f64> {
    let mut sorted = finite(values);
    sorted.sort_unstable_by(f64::total_cmp);
    let range = quantile_sorted(&sorted, 0.75)? - quantile_sorted(&sorted, 0.25)?;
    Some(range / NORMAL_QUARTILES)
}

/// The value with half of the weight on each side, the lower of two. What is no number, or has no
/// weight above zero, does not count.
#[must_use]
pub fn weighted_median(values: &[(f64, f64)]) -> Option<f64> {
    let counts =
        |(value, weight): &(f64, f64)| value.is_finite() && weight.is_finite() && 0.0 < *weight;
    let mut values: Vec<_> = values.iter().copied().filter(counts).collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let reached = values.iter().find(|(_, weight)| {
        below += weight;
        half <= below
    });
    reached.map(|(value, _)| *value)
}

/// Summaries of hours or days, with a gap where one is drawn from fewer than `count_min` records:
/// the median of three is noise beside the median of a thousand.
#[must_use]
pub fn well_counted(summaries: &[f64], counts: &[u64], count_min: u64) -> Vec<f64> {
    let pairs = summaries.iter().zip(counts);
    let kept = pairs.map(|(value, count)| {
        if count_min <= *count {
            *value
        } else {
            f64::NAN
        }
    });
    kept.collect()
}

/// The value, but no further from the centre than `reach`.
#[must_use]
pub fn clip(value: f64, centre: f64, reach: f64) -> f64 {
    (value - centre).clamp(-reach, reach) + centre
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quantiles_are_those_of_a_textbook() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[f64::NAN]), None);
        assert_eq!(median(&[3.0, f64::NAN, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0, f64::INFINITY]), Some(2.5));
        let values = [10.0, 20.0, 30.0, 40.0];
        let check = |share: f64, expected: f64| {
            assert_eq!(quantile(&values, share), Some(expected), "{share}");
        };
        check(0.0, 10.0);
        check(0.25, 17.5);
        check(0.5, 25.0);
        check(1.0, 40.0);
        check(7.0, 40.0);
    }

    #[test]
    fn wild_values_do_not_move_the_scatter() {
        let calm = [1.0, 2.0, 3.0, 4.0, 5.0];
        let wild = [1.0, 2.0, 3.0, 4.0, 5e9];
        assert_eq!(mad(&calm), mad(&wild));
        assert_eq!(quartile_scatter(&calm), quartile_scatter(&wild));
        assert_eq!(mad(&[7.0]), Some(0.0));
    }

    #[test]
    fn weights_move_the_median_and_thin_hours_are_gaps() {
        assert_eq!(
            weighted_median(&[(1.0, 1.0), (2.0, 1.0), (9.0, 5.0)]),
            Some(9.0)
        );
        assert_eq!(
            weighted_median(&[(3.0, 2.0), (1.0, 2.0), (f64::NAN, 9.0)]),
            Some(1.0)
        );
        assert_eq!(weighted_median(&[(1.0, 0.0)]), None);
        let kept = well_counted(&[1.0, 2.0, 3.0], &[10, 2, 5], 5);
        assert_eq!((kept[0], kept[1].is_nan(), kept[2]), (1.0, true, 3.0));
    }

    #[test]
    fn clipping_keeps_the_side() {
        assert_eq!(clip(9.0, 1.0, 3.0), 4.0);
        assert_eq!(clip(-9.0, 1.0, 3.0), -2.0);
        assert_eq!(clip(2.0, 1.0, 3.0), 2.0);
    }
}
