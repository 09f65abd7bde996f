//! Tasks by status, with their last minutes. Owns the sparkline; refuses to scale two of them alike:
//! each shows its own shape, and the number beside it the size.

use paceline_api::LiveQueue;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::super::model::{History, Second};
use super::Scene;
use super::layout::QUEUE_LONG;
use super::table::titled;

const LABEL: usize = 10;
const COUNT: usize = 9;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

type Status = (&'static str, fn(&LiveQueue) -> u64);

const STATUSES: [Status; 7] = [
    ("ready", |queue| queue.ready),
    ("running", |queue| queue.running),
    ("blocked", |queue| queue.blocked),
    ("pending", |queue| queue.pending),
    ("completed", |queue| queue.completed),
    ("failed", |queue| queue.failed),
    ("cancelled", |queue| queue.cancelled),
];

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let block = titled(scene, "Queue", false);
    let inner = block.inner(area);
    block.render(area, buf);
    let queue = scene.model.picture().fleet.queue.unwrap_or_default();
    let lines = if QUEUE_LONG <= area.height {
        long(scene, &queue, inner.width)
    } else {
        short(scene, &queue, inner.width)
    };
    for (line, row) in lines.iter().zip(inner.rows()) {
        line.render(row, buf);
    }
}

fn long(scene: Scene<'_>, queue: &LiveQueue, width: u16) -> Vec<Line<'static>> {
    let status = |&(name, count): &Status| {
        with_history(
            scene,
            name,
            count(queue).to_string(),
            width,
            move |second| count(&second.queue) as f64,
        )
    };
    let mut lines: Vec<_> = STATUSES.iter().map(status).collect();
    lines.push(done(scene, width));
    lines
}

fn short(scene: Scene<'_>, queue: &LiveQueue, width: u16) -> Vec<Line<'static>> {
    let line = |name: &'static str, count: fn(&LiveQueue) -> u64| {
        with_history(
            scene,
            name,
            count(queue).to_string(),
            width,
            move |second| count(&second.queue) as f64,
        )
    };
    vec![
        line("ready", |queue| queue.ready),
        line("running", |queue| queue.running),
        Line::raw(format!(
            "blocked {}, pending {}",
            queue.blocked, queue.pending
        )),
        Line::raw(format!(
            "completed {}, failed {}, cancelled {}",
            queue.completed, queue.failed, queue.cancelled
        )),
    ]
}

fn done(scene: Scene<'_>, width: u16) -> Line<'static> {
    let rate = scene.model.picture().fleet.rates.completed_per_second;
    with_history(scene, "done/s", format!("{rate:.1}"), width, |second| {
        second.rates.completed_per_second
    })
}

fn with_history(
    scene: Scene<'_>,
    name: &'static str,
    count: String,
    width: u16,
    value: impl Fn(&Second) -> f64,
) -> Line<'static> {
    let room = usize::from(width).saturating_sub(LABEL + COUNT + 1);
    let history: &History = &scene.model.picture().history;
    let bars = sparkline(&history.last(room, value));
    Line::from(vec![
        Span::raw(format!("{name:<LABEL$}{count:>COUNT$} ")),
        Span::styled(bars, scene.theme.chart()),
    ])
}

/// The largest value fills its cell; nothing is the lowest bar.
fn sparkline(values: &[f64]) -> String {
    let max = values.iter().copied().fold(0.0, f64::max);
    let bar = |value: &f64| {
        let share = if 0.0 < max { value / max } else { 0.0 };
        let level = (share * (BARS.len() - 1) as f64).round() as usize;
        BARS[level.min(BARS.len() - 1)]
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_reaches_from_nothing_to_its_largest_value() {
        assert_eq!(sparkline(&[0.0, 2.0, 4.0, 8.0]), "▁▃▅█");
        assert_eq!(sparkline(&[0.0, 0.0]), "▁▁");
        assert_eq!(sparkline(&[]), "");
    }
}
