//! A range as a chart of braille dots, two by four in every cell. Owns scales, axes and lines; refuses
//! to smooth: a gap stays a gap.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use paceline_api::Timestamp;
use paceline_api::prometheus::{PromPoint, PromSeries};

use super::legend::{self, DRAWN_MAX, coloured, short};
use crate::terminal::words;

/// Where nothing says how wide it may be.
const COLUMNS: u16 = 100;
const ROWS: usize = 14;
/// Of the numbers left of the axis.
const MARGIN: usize = 9;

pub fn value_of(point: &PromPoint) -> f64 {
    point.value()
}

/// `columns` is of the terminal; none where the output is a file.
pub fn render(series: &[PromSeries], columns: Option<u16>) -> String {
    let is_coloured = columns.is_some()
        && std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let columns = usize::from(columns.unwrap_or(COLUMNS));
    let Some(scale) = Scale::of(series) else {
        return "no points in this range\n".to_owned();
    };
    let mut canvas = Canvas::new(columns.saturating_sub(MARGIN + 2).max(20), ROWS);
    for (at, one) in series.iter().take(DRAWN_MAX).enumerate().rev() {
        canvas.line(at, one, &scale);
    }
    let mut text = canvas.text(&scale, is_coloured);
    time_axis(&mut text, &scale, canvas.width);
    text.push('\n');
    text.push_str(&legend::render(series, columns, is_coloured));
    text
}

/// What the corners of the chart mean.
struct Scale {
    from: f64,
    to: f64,
    low: f64,
    high: f64,
    /// Between two points that belong together, at most.
    gap: f64,
}

impl Scale {
    fn of(series: &[PromSeries]) -> Option<Self> {
        let points = || series.iter().take(DRAWN_MAX).flat_map(|one| &one.values);
        let finite = || points().filter(|point| point.value().is_finite());
        let least = |of: fn(&PromPoint) -> f64| finite().map(of).reduce(f64::min);
        let most = |of: fn(&PromPoint) -> f64| finite().map(of).reduce(f64::max);
        let (low, high) = (least(PromPoint::value)?, most(PromPoint::value)?);
        let (from, to) = (least(PromPoint::seconds)?, most(PromPoint::seconds)?);
        // Halves, because the difference of two large numbers may be infinite.
        let room = if low == high {
            (low.abs() / 2.0).max(0.5)
        } else {
            0.0
        };
        let steps = series.iter().flat_map(|one| one.values.windows(2));
        let step = steps
            .map(|pair| pair[1].seconds() - pair[0].seconds())
            .reduce(f64::min);
        Some(Self {
            from,
            to: if from == to { from + 1.0 } else { to },
            low: low - room,
            high: high + room,
            gap: step.unwrap_or(1.0) * 1.5,
        })
    }

    /// From 0 at the left to 1 at the right.
    fn across(&self, seconds: f64) -> f64 {
        (seconds - self.from) / (self.to - self.from)
    }

    /// From 0 at the bottom to 1 at the top.
    fn up(&self, value: f64) -> f64 {
        let height = self.high / 2.0 - self.low / 2.0;
        (value / 2.0 - self.low / 2.0) / height
    }

    fn value_at(&self, share: f64) -> f64 {
        self.low * (1.0 - share) + self.high * share
    }
}

struct Canvas {
    width: usize,
    height: usize,
    dots: Vec<u8>,
    /// The series that drew last into a cell.
    owners: Vec<usize>,
}

