//! A timeline as a small drawing in SVG. Owns its scales and marks; refuses scripts, colours of its
//! own (the page has them) and anything that is not a number.

use std::fmt::Write;

use super::escape::escaped;
use super::model::{Finding, Report, Timeline};
use super::words;
use crate::instant::Instant;

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 130.0;
/// Room for the scale on the left, and for the dates below.
const LEFT: f64 = 52.0;
const BOTTOM: f64 = 18.0;
const TOP: f64 = 8.0;
/// Bars of load reach this part of the height.
const LOAD_PART: f64 = 0.3;
const ROOM_ABOVE: f64 = 1.15;

pub(super) fn svg(timeline: &Timeline, report: &Report) -> String {
    let scale = Scale::of(timeline);
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        escaped(&spoken(timeline))
    );
    bars(&mut out, timeline, &scale);
    axes(&mut out, timeline, report, &scale);
    line(&mut out, &timeline.p50_ms, &scale);
    marks(&mut out, timeline, report, &scale);
    out.push_str("</svg>");
    out
}

/// For those who cannot see it.
fn spoken(timeline: &Timeline) -> String {
    let known = || timeline.p50_ms.iter().flatten();
    let (first, last) = (known().next(), known().next_back());
    match first.zip(last) {
        Some((first, last)) => format!(
            "Median of {} over time, from {} to {}",
            timeline.operation,
            words::duration(*first),
            words::duration(*last)
        ),
        None => format!("{}: no records", timeline.operation),
    }
}

struct Scale {
    points: usize,
    top_ms: f64,
    most: f64,
}

impl Scale {
    fn of(timeline: &Timeline) -> Self {
        let top = timeline
            .p50_ms
            .iter()
            .flatten()
            .copied()
            .fold(0.0, f64::max);
        let most = timeline.count.iter().copied().max().unwrap_or(0);
        Self {
            points: timeline.p50_ms.len().max(1),
            top_ms: round_up(if 0.0 < top { top * ROOM_ABOVE } else { 1.0 }),
            most: most.max(1) as f64,
        }
    }

    fn x(&self, point: f64) -> f64 {
        LEFT + point / self.points as f64 * (WIDTH - LEFT)
    }

    fn y(&self, ms: f64) -> f64 {
        TOP + (1.0 - ms / self.top_ms) * (HEIGHT - TOP - BOTTOM)
    }
}

/// Up to a number with one digit, or a half of it.
fn round_up(value: f64) -> f64 {
    let unit = 10_f64.powf(value.log10().floor());
    (value / unit * 2.0).ceil() / 2.0 * unit
}

fn bars(out: &mut String, timeline: &Timeline, scale: &Scale) {
    let floor = HEIGHT - BOTTOM;
    let width = (WIDTH - LEFT) / scale.points as f64;
    out.push_str("<path class=\"load\" d=\"");
    for (point, count) in timeline.count.iter().enumerate().filter(|one| 0 < *one.1) {
        let height = *count as f64 / scale.most * (floor - TOP) * LOAD_PART;
        let x = scale.x(point as f64);
        put(
            out,
            format_args!(
                "M{x:.1} {floor:.1}v-{height:.1}h{:.1}v{height:.1}z",
                width * 0.8
            ),
        );
    }
    out.push_str("\"/>");
}

fn axes(out: &mut String, timeline: &Timeline, report: &Report, scale: &Scale) {
    for part in [0.0, 0.5, 1.0] {
        let (ms, y) = (scale.top_ms * part, scale.y(scale.top_ms * part));
        put(
            out,
            format_args!("<path class=\"grid\" d=\"M{LEFT} {y:.1}H{WIDTH}\"/>"),
        );
        let label = if part == 0.0 {
            "0".to_owned()
        } else {
            words::duration(ms)
        };
        put(
            out,
            format_args!(
                "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                LEFT - 4.0,
                y + 3.5
            ),
        );
    }
    let bottom = HEIGHT - 5.0;
    let begins = place(timeline, report.period.from, scale);
    put(
        out,
        format_args!(
            "<path class=\"begin\" d=\"M{begins:.1} {TOP}V{}\"/>",
            HEIGHT - BOTTOM
        ),
    );
    for (at, x, class) in [
        (report.period.previous_from, LEFT, "begin"),
        (report.period.from, begins, "middle"),
        (report.period.to, WIDTH, "end"),
    ] {
        let day = words::day(at, &report.period);
        let day = day.split_once(' ').map_or(day.as_str(), |parts| parts.1);
        put(
            out,
            format_args!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{bottom}\">{day}</text>"),
        );
    }
}

fn place(timeline: &Timeline, at: Instant, scale: &Scale) -> f64 {
    let step_ms = (timeline.step_hours.max(1) * 3_600_000) as f64;
    let point = (at.0 - timeline.from.0) as f64 / step_ms;
    scale.x(point.clamp(0.0, scale.points as f64))
}

/// Broken where nothing was recorded; a point alone is a dot.
fn line(out: &mut String, values: &[Option<f64>], scale: &Scale) {
    out.push_str("<path class=\"line\" d=\"");
    let mut drawing = false;
    for (point, value) in values.iter().enumerate() {
        let Some(ms) = value else {
            drawing = false;
            continue;
        };
        let (x, y) = (scale.x(point as f64 + 0.5), scale.y(*ms));
        let command = if drawing { "L" } else { "M" };
        put(out, format_args!("{command}{x:.1} {y:.1}"));
        let alone = !drawing && values.get(point + 1).is_none_or(Option::is_none);
        if alone {
            out.push_str("h.1");
        }
        drawing = true;
    }
    out.push_str("\"/>");
}

fn marks(out: &mut String, timeline: &Timeline, report: &Report, scale: &Scale) {
    let of_operation = |finding: &&Finding| {
        finding
            .operations
            .iter()
            .any(|moved| moved.operation == timeline.operation)
    };
    for finding in report.findings.iter().filter(of_operation) {
        let class = if finding.slower { "slower" } else { "faster" };
        for at in [Some(finding.since), finding.until].into_iter().flatten() {
            let x = place(timeline, at, scale);
            let to = HEIGHT - BOTTOM;
            put(
                out,
                format_args!("<path class=\"mark {class}\" d=\"M{x:.1} {TOP}V{to}\"/>"),
            );
        }
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok(), "writing into a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Period;

    #[test]
    fn scales_end_at_round_numbers() {
        let check = |value: f64, expected: f64| {
            assert!(
                (round_up(value) - expected).abs() < 1e-9,
                "{value}: {}",
                round_up(value)
            );
        };
        check(1.0, 1.0);
        check(1.01, 1.5);
        check(0.042, 0.045);
        check(990.0, 1_000.0);
    }

    #[test]
    fn gaps_break_the_line_and_nothing_is_no_number() {
        let report = Report {
            period: Period::month("2026-10").unwrap(),
            ..Report::default()
        };
        let timeline = Timeline {
            operation: "a<b".to_owned(),
            from: report.period.previous_from,
            step_hours: 24,
            p50_ms: vec![Some(1.0), Some(2.0), None, Some(3.0)],
            p95_ms: Vec::new(),
            count: vec![1, 2, 0, 4],
        };
        let drawn = svg(&timeline, &report);
        assert!(drawn.contains("L167.5 52.6M321.5 22.9h.1\""), "{drawn}");
        assert!(drawn.contains("a&lt;b") && !drawn.contains("NaN") && !drawn.contains("inf"));
        let empty = Timeline {
            p50_ms: Vec::new(),
            count: Vec::new(),
            ..timeline
        };
        assert!(!svg(&empty, &report).contains("NaN"));
    }
}
