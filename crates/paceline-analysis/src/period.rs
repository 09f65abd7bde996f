//! The time that a report is about, and the one before it. Owns calendar months in UTC and runs of
//! days; refuses to ask what time it is.

use serde::{Deserialize, Serialize};

use crate::instant::{DAY_MS, Instant};

const DAYS_MAX: u32 = 3_660;
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// From inclusive, to exclusive, in both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Such as `October 2026` or `the last 7 days`.
    pub name: String,
    pub from: Instant,
    pub to: Instant,
    pub previous_from: Instant,
    pub previous_to: Instant,
    /// Minutes east of UTC of the time zone whose days these are.
    #[serde(default)]
    pub utc_offset_minutes: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("`{0}` is not a month such as `2026-10`")]
    NoMonth(String),
    #[error("`{0}` days are not 1 to {DAYS_MAX}")]
    Days(u32),
    #[error("must be after `from`, by ten years at most")]
    Length,
}

/// Which of the two times a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Current,
    Previous,
}

impl Period {
    /// A calendar month in UTC, such as `2026-10`; the one before it is the month before.
    ///
    /// # Errors
    /// When the text is no month.
    pub fn month(text: &str) -> Result<Self, PeriodError> {
        let (year, month) =
            year_and_month(text).ok_or_else(|| PeriodError::NoMonth(text.into()))?;
        let from = month_start(year, i64::from(month));
        let previous_from = month_start(year, i64::from(month) - 1);
        Ok(Self {
            name: format!("{} {year}", MONTHS[usize::from(month) - 1]),
            from,
            to: month_start(year, i64::from(month) + 1),
            previous_from,
            previous_to: from,
            utc_offset_minutes: 0,
        })
    }

    /// The days that end at `now`; the ones before are as many that end where these begin.
    ///
    /// # Errors
    /// When there are none or more than ten years of them.
    pub fn last_days(days: u32, now_ms: i64) -> Result<Self, PeriodError> {
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(PeriodError::Days(days));
        }
        let length = i64::from(days) * DAY_MS;
        let from = Instant(now_ms.saturating_sub(length));
        let plural = if days == 1 {
            "the last day".into()
        } else {
            format!("the last {days} days")
        };
        Ok(Self {
            name: plural,
            from,
            to: Instant(now_ms),
            previous_from: Instant(from.0.saturating_sub(length)),
            previous_to: from,
            utc_offset_minutes: 0,
        })
    }

    /// From one moment to another; the time before is as long and ends where this begins.
    ///
    /// # Errors
    /// When it is empty or longer than ten years.
    pub fn between(from_ms: i64, to_ms: i64) -> Result<Self, PeriodError> {
        let length = to_ms.saturating_sub(from_ms);
        if !(1..=i64::from(DAYS_MAX) * DAY_MS).contains(&length) {
            return Err(PeriodError::Length);
        }
        let (from, to) = (Instant(from_ms), Instant(to_ms));
        Ok(Self {
            name: format!("{from} to {to}"),
            from,
            to,
            previous_from: Instant(from_ms.saturating_sub(length)),
            previous_to: from,
            utc_offset_minutes: 0,
        })
    }

    /// The calendar month of a time zone that is `offset_minutes` east of UTC, all month long: what
    /// changes its clocks has two such offsets, and one of them is chosen.
    #[must_use]
    pub fn shifted(mut self, offset_minutes: i32) -> Self {
        let by_ms = i64::from(offset_minutes) * 60_000;
        for at in [
            &mut self.from,
            &mut self.to,
            &mut self.previous_from,
            &mut self.previous_to,
        ] {
            at.0 = at.0.saturating_sub(by_ms);
        }
        self.utc_offset_minutes = offset_minutes;
        self
    }

    /// A moment as the clocks of the period's time zone showed it.
    #[must_use]
    pub fn local(&self, at: Instant) -> Instant {
        Instant(at.0.saturating_add(i64::from(self.utc_offset_minutes) * 60_000))
    }

    /// The flags of `paceline report` that ask for this period.
    #[must_use]
    pub fn selection(&self) -> String {
        let (year, month, day) = self.local(self.from).date();
        let days = (self.to.0 - self.from.0) / DAY_MS;
        let is_month =
            day == 1 && self.name == format!("{} {year}", MONTHS[usize::from(month) - 1]);
        let selected = if is_month {
            format!("--month {year:04}-{month:02}")
        } else {
            format!("--days {days}")
        };
        match self.zone().strip_prefix("UTC") {
            Some(offset) if !offset.is_empty() => format!("{selected} --utc-offset {offset}"),
            _ => selected,
        }
    }

    /// `UTC`, `UTC+02:00`
    #[must_use]
    pub fn zone(&self) -> String {
        let minutes = self.utc_offset_minutes;
        if minutes == 0 {
            return "UTC".to_owned();
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.unsigned_abs();
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    #[must_use]
    pub fn side(&self, at_ms: i64) -> Option<Side> {
        if (self.from.0..self.to.0).contains(&at_ms) {
            Some(Side::Current)
        } else if (self.previous_from.0..self.previous_to.0).contains(&at_ms) {
            Some(Side::Previous)
        } else {
            None
        }
    }
}

fn year_and_month(text: &str) -> Option<(i64, u8)> {
    let (year, month) = text.split_once('-')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
        return None;
    }
    let month = month
        .parse()
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    Some((year.parse().ok()?, month))
}

