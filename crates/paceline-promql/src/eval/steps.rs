//! The points in time of an evaluation. Owns their arithmetic and the bounds that keep it from
//! overflowing; refuses more points than the limits allow.

use crate::error::QueryError;
use crate::options::Options;
use crate::parse::{At, TimeShift};
use crate::query::RangeSteps;

/// Times beyond this leave no room to add ranges and offsets.
pub(crate) const TIME_MS_MAX: i64 = i64::MAX / 4;

/// `first_ms`, then every `step_ms`, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) first_ms: i64,
    pub(crate) step_ms: i64,
    pub(crate) count: usize,
}

impl Steps {
    pub(crate) fn instant(at_ms: i64) -> Self {
        Self {
            first_ms: at_ms,
            step_ms: 0,
            count: 1,
        }
    }

    pub(crate) fn checked(range: RangeSteps, options: &Options) -> Result<Self, QueryError> {
        let bad = |text: String| Err(QueryError::BadData(text));
        if range.step_ms <= 0 {
            return bad(
                "zero or negative query resolution step widths are not accepted. Try a positive integer"
                    .to_owned(),
            );
        }
        if range.to_ms < range.from_ms {
            return bad("end timestamp must not be before start time".to_owned());
        }
        check_time(range.from_ms)?;
        check_time(range.to_ms)?;
        let count = (range.to_ms - range.from_ms) / range.step_ms + 1;
        if options.steps_max < count.unsigned_abs() {
            return bad(format!(
                "exceeded maximum resolution of {} points per timeseries. Try decreasing the query resolution (?step=XX)",
                thousands(options.steps_max)
            ));
        }
        Ok(Self {
            first_ms: range.from_ms,
            step_ms: range.step_ms,
            count: usize::try_from(count).unwrap_or(usize::MAX),
        })
    }

    /// Only the first of them.
    pub(crate) fn first(self) -> Self {
        Self::instant(self.first_ms)
    }

    pub(crate) fn at(self, step: usize) -> i64 {
        self.first_ms + self.step_ms * step as i64
    }

    pub(crate) fn last_ms(self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }
}

pub(crate) fn check_time(at_ms: i64) -> Result<(), QueryError> {
    match at_ms.checked_abs().is_some_and(|ms| ms <= TIME_MS_MAX) {
        true => Ok(()),
        false => Err(QueryError::BadData(format!(
            "timestamp {at_ms} ms is out of range"
        ))),
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Where a selector or subquery looks, given the evaluated point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    offset_ms: i64,
    pinned_ms: Option<i64>,
}

impl Reference {
    /// `bounds_ms` are those of the whole query, for `@ start()` and `@ end()`.
    pub(crate) fn new(shift: &TimeShift, bounds_ms: (i64, i64)) -> Self {
        Self {
            offset_ms: shift.offset_ms.unwrap_or(0),
            pinned_ms: shift.at.map(|at| match at {
                At::Start => bounds_ms.0,
                At::End => bounds_ms.1,
                At::Ms(ms) => ms,
            }),
        }
    }

    pub(crate) fn at(self, evaluated_ms: i64) -> i64 {
        self.pinned_ms.unwrap_or(evaluated_ms) - self.offset_ms
    }
}

#[cfg(test)]
mod tests {
    use super::{Steps, thousands};
    use crate::options::Options;
    use crate::query::RangeSteps;

    #[test]
    fn steps_end_at_or_before_the_end() {
        let check = |from_ms, to_ms, step_ms, expected: Option<(usize, i64)>| {
            let range = RangeSteps {
                from_ms,
                to_ms,
                step_ms,
            };
            let steps = Steps::checked(range, &Options::default());
            assert_eq!(steps.ok().map(|s| (s.count, s.last_ms())), expected);
        };
        check(0, 100, 50, Some((3, 100)));
        check(0, 99, 50, Some((2, 50)));
        check(5, 5, 50, Some((1, 5)));
        check(5, 4, 50, None);
        check(0, 100, 0, None);
        check(0, 11_000, 1, None);
        check(i64::MIN, i64::MAX, 1, None);
        assert_eq!(thousands(11_000), "11,000");
    }
}