/// The bit of a dot by its place in the cell (Unicode, block U+2800).
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            dots: vec![0; width * height],
            owners: vec![0; width * height],
        }
    }

    fn line(&mut self, owner: usize, series: &PromSeries, scale: &Scale) {
        let mut last: Option<(f64, (usize, usize))> = None;
        for point in &series.values {
            let (seconds, value) = (point.seconds(), point.value());
            if !value.is_finite() {
                last = None;
                continue;
            }
            let here = self.place(scale.across(seconds), scale.up(value));
            match last {
                Some((before, there)) if seconds - before <= scale.gap => {
                    self.connect(owner, there, here);
                }
                _ => self.dot(owner, here),
            }
            last = Some((seconds, here));
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "between 0 and a few hundred"
    )]
    #[expect(clippy::cast_sign_loss, reason = "clamped to what is not negative")]
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    fn place(&self, across: f64, up: f64) -> (usize, usize) {
        let (right, bottom) = (2 * self.width - 1, 4 * self.height - 1);
        let x = (across.clamp(0.0, 1.0) * right as f64).round() as usize;
        let y = ((1.0 - up.clamp(0.0, 1.0)) * bottom as f64).round() as usize;
        (x, y)
    }

    /// Every dot between two, a step at a time along the longer way.
    fn connect(&mut self, owner: usize, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        let between = |from: usize, to: usize, step: usize| {
            let moved = from.abs_diff(to) * step / steps;
            if from <= to {
                from + moved
            } else {
                from - moved
            }
        };
        for step in 0..=steps {
            let at = (between(from.0, to.0, step), between(from.1, to.1, step));
            self.dot(owner, at);
        }
    }

    fn dot(&mut self, owner: usize, (x, y): (usize, usize)) {
        let cell = y / 4 * self.width + x / 2;
        self.dots[cell] |= DOTS[y % 4][x % 2];
        self.owners[cell] = owner;
    }

    fn text(&self, scale: &Scale, is_coloured: bool) -> String {
        let mut text = String::new();
        for row in 0..self.height {
            let is_labelled = row % 4 == 0 || row == self.height - 1;
            let label = if is_labelled {
                short(scale.value_at(self.height_of(row)))
            } else {
                String::new()
            };
            let tick = if is_labelled { '┤' } else { '│' };
            let _ = write!(text, "{label:>MARGIN$} {tick}");
            self.row(&mut text, row, is_coloured);
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    #[expect(clippy::cast_precision_loss, reason = "a few dozen rows")]
    fn height_of(&self, row: usize) -> f64 {
        1.0 - row as f64 / (self.height - 1).max(1) as f64
    }

    fn row(&self, text: &mut String, row: usize, is_coloured: bool) {
        let cells = row * self.width..(row + 1) * self.width;
        for cell in cells {
            match self.dots[cell] {
                0 => text.push(' '),
                dots => {
                    let glyph = char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' ');
                    let glyph = glyph.to_string();
                    text.push_str(&coloured(&glyph, self.owners[cell], is_coloured));
                }
            }
        }
    }
}

fn time_axis(text: &mut String, scale: &Scale, width: usize) {
    let _ = writeln!(text, "{:>MARGIN$} └{}", "", "─".repeat(width));
    let (from, to) = (
        words::time(moment(scale.from)),
        words::time(moment(scale.to)),
    );
    let room = (width + 1).saturating_sub(from.len());
    let _ = writeln!(text, "{:>MARGIN$} {from}{to:>room$}", "");
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "times that the server gave"
)]
fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Number;
    use std::collections::BTreeMap;

    fn series(values: &[(i64, &str)]) -> PromSeries {
        let point = |&(at, value): &(i64, &str)| PromPoint(Number::from(at), value.to_owned());
        PromSeries {
            metric: BTreeMap::from([("__name__".to_owned(), "up".to_owned())]),
            values: values.iter().map(point).collect(),
        }
    }

    #[test]
    fn a_rising_line_goes_from_the_lower_left_to_the_upper_right() {
        let values: Vec<(i64, String)> = (0..50).map(|at| (at * 10, at.to_string())).collect();
        let values: Vec<(i64, &str)> = values.iter().map(|(at, text)| (*at, &**text)).collect();
        let text = render(&[series(&values)], Some(60));
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines.iter().all(|line| line.chars().count() <= 60),
            "{text}"
        );
        assert!(lines[0].starts_with("       49 ┤   "), "{text}");
        assert!(
            lines[0].ends_with('⠉') || lines[0].ends_with('⠁') || lines[0].ends_with('⠊'),
            "{text}"
        );
        assert!(
            lines[13].starts_with("        0 ┤⣀") || lines[13].starts_with("        0 ┤⡠"),
            "{text}"
        );
        assert!(text.contains("up"), "{text}");
    }

    #[test]
    fn odd_values_draw_without_harm() {
        for values in [
            &[(0, "NaN")][..],
            &[],
            &[(0, "1")],
            &[(0, "1"), (10, "NaN"), (20, "1")],
            &[
                (0, "-1.7976931348623157e+308"),
                (10, "1.7976931348623157e+308"),
            ],
            &[(0, "+Inf"), (10, "0")],
        ] {
            for columns in [None, Some(40), Some(1), Some(500)] {
                assert!(render(&[series(values)], columns).ends_with('\n'));
            }
        }
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let with_gap = series(&[(0, "1"), (10, "1"), (90, "1"), (100, "1")]);
        let text = render(&[with_gap], Some(60));
        let line = text
            .lines()
            .find(|line| {
                line.contains('⠒') || line.contains('⠉') || line.contains('⣀') || line.contains('⠤')
            })
            .unwrap();
        assert!(
            line.trim_start_matches(|c: char| c != '│' && c != '┤')
                .contains("    "),
            "{text}"
        );
    }
}
