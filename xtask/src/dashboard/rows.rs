//! The figures of a run, each with its target. Owns what is judged and how it is written; refuses to
//! leave out what is unpleasant.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::measured::Measured;
use super::options::Options;
use super::quantiles::{Counts, quantile};

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: &'static str,
    /// None where nothing was measured, which keeps no target.
    pub value: Option<f64>,
    pub unit: Unit,
    pub target: Option<Target>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    Under(f64),
    AtMost(f64),
    AtLeast(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Ms,
    /// 1,000 bytes a second.
    KilobytesPerSecond,
    /// 1,024 bytes.
    Kibibytes,
    PerSecond,
    /// Of one core.
    Percent,
    Count,
}

impl Row {
    /// None where there is no target.
    pub fn is_met(&self) -> Option<bool> {
        let value = self.value;
        Some(match self.target? {
            Target::Under(limit) => value.is_some_and(|value| value < limit),
            Target::AtMost(limit) => value.is_some_and(|value| value <= limit),
            Target::AtLeast(limit) => value.is_some_and(|value| limit <= value),
        })
    }

    pub fn cells(&self) -> Vec<String> {
        let value = self.value.map(|value| self.unit.shown(value));
        let target = self.target.map(|target| match target {
            Target::Under(limit) => format!("under {}", self.unit.shown(limit)),
            Target::AtMost(limit) => format!("at most {}", self.unit.shown(limit)),
            Target::AtLeast(limit) => format!("at least {}", self.unit.shown(limit)),
        });
        let verdict = match self.is_met() {
            None => "",
            Some(true) => "met",
            Some(false) => "**missed**",
        };
        vec![
            self.name.to_owned(),
            value.unwrap_or_else(|| "not measured".to_owned()),
            target.unwrap_or_default(),
            verdict.to_owned(),
        ]
    }

    pub fn to_json(&self) -> Value {
        json!({"name": self.name, "value": self.value, "unit": self.unit.name(),
            "target": self.cells()[2], "met": self.is_met()})
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Ms => "ms",
            Self::KilobytesPerSecond => "kB/s",
            Self::Kibibytes => "KB",
            Self::PerSecond => "a second",
            Self::Percent => "% of a core",
            Self::Count => "",
        }
    }

    fn shown(self, value: f64) -> String {
        let number = match value {
            value if value.fract() == 0.0 || 100.0 <= value => {
                crate::peers::cells::grouped(value.round() as u64)
            }
            value if value < 10.0 => format!("{value:.2}"),
            value => format!("{value:.1}"),
        };
        format!("{number} {}", self.name()).trim_end().to_owned()
    }
}

/// All of them, in the order in which they are shown.
pub fn rows(options: &Options, measured: &Measured) -> Result<Vec<Row>> {
    let mut rows = lag(measured)?;
    rows.extend(main_thread(measured));
    rows.extend(wire(measured)?);
    rows.extend(operations(options, measured));
    rows.extend(processor(measured));
    rows.extend(loading(measured));
    Ok(rows)
}

fn row(name: &'static str, unit: Unit, value: Option<f64>, target: Option<Target>) -> Row {
    Row {
        name,
        value,
        unit,
        target,
    }
}

fn lag(measured: &Measured) -> Result<Vec<Row>> {
    let page = &measured.page;
    let lags = Counts::between(&page["before"]["lags"], &page["after"]["lags"])?;
    let at = |part| lags.quantile(part);
    let under = |limit| Some(Target::Under(limit));
    let clock = page["after"]["clock"]["errorMs"].as_f64();
    Ok(vec![
        row("commit to painted, p50", Unit::Ms, at(0.5), under(100.0)),
        row("commit to painted, p90", Unit::Ms, at(0.9), None),
        row("commit to painted, p99", Unit::Ms, at(0.99), under(250.0)),
        row("commit to painted, max", Unit::Ms, at(1.0), None),
        row(
            "changes painted",
            Unit::Count,
            Some(lags.total() as f64),
            None,
        ),
        row("clocks agree within", Unit::Ms, clock, None),
        row(
            "painted to on the screen, p50",
            Unit::Ms,
            quantile(&measured.presented_after(), 0.5),
            None,
        ),
        row(
            "painted to on the screen, p99",
            Unit::Ms,
            quantile(&measured.presented_after(), 0.99),
            None,
        ),
    ])
}

/// Half of the time between two pictures.
const MAIN_THREAD: Option<Target> = Some(Target::Under(8.0));

