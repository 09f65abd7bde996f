//! Chance for the simulated fleet. Owns a generator that gives the same throws for the same seed;
//! refuses to be good enough for secrets.

use std::time::Duration;

/// Deviation of the logarithm of a duration.
const SPREAD: f64 = 0.5;

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Each number of a seed throws a sequence of its own.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut dice = Self { state: seed };
        dice.state = dice.next() ^ number.wrapping_mul(0xA24B_AED4_963E_E407);
        dice
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end`, without it.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of the remainder does not show in a demonstration.
        self.next() % end.max(1)
    }

    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    pub fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to.saturating_sub(from).max(1)))
    }

    /// About `median`: half as long as often as twice as long, as durations of real work are spread.
    pub fn around(&mut self, median: Duration) -> Duration {
        // The sum of twelve even throws is close to a normal one with a deviation of one.
        let throws: f64 = (0..12).map(|_| self.below(1_000) as f64 / 1e3).sum();
        median.mul_f64((SPREAD * (throws - 6.0)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_and_another_number_does_not() {
        let throws = |seed, number| {
            let mut dice = Dice::new(seed, number);
            (0..20).map(|_| dice.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(throws(1, 7), throws(1, 7));
        assert_ne!(throws(1, 7), throws(1, 8));
        assert_ne!(throws(1, 7), throws(2, 7));
    }

    #[test]
    fn throws_stay_in_range() {
        let mut dice = Dice::new(3, 0);
        for _ in 0..1_000 {
            assert!(dice.below(6) < 6);
            assert!((10..20).contains(&dice.millis(10, 20).as_millis()));
        }
        assert_eq!(dice.below(0), 0);
    }

    #[test]
    fn durations_lie_around_their_median() {
        let mut dice = Dice::new(5, 0);
        let median = Duration::from_secs(1);
        let mut thrown: Vec<_> = (0..2_001).map(|_| dice.around(median)).collect();
        thrown.sort();
        let near = |at: usize, millis: u128| thrown[at].as_millis().abs_diff(millis) < 100;
        assert!(near(1_000, 1_000), "{:?}", thrown[1_000]);
        // A deviation below: 1 s divided by the square root of e.
        assert!(near(317, 607), "{:?}", thrown[317]);
    }
}
