//! What the parameters mean: times, durations, limits. Owns their syntax, which is Prometheus's
//! (`web/api/v1/api.go`, `common/model/time.go`) with its sentences; refuses values that would
//! overflow.

use jiff::Timestamp;

use super::failure::{Failure, bad_parameter};
use super::form::Form;

/// The first and last time that Prometheus's own clients name when they mean "always".
const FIRST: &str = "-292273086-05-16T16:47:06Z";
const LAST: &str = "292277025-08-18T07:12:54.999999999Z";
/// What those names mean; what is added to it later must not overflow.
pub const TIME_MIN_MS: i64 = i64::MIN / 4;
pub const TIME_MAX_MS: i64 = i64::MAX / 4;
/// Of a range query; it has one point more.
pub const STEPS_MAX: i64 = 11_000;

/// Of a range query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    pub start_ms: i64,
    pub end_ms: i64,
    pub step_ms: i64,
}

impl Steps {
    /// # Errors
    /// A missing or malformed value, an end before the start, or more points than a chart has.
    pub fn read(form: &Form) -> Result<Self, Failure> {
        let start_ms = required_time(form, "start")?;
        let end_ms = required_time(form, "end")?;
        if end_ms < start_ms {
            let problem = "end timestamp must not be before start time";
            return Err(bad_parameter("end", problem));
        }
        let step_ms =
            duration_ms(form.get("step")).map_err(|problem| bad_parameter("step", problem))?;
        if step_ms <= 0 {
            let problem = "zero or negative query resolution step widths are not accepted. \
                           Try a positive integer";
            return Err(bad_parameter("step", problem));
        }
        if STEPS_MAX < (end_ms - start_ms) / step_ms {
            return Err(super::failure::bad_data(
                "exceeded maximum resolution of 11,000 points per timeseries. \
                 Try decreasing the query resolution (?step=XX)",
            ));
        }
        Ok(Self {
            start_ms,
            end_ms,
            step_ms,
        })
    }
}

fn required_time(form: &Form, name: &str) -> Result<i64, Failure> {
    time_ms(form.get(name)).map_err(|problem| bad_parameter(name, problem))
}

/// # Errors
/// When it is there and no time.
pub fn optional_time(form: &Form, name: &str) -> Result<Option<i64>, Failure> {
    match form.get(name) {
        "" => Ok(None),
        _ => required_time(form, name).map(Some),
    }
}

/// # Errors
/// When it is there and no duration, or not a positive one.
pub fn optional_duration(form: &Form, name: &str) -> Result<Option<i64>, Failure> {
    let text = form.get(name);
    if text.is_empty() {
        return Ok(None);
    }
    let ms = duration_ms(text).map_err(|problem| bad_parameter(name, problem))?;
    if ms <= 0 {
        return Err(bad_parameter(name, "must be a positive duration"));
    }
    Ok(Some(ms))
}

/// 0 is no limit.
///
/// # Errors
/// When it is there and no whole number from 0.
pub fn limit(form: &Form) -> Result<usize, Failure> {
    let text = form.get("limit");
    if text.is_empty() {
        return Ok(0);
    }
    if text.starts_with('-') && text[1..].parse::<u64>().is_ok() {
        return Err(bad_parameter("limit", "limit must be non-negative"));
    }
    text.parse().map_err(|_| {
        let problem = format!("cannot parse {text:?} to a whole number");
        bad_parameter("limit", problem)
    })
}

