//! What moves too slowly for a moving average to see. Owns the comparison of the last hours with the
//! week before them; refuses what the week before did as well.

use serde::{Deserialize, Serialize};

use crate::robust::{mad, median};

/// Hours that are compared, and that must be there to compare with.
const RECENT: usize = 3;
const HOURS_MIN: usize = 36;
/// The newest part is left out of what is usual, as a slow drift hides in it: a day at most.
const LEFT_OUT_MAX: usize = 24;
const LEFT_OUT_PART: usize = 4;
/// In robust deviations of hours. Hours are few and their scatter is estimated from them, so that
/// five, which are enough for many, are not.
const DEVIATIONS: f64 = 6.0;
/// Beyond what the week before strayed by itself.
const BEYOND_LARGEST: f64 = 1.5;
/// It is over when it is back by half.
const BACK: f64 = 0.5;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Usual {
    pub centre: f64,
    /// From the centre on, it is an alarm.
    pub reach: f64,
    pub hours: usize,
}

/// `hours` newest first and without their season; `scale_min` is that of an hour's mean.
pub(super) fn usual(hours: &[f64], scale_min: f64) -> Option<Usual> {
    let left_out = LEFT_OUT_MAX.min(hours.len() / LEFT_OUT_PART);
    let before = hours
        .get(left_out..)
        .filter(|before| HOURS_MIN <= before.len())?;
    let centre = median(before)?;
    let scale = mad(before)?.max(scale_min);
    let strayed = before.windows(RECENT).filter_map(median);
    let largest = strayed.fold(0.0, |largest: f64, one| largest.max((one - centre).abs()));
    Some(Usual {
        centre,
        reach: (DEVIATIONS * scale).max(BEYOND_LARGEST * largest),
        hours: before.len(),
    })
}

/// The middle of the newest three.
pub(super) fn recent(hours: &[f64]) -> Option<f64> {
    median(hours.get(..RECENT)?)
}

impl Usual {
    pub fn is_out(&self, recent: f64) -> bool {
        self.reach < (recent - self.centre).abs()
    }

    pub fn is_back(&self, recent: f64) -> bool {
        (recent - self.centre).abs() < BACK * self.reach
    }

    /// How many of the newest hours are out by at least a third, newest first.
    pub fn hours_since(&self, hours: &[f64], recent: f64) -> usize {
        let third = (recent - self.centre) / 3.0;
        let out = |hour: &&f64| third.abs() < (*hour - self.centre) * third.signum();
        hours.iter().take_while(out).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn hours(count: usize, slope_from: usize, slope: f64) -> Vec<f64> {
        let mut random = Random::new(9);
        let mut hours: Vec<f64> = (0..count)
            .map(|hour| random.unit() - 0.5 + slope * hour.saturating_sub(slope_from) as f64)
            .collect();
        hours.reverse();
        hours
    }

    #[test]
    fn a_slow_rise_is_out_and_noise_and_short_histories_are_not() {
        let check = |hours: &[f64], expected: Option<bool>| {
            let found = usual(hours, 0.01).map(|usual| usual.is_out(recent(hours).unwrap()));
            assert_eq!(found, expected);
        };
        check(&hours(120, 200, 0.0), Some(false));
        check(&hours(120, 100, 0.2), Some(true));
        check(&hours(40, 20, 1.0), None);
        // What always rose goes on rising.
        check(&hours(160, 0, 0.2), Some(false));
    }

    #[test]
    fn since_when_is_where_a_third_was_reached() {
        let hours = hours(120, 100, 0.5);
        let usual = usual(&hours, 0.01).unwrap();
        let since = usual.hours_since(&hours, recent(&hours).unwrap());
        assert!((8..=15).contains(&since), "{since}");
    }
}
