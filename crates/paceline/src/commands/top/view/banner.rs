//! The first lines: where, how the fleet is, the rates. Owns the words for a lost connection;
//! refuses to judge the fleet.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::super::model::{Headline, Link, Mood, headline};
use super::Scene;
use crate::terminal::words;

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    let said = said(scene);
    let sign = match said.mood {
        Mood::Empty => "·",
        Mood::Well => "●",
        Mood::Attention => "▲",
        Mood::Trouble => "✖",
    };
    let style = scene.theme.mood(said.mood);
    let width = usize::from(area.width);
    let lines = [
        Line::styled(place(scene, width), scene.theme.quiet()),
        Line::styled(words::short(&format!("{sign} {}", said.text), width), style),
        Line::raw(words::short(&rates(scene), width)),
    ];
    // The sentence is what a terminal of one line has room for.
    let first = usize::from(area.height < 2);
    for (line, row) in lines.iter().skip(first).zip(area.rows()) {
        line.render(row, buf);
    }
}

/// What the connection has to say goes before what the fleet has.
fn said(scene: Scene<'_>) -> Headline {
    let (mood, text) = match &scene.model.link {
        Link::Live => return headline(scene.model.picture()),
        Link::Connecting => (Mood::Empty, format!("Connecting to {}.", scene.model.url)),
        Link::Lost { why, since_ms } => {
            let ago = scene.clock.ago(*since_ms);
            let text =
                format!("No connection for {ago}: {why}. Trying again; the rest is from then.");
            (Mood::Trouble, text)
        }
    };
    Headline { mood, text }
}

fn place(scene: Scene<'_>, width: usize) -> String {
    let left = format!("paceline top  {}", scene.model.url);
    let state = if scene.model.screen.is_paused {
        "paused"
    } else {
        match scene.model.link {
            Link::Live => "live",
            Link::Connecting => "connecting",
            Link::Lost { .. } => "away",
        }
    };
    let at_ms = scene.model.picture().fleet.at_ms;
    let time = if at_ms == 0 {
        String::new()
    } else {
        scene.clock.time_of_day(at_ms)
    };
    let right = format!("{state} {time}");
    // Whether it is live matters more than where.
    let room = width.saturating_sub(right.chars().count() + 1);
    format!("{:<room$} {right}", words::short(&left, room))
}

fn rates(scene: Scene<'_>) -> String {
    let fleet = &scene.model.picture().fleet;
    if !fleet.is_known() {
        return String::new();
    }
    let (rates, waiting) = (fleet.rates, fleet.waiting);
    let waited = |ms: Option<f64>| ms.map_or("-".to_owned(), words::duration_ms);
    format!(
        "{:.1} operations/s, {:.1} errors/s, {:.1} tasks done/s, waiting p50 {} p99 {}",
        rates.operations_per_second,
        rates.errors_per_second,
        rates.completed_per_second,
        waited(waiting.p50_ms),
        waited(waiting.p99_ms),
    )
}