/// Month 0 is December of the year before, month 13 January of the next.
fn month_start(year: i64, month: i64) -> Instant {
    let index = year * 12 + month - 1;
    Instant::midnight(index.div_euclid(12), index.rem_euclid(12) as u8 + 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_and_ends_at_midnight_utc() {
        let check = |month: &str, name: &str, times: [&str; 3]| {
            let period = Period::month(month).unwrap();
            assert_eq!(period.name, name);
            let found = [period.previous_from, period.from, period.to];
            assert_eq!(
                found.map(|at| at.to_string()),
                times.map(|day| format!("{day}T00:00:00.000Z"))
            );
        };
        check(
            "2026-10",
            "October 2026",
            ["2026-09-01", "2026-10-01", "2026-11-01"],
        );
        check(
            "2026-01",
            "January 2026",
            ["2025-12-01", "2026-01-01", "2026-02-01"],
        );
        check(
            "2026-12",
            "December 2026",
            ["2026-11-01", "2026-12-01", "2027-01-01"],
        );
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in [
            "",
            "2026",
            "2026-00",
            "2026-13",
            "2026-1",
            "26-10",
            "2026-10-01",
            "+026-10",
        ] {
            assert_eq!(
                Period::month(text),
                Err(PeriodError::NoMonth(text.into())),
                "{text}"
            );
        }
    }

    #[test]
    fn days_run_up_to_now_and_the_same_number_before() {
        let period = Period::last_days(7, 20 * DAY_MS + 5).unwrap();
        assert_eq!(period.side(20 * DAY_MS + 4), Some(Side::Current));
        assert_eq!(period.side(20 * DAY_MS + 5), None);
        assert_eq!(period.side(13 * DAY_MS + 5), Some(Side::Current));
        assert_eq!(period.side(13 * DAY_MS + 4), Some(Side::Previous));
        assert_eq!(period.side(6 * DAY_MS + 4), None);
        assert_eq!(Period::last_days(0, 0), Err(PeriodError::Days(0)));
        assert_eq!(Period::last_days(4_000, 0), Err(PeriodError::Days(4_000)));
    }

    #[test]
    fn a_stretch_is_compared_with_as_long_a_one_before() {
        let period = Period::between(1_000, 4_000).unwrap();
        let side = |at| period.side(at);
        assert_eq!(
            (side(999), side(1_000)),
            (Some(Side::Previous), Some(Side::Current))
        );
        assert_eq!((side(3_999), side(4_000)), (Some(Side::Current), None));
        assert_eq!((side(-2_000), side(-2_001)), (Some(Side::Previous), None));
        for (from, to) in [(5, 5), (6, 5), (0, i64::MAX)] {
            assert_eq!(Period::between(from, to), Err(PeriodError::Length));
        }
    }
}
