//! Parts of the calendar, of values that are seconds since 1970 UTC.

use paceline_metrics::Labels;

use super::context::{Evaluator, Sink};
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::{CalendarPart, Node};

const DAY_S: i64 = 86_400;

impl Evaluator<'_> {
    /// Without an argument, of the evaluated times.
    pub(crate) fn calendar(
        &self,
        part: CalendarPart,
        arg: Option<&Node>,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let Some(arg) = arg else {
            let mut column = self.column(Labels::default(), steps)?;
            for (step, value) in column.values.iter_mut().enumerate() {
                *value = part_of(part, steps.at(step) as f64 / 1000.0);
            }
            return sink(column);
        };
        self.renamed(arg, steps, sink, &mut |mut column, sink| {
            column.map(|seconds| part_of(part, seconds));
            self.drop_name(&mut column);
            sink(column)
        })
    }
}

/// NaN of what is no time.
fn part_of(part: CalendarPart, seconds: f64) -> f64 {
    // A year is then far from overflowing.
    const SECONDS_MAX: f64 = 1e15;
    if seconds.is_nan() || SECONDS_MAX < seconds.abs() {
        return f64::NAN;
    }
    let seconds = seconds as i64;
    let days = seconds.div_euclid(DAY_S);
    let second_of_day = seconds.rem_euclid(DAY_S);
    let date = Date::of_days(days);
    let found = match part {
        CalendarPart::DayOfMonth => date.day,
        CalendarPart::DayOfWeek => (days + 4).rem_euclid(7),
        CalendarPart::DayOfYear => days - Date::first_of(date.year, 1) + 1,
        CalendarPart::DaysInMonth => date.days_in_month(),
        CalendarPart::Hour => second_of_day / 3_600,
        CalendarPart::Minute => second_of_day / 60 % 60,
        CalendarPart::Month => date.month,
        CalendarPart::Year => date.year,
    };
    found as f64
}

/// In the Gregorian calendar, extended to all times.
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// Days since 1970-01-01. Years start in March here, so that the leap day is the last; 400
    /// years have 146,097 days.
    fn of_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
        }
    }

    /// Days from 1970-01-01 to the month's first.
    fn first_of(year: i64, month: i64) -> i64 {
        let year = year - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
        let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    fn days_in_month(&self) -> i64 {
        let (year, month) = match self.month {
            12 => (self.year + 1, 1),
            month => (self.year, month + 1),
        };
        Self::first_of(year, month) - Self::first_of(self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::part_of;
    use crate::parse::CalendarPart as Part;

    #[test]
    fn dates_are_gregorian() {
        let check = |part, seconds: f64, expected: f64| {
            assert_eq!(part_of(part, seconds), expected, "{part:?} {seconds}");
        };
        check(Part::Year, 0.0, 1970.0);
        check(Part::Year, -1.0, 1969.0);
        check(Part::Month, -1.0, 12.0);
        check(Part::DayOfMonth, 1_456_790_399.0, 29.0);
        check(Part::DaysInMonth, 1_454_284_800.0, 29.0);
        check(Part::DaysInMonth, -1.0, 31.0);
        check(Part::DayOfYear, 1_483_191_420.0, 366.0);
        check(Part::DayOfWeek, 0.0, 4.0);
        check(Part::Hour, 86_399.0, 23.0);
        check(Part::Minute, 86_399.0, 59.0);
        assert!(part_of(Part::Year, f64::NAN).is_nan());
        assert!(part_of(Part::Year, 1e300).is_nan());
    }
}