fn main_thread(measured: &Measured) -> Vec<Row> {
    let at = |field, part| quantile(&measured.frames(field), part);
    let parts = [
        ("of it script and messages, median", "script_ms"),
        ("of it style, median", "style_ms"),
        ("of it layout, median", "layout_ms"),
        ("of it paint and commit, median", "paint_ms"),
        ("the page's worker a frame, processor, median", "worker_ms"),
    ];
    let mut rows = vec![
        row(
            "main thread a frame, processor, median",
            Unit::Ms,
            at("cpu_ms", 0.5),
            MAIN_THREAD,
        ),
        row(
            "main thread a frame, processor, p99",
            Unit::Ms,
            at("cpu_ms", 0.99),
            None,
        ),
    ];
    rows.extend(parts.map(|(name, field)| row(name, Unit::Ms, at(field, 0.5), None)));
    rows.extend([
        row(
            "main thread a frame, elapsed, median",
            Unit::Ms,
            at("wall_ms", 0.5),
            MAIN_THREAD,
        ),
        row(
            "main thread a frame, elapsed, p99",
            Unit::Ms,
            at("wall_ms", 0.99),
            None,
        ),
    ]);
    rows
}

fn wire(measured: &Measured) -> Result<Vec<Row>> {
    let page = &measured.page;
    let seconds = measured.page_seconds().context("the page told no times")?;
    let rate = |field| Some(measured.page_count("wire", field)? / seconds);
    let gaps = page["after"]["gaps"].as_f64();
    Ok(vec![
        row(
            "on the wire",
            Unit::KilobytesPerSecond,
            rate("bytes").map(|bytes| bytes / 1e3),
            None,
        ),
        row("frames", Unit::PerSecond, rate("frames"), None),
        row("frames lost", Unit::Count, gaps, Some(Target::AtMost(0.0))),
    ])
}

fn operations(options: &Options, measured: &Measured) -> Vec<Row> {
    let fleet = &measured.fleet;
    let count = |field: &str| fleet[field].as_f64();
    let rate = || Some(count("answered")? / count("seconds")?);
    // A hundredth less is the beat of a busy machine, not a server that fell behind.
    let enough = Target::AtLeast(0.99 * options.rate as f64);
    let none = Some(Target::AtMost(0.0));
    vec![
        row("operations", Unit::PerSecond, rate(), Some(enough)),
        row("operations refused", Unit::Count, count("refused"), none),
        row("sent over 10 ms late", Unit::Count, count("late"), None),
        row("due and not sent", Unit::Count, count("unsent"), None),
        row("due to answered, p50", Unit::Ms, count("p50_ms"), None),
        row("due to answered, p99", Unit::Ms, count("p99_ms"), None),
    ]
}

fn processor(measured: &Measured) -> Vec<Row> {
    let share = &measured.processor;
    [
        ("processor, server", share.server),
        ("processor, browser", share.browser),
        ("processor, the fleet's own", share.fleet),
        ("processor, what steers the browser", share.driver),
    ]
    .map(|(name, share)| row(name, Unit::Percent, Some(100.0 * share), None))
    .into()
}

fn loading(measured: &Measured) -> Vec<Row> {
    let slowest = |field| quantile(&measured.loads(field), 1.0);
    let script = measured.cold["script_bytes"].as_f64();
    let second = Some(Target::Under(1_000.0));
    vec![
        row(
            "first paint, cold, slowest",
            Unit::Ms,
            slowest("first_paint_ms"),
            second,
        ),
        row(
            "first agents shown, cold, slowest",
            Unit::Ms,
            slowest("fleet_ms"),
            None,
        ),
        row(
            "script, compressed",
            Unit::Kibibytes,
            script.map(|bytes| bytes / 1024.0),
            Some(Target::AtMost(80.0)),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_judged_by_its_target_and_nothing_keeps_none() {
        let check = |value, target, expected| {
            let row = row("x", Unit::Ms, value, target);
            assert_eq!(row.is_met(), expected, "{row:?}");
        };
        check(Some(99.9), Some(Target::Under(100.0)), Some(true));
        check(Some(100.0), Some(Target::Under(100.0)), Some(false));
        check(Some(80.0), Some(Target::AtMost(80.0)), Some(true));
        check(Some(1_979.0), Some(Target::AtLeast(1_980.0)), Some(false));
        check(None, Some(Target::AtMost(80.0)), Some(false));
        check(Some(1.0), None, None);
    }

    #[test]
    fn numbers_have_their_unit() {
        let check = |unit: Unit, value, expected| assert_eq!(unit.shown(value), expected);
        check(Unit::Ms, 8.0, "8 ms");
        check(Unit::Ms, 7.4567, "7.46 ms");
        check(Unit::Ms, 62.26, "62.3 ms");
        check(Unit::PerSecond, 1_999.6, "2,000 a second");
        check(Unit::Count, 0.0, "0");
    }
}