/// Unix seconds with decimals, or RFC 3339.
pub fn time_ms(text: &str) -> Result<i64, String> {
    let refused = || format!("cannot parse {text:?} to a valid timestamp");
    if let Ok(seconds) = text.parse::<f64>() {
        return whole_ms(seconds).ok_or_else(refused);
    }
    match text {
        FIRST => Ok(TIME_MIN_MS),
        LAST => Ok(TIME_MAX_MS),
        _ => text
            .parse::<Timestamp>()
            .map(Timestamp::as_millisecond)
            .map_err(|_| refused()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
#[expect(clippy::cast_precision_loss, reason = "a bound, not a value")]
fn whole_ms(seconds: f64) -> Option<i64> {
    let ms = (seconds * 1000.0).round();
    // Not a number fails every comparison.
    (TIME_MIN_MS as f64 <= ms && ms <= TIME_MAX_MS as f64).then_some(ms as i64)
}

/// Seconds with decimals, or `1h30m` as PromQL writes it.
pub fn duration_ms(text: &str) -> Result<i64, String> {
    let refused = || format!("cannot parse {text:?} to a valid duration");
    if let Ok(seconds) = text.parse::<f64>() {
        return whole_ms(seconds).ok_or_else(|| refused() + ". It overflows int64");
    }
    units_ms(text).ok_or_else(refused)
}

/// Each unit at most once, the larger first.
fn units_ms(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 7] = [
        ("y", 365 * 24 * 3_600_000),
        ("w", 7 * 24 * 3_600_000),
        ("d", 24 * 3_600_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    let mut rest = text;
    let mut total: i64 = 0;
    let mut next = 0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let name_end = after
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or(after.len());
        let at = UNITS
            .iter()
            .position(|(name, _)| *name == &after[..name_end])?;
        if at < next {
            return None;
        }
        next = at + 1;
        total = total.checked_add(count.checked_mul(UNITS[at].1)?)?;
        rest = &after[name_end..];
    }
    (!text.is_empty() && total <= TIME_MAX_MS).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_rfc_3339() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(time_ms(text).ok(), expected, "{text}");
        };
        check("0", Some(0));
        check("1700000000.1234", Some(1_700_000_000_123));
        check("-1.5", Some(-1_500));
        check("1e9", Some(1_000_000_000_000));
        check("2023-11-14T22:13:20.5Z", Some(1_700_000_000_500));
        check("2023-11-15T00:13:20+02:00", Some(1_700_000_000_000));
        check(FIRST, Some(TIME_MIN_MS));
        check(LAST, Some(TIME_MAX_MS));
        for text in ["", "now", "NaN", "Inf", "1e300", "2023-11-14", "0x10", "1 "] {
            check(text, None);
        }
    }

    #[test]
    fn durations_are_seconds_or_units() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(duration_ms(text).ok(), expected, "{text}");
        };
        check("15", Some(15_000));
        check("0.5", Some(500));
        check("1h30m", Some(5_400_000));
        check("1y2w3d4h5m6s7ms", Some(33_019_506_007));
        check("250ms", Some(250));
        for text in [
            "",
            "m",
            "1",
            "30m1h",
            "1h1h",
            "1.5h",
            "-1h",
            "1 h",
            "99999999999y",
            "1x",
        ] {
            let expected = text.parse::<f64>().ok().map(|_| 1_000);
            check(text, expected);
        }
    }

    #[test]
    fn a_range_is_refused_with_the_sentence_of_prometheus() {
        let check = |query: &str, expected: &str| {
            let refused = Steps::read(&Form::of(query)).unwrap_err();
            assert_eq!(refused.message, expected, "{query}");
        };
        check(
            "start=x&end=1&step=1",
            "invalid parameter \"start\": cannot parse \"x\" to a valid timestamp",
        );
        check(
            "start=2&end=1&step=1",
            "invalid parameter \"end\": end timestamp must not be before start time",
        );
        check(
            "start=1&end=2&step=0",
            "invalid parameter \"step\": zero or negative query resolution step widths are not \
             accepted. Try a positive integer",
        );
        check(
            "start=1&end=2&step=",
            "invalid parameter \"step\": cannot parse \"\" to a valid duration",
        );
        check(
            "start=0&end=11001&step=1",
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query \
             resolution (?step=XX)",
        );
        let last = Steps::read(&Form::of("start=0&end=11000&step=1s")).unwrap();
        assert_eq!((last.end_ms, last.step_ms), (11_000_000, 1_000));
    }

    #[test]
    fn a_limit_is_a_whole_number() {
        let check = |text: &str, expected: Option<usize>| {
            assert_eq!(limit(&Form::of(&format!("limit={text}"))).ok(), expected);
        };
        check("", Some(0));
        check("0", Some(0));
        check("12", Some(12));
        check("-1", None);
        check("-", None);
        check("many", None);
    }
}
