//! Anomalies in words. Owns one sentence form for each kind, with the number, the normal range, since
//! when and how rare; refuses causes: what happened at the same moment is added by who knows it.

use serde::{Deserialize, Serialize};

use super::peers::OutOfLine;
use super::rate::FleetRate;
use super::signal::{Evidence, Kind, Rhythm};
use crate::report::words::{count, duration, hundredths, percent, plural};

const MINUTE_MS: i64 = 60_000;
const WEEKDAYS: [&str; 7] = [
    "Thursdays",
    "Fridays",
    "Saturdays",
    "Sundays",
    "Mondays",
    "Tuesdays",
    "Wednesdays",
];

/// What a series' numbers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Milliseconds,
    Seconds,
    /// A share of 1.
    Share,
    Bytes,
    #[default]
    Plain,
}

/// `task_claim p99 is 41 ms, normally 2 to 6 ms on Tuesdays at this hour, since 14:03; seen less than
/// once in 4,000 minutes`. Without a final stop, so that more can follow.
#[must_use]
pub fn describe(name: &str, unit: Unit, utc_offset_minutes: i32, evidence: &Evidence) -> String {
    let local = Local {
        offset_ms: i64::from(utc_offset_minutes) * MINUTE_MS,
    };
    let since = local.time(evidence.since_ms, evidence.at_ms);
    let what = what(name, unit, &local, evidence);
    let rare = match evidence.kind {
        Kind::Spike | Kind::LevelShift | Kind::Drift | Kind::UnusualShape => {
            format!("; {}", rare(evidence))
        }
        Kind::FlatLine | Kind::LostPeriodicity | Kind::Gone => String::new(),
    };
    format!("{what}, since {since}{rare}")
}

fn what(name: &str, unit: Unit, local: &Local, evidence: &Evidence) -> String {
    let value = unit.one(evidence.value);
    let normally = format!(
        "normally {}{}",
        unit.range(evidence.low, evidence.high),
        hours(
            evidence.rhythm,
            evidence.at_ms.saturating_add(local.offset_ms)
        )
    );
    match evidence.kind {
        Kind::Spike | Kind::LevelShift => format!("{name} is {value}, {normally}"),
        Kind::Drift => {
            let moved = if evidence.value < evidence.low {
                "fallen"
            } else {
                "risen"
            };
            format!("{name} has slowly {moved} to {value}, {normally}")
        }
        Kind::FlatLine => format!("{name} does not move from {value}, {normally}"),
        Kind::LostPeriodicity if evidence.rhythm != Rhythm::None => {
            format!("{name} is {value} and no longer follows the hours, {normally}")
        }
        Kind::LostPeriodicity => format!(
            "{name} has lost its period: it resembles the cycles before by {} of 1",
            hundredths(evidence.size)
        ),
        Kind::UnusualShape => {
            format!("{name} moves as it never did in the time that is remembered")
        }
        Kind::Gone => format!("{name} sends no values, the last one was {value}"),
    }
}

/// In minutes where values come faster, else in values.
fn rare(evidence: &Evidence) -> String {
    let observed_ms = evidence
        .once_in
        .saturating_mul(evidence.resolution_ms.unsigned_abs());
    let minutes = observed_ms / MINUTE_MS.unsigned_abs();
    if evidence.resolution_ms <= MINUTE_MS && 0 < minutes {
        return format!(
            "seen less than once in {}",
            plural(minutes, "minute", "minutes")
        );
    }
    format!(
        "seen less than once in {}",
        plural(evidence.once_in, "value", "values")
    )
}

/// `agt_07 is slow beside the others of its type: 81 ms, the other 19 are at 36 to 44 ms, since 14:03`
#[must_use]
pub fn describe_peer(name: &str, unit: Unit, utc_offset_minutes: i32, out: &OutOfLine) -> String {
    let local = Local {
        offset_ms: i64::from(utc_offset_minutes) * MINUTE_MS,
    };
    let side = if out.value < out.low {
        "below"
    } else {
        "above"
    };
    format!(
        "{name} of `{}` is {}, {side} the other {} of its type, which are at {}, since {}",
        out.agent,
        unit.one(out.value),
        plural(out.others as u64, "one", "agents"),
        unit.range(out.low, out.high),
        local.time(out.since_ms, out.at_ms),
    )
}

/// `12 of 10,000 series are anomalous now; chance alone would make it 3.3`
#[must_use]
pub fn describe_rate(rate: &FleetRate) -> String {
    let are = if rate.anomalous == 1 { "is" } else { "are" };
    format!(
        "{} of {} series {are} anomalous now; chance alone would make it {}",
        count(rate.anomalous),
        count(rate.watched),
        figure(rate.by_chance)
    )
}

/// `14:03`, with the day where that is not the same; in UTC.
#[must_use]
pub fn clock(at_ms: i64, now_ms: i64) -> String {
    Local { offset_ms: 0 }.time(at_ms, now_ms)
}

impl Unit {
    /// `41 ms`, `3.2 %`, `12,345`.
    #[must_use]
    pub fn one(self, value: f64) -> String {
        let sign = if value < 0.0 { "−" } else { "" };
        let size = value.abs();
        let text = match self {
            Self::Milliseconds => duration(size),
            Self::Seconds => duration(size * 1_000.0),
            Self::Share => percent(size),
            Self::Bytes => bytes(size),
            Self::Plain => figure(size),
        };
        format!("{sign}{text}")
    }

    /// `2 to 6 ms`; `0.9 to 1.2 s` where one unit serves both.
    #[must_use]
    pub fn range(self, low: f64, high: f64) -> String {
        let (low, high) = (self.one(low), self.one(high));
        if low == high {
            return high;
        }
        match (low.split_once(' '), high.split_once(' ')) {
            (Some((low, unit)), Some((_, same))) if unit == same => format!("{low} to {high}"),
            _ => format!("{low} to {high}"),
        }
    }
}

