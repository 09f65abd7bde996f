//! Durations of one kind as distances from their median. Owns the distance and its bound; refuses to
//! know who took how long.
//!
//! The distance is the logarithm of duration over median, bounded at two robust standard
//! deviations, so that one task that hung over a weekend is one slow task (P. J. Huber, "Robust
//! Estimation of a Location Parameter", Annals of Mathematical Statistics 35(1), 1964). A task that
//! still runs counts with the mean distance of those that took at least as long as it has run (J.
//! Buckley and I. James, "Linear Regression with Censored Data", Biometrika 66(3), 1979).

use crate::report::history::Sketch;

const BOUND: f64 = 2.0;
/// Of a normal distribution, between the quartiles, in standard deviations.
const QUARTILES: f64 = 1.349;
/// Kinds are never as uniform as this, whatever few tasks show.
const SPREAD_MIN: f64 = 0.05;

/// How many, their distances' sum, and that of the squares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub count: f64,
    pub sum: f64,
    pub squares: f64,
}

impl Sums {
    fn add(&mut self, distance: f64, weight: f64) {
        self.count += weight;
        self.sum += weight * distance;
        self.squares += weight * distance * distance;
    }

    pub fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// The sum of squared distances from the own mean.
    pub fn within(&self) -> f64 {
        (self.squares - self.sum * self.sum / self.count).max(0.0)
    }
}

/// The distances of one kind.
pub(super) struct Scale {
    median: f64,
    bound: f64,
    /// Steps of the kind from the longest down: the logarithm, the mean distance from there on.
    beyond: Vec<(f64, f64)>,
}

impl Scale {
    /// `None` without a completed task.
    pub fn of(all: &Sketch) -> Option<Self> {
        let at = |share: f64| {
            all.quantile_ms(share)
                .map(|ms| ms.max(f64::MIN_POSITIVE).ln())
        };
        let (median, low, high) = (at(0.5)?, at(0.25)?, at(0.75)?);
        let spread = ((high - low) / QUARTILES).max(SPREAD_MIN);
        let mut scale = Self {
            median,
            bound: BOUND * spread,
            beyond: Vec::new(),
        };
        let mut beyond = Sums::default();
        for (logarithm, weight) in all.logarithms().rev() {
            beyond.add(scale.distance(logarithm), weight);
            scale.beyond.push((logarithm, beyond.mean()));
        }
        Some(scale)
    }

    fn distance(&self, logarithm: f64) -> f64 {
        (logarithm - self.median).clamp(-self.bound, self.bound)
    }

    /// Of a task that has run so long and may run on.
    fn distance_at_least(&self, logarithm: f64) -> f64 {
        let longer = self.beyond.partition_point(|step| logarithm <= step.0);
        match longer.checked_sub(1).and_then(|last| self.beyond.get(last)) {
            Some((_, mean)) => *mean,
            // Nobody has taken so long.
            None => self.distance(logarithm),
        }
    }

    pub fn sums(&self, durations: &Sketch, censored: &Sketch) -> Sums {
        let mut sums = Sums::default();
        for (logarithm, weight) in durations.logarithms() {
            sums.add(self.distance(logarithm), weight);
        }
        for (logarithm, weight) in censored.logarithms() {
            sums.add(self.distance_at_least(logarithm), weight);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::history::place;

    fn sketch(durations: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        for ms in durations {
            sketch.add(place(*ms), 1.0);
        }
        sketch
    }

    #[test]
    fn twice_the_median_is_as_far_as_half_of_it_and_a_hung_task_is_bounded() {
        let all = sketch(&[25.0, 50.0, 100.0, 200.0, 400.0]);
        let scale = Scale::of(&all).unwrap();
        let of = |ms: f64| scale.sums(&sketch(&[ms]), &Sketch::default()).sum;
        assert!((of(200.0) + of(50.0)).abs() < 0.05, "{}", of(200.0));
        assert!((of(200.0) - 2.0_f64.ln()).abs() < 0.05);
        assert_eq!(of(1e9), of(1e8));
    }

    #[test]
    fn a_running_task_counts_as_those_that_took_at_least_as_long() {
        let all = sketch(&[100.0, 100.0, 100.0, 200.0, 400.0]);
        let scale = Scale::of(&all).unwrap();
        let running = |ms: f64| scale.sums(&Sketch::default(), &sketch(&[ms])).sum;
        let of = |ms: f64| scale.sums(&sketch(&[ms]), &Sketch::default()).sum;
        let all_mean = scale.sums(&all, &Sketch::default()).mean();
        assert!((running(1.0) - all_mean).abs() < 1e-9);
        assert!((running(150.0) - (of(200.0) + of(400.0)) / 2.0).abs() < 1e-9);
        assert!(running(100.0) < running(150.0) && running(150.0) < running(300.0));
        // Longer than any ever took, and no longer than a task that hung.
        assert!(running(150.0) < running(5_000.0) && running(5_000.0) <= of(1e9));
    }

    #[test]
    fn nothing_has_no_scale_and_equal_durations_have_one() {
        assert!(Scale::of(&Sketch::default()).is_none());
        let scale = Scale::of(&sketch(&[7.0; 30])).unwrap();
        assert!(scale.sums(&sketch(&[7.0]), &Sketch::default()).sum.abs() < 0.03);
    }
}
