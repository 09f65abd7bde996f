//! Durations of one hour in a few hundred bytes. Owns the scale, 32 steps to each doubling, and
//! quantiles read off it; refuses exactness: a quantile is within a hundredth or so of the true one.
//!
//! The scale is that of a log-linear histogram (G. Tene, HdrHistogram), kept sparse: only the steps
//! that occur are stored, since an hour of one operation knows few.

/// Steps to a doubling, as a power of two: wide enough to be few, and narrow enough that the place
/// within one, interpolated, is exact to a hundredth.
const STEP_BITS: u32 = 5;
const STEPS: u16 = 1 << STEP_BITS;
/// Mantissa bits of an `f64` that the scale drops.
const DROPPED_BITS: u32 = 52 - STEP_BITS;
/// The exponent of one microsecond, where the scale begins.
const FIRST: u64 = 1_023 << STEP_BITS;
/// What a logarithm takes for the beginning of the first step, which is zero.
const FINEST_MS: f64 = 0.000_5;
/// Thirty days and more.
const PLACE_MAX: u16 = 42 * STEPS;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sketch {
    /// Steps and what fell into them, in rising order.
    steps: Vec<(u16, f32)>,
}

/// The step of a duration. What is no duration is in the first, with all below a microsecond.
pub(crate) fn place(duration_ms: f64) -> u16 {
    let micros = duration_ms * 1_000.0;
    if micros.is_nan() || micros < 1.0 {
        return 0;
    }
    let step = (micros.to_bits() >> DROPPED_BITS) - FIRST + 1;
    u16::try_from(step).map_or(PLACE_MAX, |step| step.min(PLACE_MAX))
}

/// Where a step begins, in milliseconds.
fn begin(place: u16) -> f64 {
    if place == 0 {
        return 0.0;
    }
    f64::from_bits((u64::from(place - 1) + FIRST) << DROPPED_BITS) / 1_000.0
}

impl Sketch {
    pub fn add(&mut self, place: u16, weight: f64) {
        let found = self.steps.binary_search_by_key(&place, |step| step.0);
        match found {
            Ok(at) => self.steps[at].1 += weight as f32,
            Err(at) => self.steps.insert(at, (place, weight as f32)),
        }
    }

    pub fn merge(&mut self, other: &Self) {
        if self.steps.is_empty() {
            self.steps.clone_from(&other.steps);
            return;
        }
        for (place, weight) in &other.steps {
            self.add(*place, f64::from(*weight));
        }
    }

    /// Each step by the logarithm of its middle, in milliseconds, with what fell into it.
    pub fn logarithms(&self) -> impl DoubleEndedIterator<Item = (f64, f64)> {
        self.steps.iter().map(|(place, weight)| {
            let middle = begin(*place).max(FINEST_MS) * begin(place + 1);
            (0.5 * middle.ln(), f64::from(*weight))
        })
    }

    pub fn weight(&self) -> f64 {
        self.steps.iter().map(|step| f64::from(step.1)).sum()
    }

    /// `None` of nothing.
    pub fn quantile_ms(&self, share: f64) -> Option<f64> {
        let wanted = self.weight() * share;
        let mut below = 0.0;
        for (place, weight) in &self.steps {
            let weight = f64::from(*weight);
            if wanted <= below + weight {
                let part = (wanted - below) / weight;
                let (from, to) = (begin(*place), begin(place + 1));
                return Some(from + part * (to - from));
            }
            below += weight;
        }
        self.steps.last().map(|(place, _)| begin(place + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(durations: &[(f64, f64)]) -> Sketch {
        let mut sketch = Sketch::default();
        for (duration_ms, weight) in durations {
            sketch.add(place(*duration_ms), *weight);
        }
        sketch
    }

    #[test]
    fn every_duration_lies_in_its_step() {
        let mut duration_ms = 0.001;
        while duration_ms < 2.0e9 {
            let place = place(duration_ms);
            assert!(begin(place) <= duration_ms * 1.000_001, "{duration_ms}");
            assert!(duration_ms < begin(place + 1) * 1.000_001, "{duration_ms}");
            duration_ms *= 1.013;
        }
    }

    #[test]
    fn nonsense_has_a_place() {
        let check = |duration_ms: f64, expected: u16| assert_eq!(place(duration_ms), expected);
        check(f64::NAN, 0);
        check(-1.0, 0);
        check(0.0, 0);
        check(f64::INFINITY, PLACE_MAX);
        check(f64::MAX, PLACE_MAX);
    }

    #[test]
    fn the_middle_of_many_is_exact_to_a_hundredth() {
        let even: Vec<_> = (1..=2_001).map(|one| (f64::from(one), 1.0)).collect();
        let median = of(&even).quantile_ms(0.5).unwrap();
        assert!((median / 1_001.0 - 1.0).abs() < 0.01, "{median}");
        assert_eq!(Sketch::default().quantile_ms(0.5), None);
    }

    #[test]
    fn weights_count_and_halves_add_up() {
        let whole = of(&[(1.0, 3.0), (4.0, 1.0), (4.0, 2.5)]);
        let mut halves = of(&[(4.0, 1.0), (4.0, 2.5)]);
        halves.merge(&of(&[(1.0, 3.0)]));
        assert_eq!(whole, halves);
        assert_eq!(whole.weight(), 6.5);
        assert!(3.9 <= whole.quantile_ms(0.6).unwrap());
    }
}