/// `1.21 GB`, powers of a thousand.
fn bytes(value: f64) -> String {
    let mut value = value;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if value < 999.5 {
            return format!("{} {unit}", figure(value));
        }
        value /= 1_000.0;
    }
    format!("{} PB", figure(value))
}

/// `0.00123`, `1.23`, `12.3`, `12,345`
fn figure(value: f64) -> String {
    let size = value.abs();
    if 1e15 <= size {
        return format!("{value:.2e}");
    }
    if 99.95 <= size {
        return count(size.round() as u64);
    }
    let decimals = if size < 1e-300 {
        0
    } else {
        (2 - size.log10().floor() as i32).clamp(0, 9)
    };
    let text = format!("{size:.*}", decimals as usize);
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

struct Local {
    offset_ms: i64,
}

impl Local {
    /// `14:03`, with the day where that is not the same.
    fn time(&self, at_ms: i64, now_ms: i64) -> String {
        let local = at_ms.saturating_add(self.offset_ms);
        let minutes = local.div_euclid(MINUTE_MS);
        let (day, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
        let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
        let today = now_ms
            .saturating_add(self.offset_ms)
            .div_euclid(MINUTE_MS * 1_440);
        if day == today {
            return clock;
        }
        let weekday = WEEKDAYS[day.rem_euclid(7) as usize];
        format!("{} {clock}", weekday.trim_end_matches('s'))
    }
}

/// ` on Tuesdays at this hour`, where the series has such a season.
pub(super) fn hours(rhythm: Rhythm, local_ms: i64) -> String {
    let day = local_ms.div_euclid(MINUTE_MS * 1_440);
    match rhythm {
        Rhythm::None => String::new(),
        Rhythm::Daily => " at this hour".to_owned(),
        Rhythm::Weekly => {
            format!(" on {} at this hour", WEEKDAYS[day.rem_euclid(7) as usize])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday 2026-10-06 14:05 UTC.
    const AT_MS: i64 = 1_791_295_500_000;

    fn evidence(kind: Kind) -> Evidence {
        Evidence {
            kind,
            since_ms: AT_MS - 2 * MINUTE_MS,
            at_ms: AT_MS,
            value: 41.0,
            low: 2.0,
            high: 6.0,
            size: 0.031,
            once_in: 4_000,
            resolution_ms: MINUTE_MS,
            rhythm: Rhythm::Weekly,
        }
    }

    #[test]
    fn each_kind_has_its_sentence() {
        let check = |kind: Kind, rhythm: Rhythm, expected: &str| {
            let evidence = Evidence {
                rhythm,
                ..evidence(kind)
            };
            let said = describe("task_claim p99", Unit::Milliseconds, 0, &evidence);
            assert_eq!(said, format!("task_claim p99 {expected}"));
        };
        check(
            Kind::Spike,
            Rhythm::Weekly,
            "is 41 ms, normally 2 to 6 ms on Tuesdays at this hour, since 14:03; seen less than \
             once in 4,000 minutes",
        );
        check(
            Kind::Drift,
            Rhythm::None,
            "has slowly risen to 41 ms, normally 2 to 6 ms, since 14:03; seen less than once in \
             4,000 minutes",
        );
        check(
            Kind::FlatLine,
            Rhythm::Daily,
            "does not move from 41 ms, normally 2 to 6 ms at this hour, since 14:03",
        );
        check(
            Kind::LostPeriodicity,
            Rhythm::None,
            "has lost its period: it resembles the cycles before by 0.03 of 1, since 14:03",
        );
        check(
            Kind::Gone,
            Rhythm::None,
            "sends no values, the last one was 41 ms, since 14:03",
        );
    }

    #[test]
    fn days_units_and_fast_series_are_told_as_people_do() {
        let mut one = evidence(Kind::Spike);
        one.since_ms -= 24 * 3_600_000;
        one.resolution_ms = 1_000;
        one.rhythm = Rhythm::None;
        assert_eq!(
            describe("queue", Unit::Plain, 120, &one),
            "queue is 41, normally 2 to 6, since Monday 16:03; seen less than once in 66 minutes"
        );
        let check = |unit: Unit, value: f64, expected: &str| assert_eq!(unit.one(value), expected);
        check(Unit::Bytes, 1_210_000_000.0, "1.21 GB");
        check(Unit::Share, 0.012, "1.2 %");
        check(Unit::Seconds, 0.25, "250 ms");
        check(Unit::Plain, -12_345.0, "−12,345");
        check(Unit::Plain, 0.001_234, "0.00123");
        check(Unit::Plain, 0.0, "0");
        check(Unit::Plain, 1e30, "1.00e30");
    }

    #[test]
    fn peers_and_the_fleet_have_theirs() {
        let out = OutOfLine {
            agent: "agt_07".to_owned(),
            since_ms: AT_MS,
            at_ms: AT_MS,
            value: 81.0,
            low: 36.0,
            high: 44.0,
            others: 19,
            deviations: 9.0,
        };
        assert_eq!(
            describe_peer("duration", Unit::Milliseconds, 0, &out),
            "duration of `agt_07` is 81 ms, above the other 19 agents of its type, which are at 36 \
             to 44 ms, since 14:05"
        );
        let rate = FleetRate {
            watched: 10_000,
            anomalous: 12,
            by_chance: 3.27,
            chance: 1e-4,
        };
        assert_eq!(
            describe_rate(&rate),
            "12 of 10,000 series are anomalous now; chance alone would make it 3.27"
        );
    }
}
