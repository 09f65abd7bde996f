//! What hours of the day and of the week have in common. Owns a week of hours and their profiles;
//! refuses a profile that does not foretell: it is used only while hours that it had not seen were
//! nearer to it than to the plain average.
//!
//! A. P. Dawid, "Statistical Theory: The Prequential Approach", Journal of the Royal Statistical
//! Society A 147, 1984: a forecast is judged by what came after it.

use serde::{Deserialize, Serialize};

use super::options::HOUR_MS;
use super::ring::{Ring, read, write};
use super::signal::Rhythm;

const DAY: usize = 24;
pub(super) const WEEK: usize = 168;
/// Hours of a day or week that must be there for their mean to be one.
const COMPLETE: f64 = 0.75;
const SEEN_MIN: u8 = 2;
/// A profile cell follows the newest fifth.
const WEIGHT_MIN: f64 = 0.2;
/// The share of the variance that a profile may leave: half to be taken, more to be kept; the week
/// must leave less than the day does.
const LEAVES_TO_TAKE: f64 = 0.5;
const LEAVES_TO_KEEP: f64 = 0.7;
const WEEK_LEAVES_OF_DAY: f64 = 0.7;
/// Half-life of two days, in hours.
const ERROR_WEIGHT: f64 = 0.014_337;
/// An hour is clipped at so many typical errors while a profile learns it.
const REACH: f64 = 4.0;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Season {
    hours: Ring,
    newest: i64,
    day: Profile,
    week: Profile,
    /// Mean squared error of the plain average over the hours on which the day was judged.
    plain_error: Error,
    rhythm: Rhythm,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Profile {
    #[serde(serialize_with = "write", deserialize_with = "read")]
    cells: Vec<f32>,
    seen: Vec<u8>,
    error: Error,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Error {
    mean_square: f64,
    count: u32,
}

impl Error {
    fn learn(&mut self, error: f64) {
        self.count = self.count.saturating_add(1);
        let weight = ERROR_WEIGHT.max(1.0 / f64::from(self.count));
        self.mean_square += weight * (error * error - self.mean_square);
    }
}

impl Season {
    pub fn new() -> Self {
        Self {
            hours: Ring::new(WEEK),
            newest: i64::MIN,
            day: Profile::default(),
            week: Profile::default(),
            plain_error: Error::default(),
            rhythm: Rhythm::None,
        }
    }

    pub const fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// What the season adds at this local time, between the middles of hours.
    pub fn at(&self, local_ms: i64) -> f64 {
        let profile = match self.rhythm {
            Rhythm::None => return 0.0,
            Rhythm::Daily => &self.day,
            Rhythm::Weekly => &self.week,
        };
        let from_middle = local_ms.saturating_sub(HOUR_MS / 2);
        let hour = from_middle.div_euclid(HOUR_MS);
        let part = from_middle.rem_euclid(HOUR_MS) as f64 / HOUR_MS as f64;
        let (before, after) = (profile.cell(hour), profile.cell(hour + 1));
        before + part * (after - before)
    }

    /// An hour is over; without a mean it was not seen, or not normal.
    pub fn learn(&mut self, hour: i64, mean: Option<f64>) {
        let skipped = hour.saturating_sub(self.newest).saturating_sub(1);
        if hour <= self.newest || WEEK as i64 <= skipped && self.newest != i64::MIN {
            *self = Self::new();
        } else if self.newest != i64::MIN {
            (0..skipped).for_each(|_| self.hours.push(f64::NAN));
        }
        self.newest = hour;
        if let Some(mean) = mean {
            self.judge(hour, mean);
        }
        self.hours.push(mean.unwrap_or(f64::NAN));
        self.day.learn(&self.hours, hour, DAY);
        self.week.learn(&self.hours, hour, WEEK);
        self.choose();
    }

    fn judge(&mut self, hour: i64, mean: f64) {
        let Some(of_day) = mean_of(&self.hours, DAY) else {
            return;
        };
        if 0 < self.day.seen(hour) {
            self.plain_error.learn(mean - of_day);
            self.day.error.learn(mean - of_day - self.day.cell(hour));
        }
        if let Some(of_week) = mean_of(&self.hours, WEEK)
            && 0 < self.week.seen(hour)
        {
            self.week.error.learn(mean - of_week - self.week.cell(hour));
        }
    }

    fn choose(&mut self) {
        let leaves = |rhythm| {
            if self.rhythm == rhythm {
                LEAVES_TO_KEEP
            } else {
                LEAVES_TO_TAKE
            }
        };
        let (plain, day) = (self.plain_error.mean_square, self.day.error.mean_square);
        let week = self.week.error.mean_square;
        let day_helps = self.day.is_seen(DAY) && day < leaves(Rhythm::Daily) * plain;
        let week_helps = self.week.is_seen(WEEK)
            && week < leaves(Rhythm::Weekly) * plain
            && week < WEEK_LEAVES_OF_DAY * day;
        self.rhythm = match (week_helps, day_helps) {
            (true, _) => Rhythm::Weekly,
            (false, true) => Rhythm::Daily,
            (false, false) => Rhythm::None,
        };
    }

    /// The past week without its season, newest first, missing hours left out.
    pub fn without_season(&self) -> Vec<f64> {
        let ago = |(ago, mean): (usize, f64)| {
            let profile = match self.rhythm {
                Rhythm::None => return mean,
                Rhythm::Daily => &self.day,
                Rhythm::Weekly => &self.week,
            };
            mean - profile.cell(self.newest.saturating_sub(ago as i64))
        };
        let hours = self.hours.iter().enumerate().map(ago);
        hours.filter(|mean| mean.is_finite()).collect()
    }

    /// The newest hours without their season.
    pub fn newest(&self, count: usize) -> Ring {
        let mut newest = Ring::new(count);
        let hours: Vec<f64> = self.without_season().into_iter().take(count).collect();
        hours.into_iter().rev().for_each(|hour| newest.push(hour));
        newest
    }

    /// What the season adds to a whole hour.
    pub fn of_hour(&self, hour: i64) -> f64 {
        self.at(hour.saturating_mul(HOUR_MS).saturating_add(HOUR_MS / 2))
    }

    /// Whether what is above `centre` in the newest hours is just the season that is missing.
    pub fn is_missing(&self, centre: f64, hours: usize) -> bool {
        if self.rhythm == Rhythm::None {
            return false;
        }
        let pairs = self.hours.iter().take(hours).enumerate();
        let (mut all, mut left) = (0.0, 0.0);
        for (ago, mean) in pairs.filter(|(_, mean)| mean.is_finite()) {
            let season = self.of_hour(self.newest.saturating_sub(ago as i64));
            let off = mean - season - centre;
            all += off * off;
            left += (off + season) * (off + season);
        }
        left < 0.25 * all
    }

    /// The past is told from a new level.
    pub fn shift(&mut self, by: f64) {
        self.hours.shift(by);
    }

    pub fn bytes(&self) -> usize {
        self.hours.bytes() + self.day.bytes() + self.week.bytes()
    }
}

impl Profile {
    fn cell(&self, hour: i64) -> f64 {
        let cell = self.place(hour).and_then(|place| self.cells.get(place));
        cell.map_or(0.0, |cell| f64::from(*cell))
    }

    fn seen(&self, hour: i64) -> u8 {
        let seen = self.place(hour).and_then(|place| self.seen.get(place));
        seen.copied().unwrap_or(0)
    }

    fn is_seen(&self, length: usize) -> bool {
        let often = self.seen.iter().filter(|seen| SEEN_MIN <= **seen).count();
        COMPLETE * length as f64 <= often as f64
    }

    fn place(&self, hour: i64) -> Option<usize> {
        // 1970 began on a Thursday; a week may begin then as well as on any day.
        let length = i64::try_from(self.cells.len()).ok()?;
        (0 < length).then(|| hour.rem_euclid(length) as usize)
    }

    fn learn(&mut self, hours: &Ring, hour: i64, length: usize) {
        let Some(mean) = mean_of(hours, length) else {
            return;
        };
        if self.cells.len() != length || self.seen.len() != length {
            self.begin(hours, hour, mean, length);
            return;
        }
        let (Some(place), Some(value)) = (self.place(hour), hours.back(0)) else {
            return;
        };
        if !value.is_finite() {
            return;
        }
        let weight = WEIGHT_MIN.max(1.0 / (f64::from(self.seen[place]) + 1.0));
        let off = value - mean - f64::from(self.cells[place]);
        let reach = if self.error.count < DAY as u32 {
            f64::INFINITY
        } else {
            REACH * self.error.mean_square.sqrt()
        };
        self.cells[place] += (weight * off.clamp(-reach, reach)) as f32;
        self.seen[place] = self.seen[place].saturating_add(1);
    }

    fn begin(&mut self, hours: &Ring, hour: i64, mean: f64, length: usize) {
        self.cells = vec![0.0; length];
        self.seen = vec![0; length];
        for (ago, value) in hours.iter().take(length).enumerate() {
            if let Some(place) = self.place(hour - ago as i64)
                && value.is_finite()
            {
                self.cells[place] = (value - mean) as f32;
                self.seen[place] = 1;
            }
        }
    }

    fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<f32>() + self.seen.capacity()
    }
}

/// Of the newest hours, if enough of them are there.
fn mean_of(hours: &Ring, length: usize) -> Option<f64> {
    if hours.len() < length {
        return None;
    }
    let there = hours.iter().take(length).filter(|mean| mean.is_finite());
    let (sum, count) = there.fold((0.0, 0.0), |(sum, count), mean| (sum + mean, count + 1.0));
    (COMPLETE * length as f64 <= count).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn learnt(days: i64, make: impl Fn(i64, f64) -> f64) -> Season {
        let mut random = Random::new(11);
        let mut season = Season::new();
        for hour in 0..days * 24 {
            season.learn(hour, Some(make(hour, random.unit() - 0.5)));
        }
        season
    }

    fn wave(hour: i64) -> f64 {
        10.0 * (hour as f64 / 24.0 * std::f64::consts::TAU).sin()
    }

    #[test]
    fn a_day_is_used_when_it_foretells_and_noise_is_none() {
        let check = |days: i64, amplitude: f64, expected: Rhythm| {
            let season = learnt(days, |hour, noise| 50.0 + amplitude * wave(hour) + noise);
            assert_eq!(season.rhythm(), expected, "{days} {amplitude}");
        };
        check(1, 1.0, Rhythm::None);
        check(3, 1.0, Rhythm::Daily);
        check(3, 0.0, Rhythm::None);
        check(20, 0.0, Rhythm::None);
        let season = learnt(4, |hour, noise| 50.0 + wave(hour) + noise);
        assert!(
            (season.of_hour(6) - 10.0).abs() < 1.0,
            "{}",
            season.of_hour(6)
        );
        assert!((season.of_hour(18) + 10.0).abs() < 1.0);
    }

    #[test]
    fn a_week_is_used_after_two_when_its_days_differ() {
        let make = |hour: i64, noise: f64| {
            let busy = if hour.div_euclid(24) % 7 < 5 {
                1.0
            } else {
                0.1
            };
            50.0 + busy * wave(hour) + 20.0 * busy + noise
        };
        assert_eq!(learnt(30, make).rhythm(), Rhythm::Weekly);
        assert_ne!(learnt(10, make).rhythm(), Rhythm::Weekly);
    }

    #[test]
    fn hours_that_jump_begin_anew_and_missing_ones_are_left_out() {
        let mut season = learnt(3, |hour, _| wave(hour));
        season.learn(75, Some(1.0));
        assert_eq!(season.without_season().len(), 73);
        season.learn(10_000, Some(1.0));
        assert_eq!(season.without_season().len(), 1);
        season.learn(i64::MAX, None);
        season.learn(i64::MIN, Some(1.0));
        season.learn(0, Some(1.0));
    }
}
