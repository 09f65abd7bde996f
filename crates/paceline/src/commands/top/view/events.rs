//! The freshest events. Owns their line; refuses to word them, which the server does.

use paceline_api::{LiveEvent, LiveEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::model::{Focus, Mood};
use super::Scene;
use super::table::{self, Column, Shown};

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    let (picture, screen) = (scene.model.picture(), &scene.model.screen);
    let rows = picture.fleet.events(screen);
    let shown = Shown {
        focus: Focus::Events,
        title: "Events, freshest first".to_owned(),
        columns: &columns(),
        rows: &rows,
        empty: "nothing has happened yet",
    };
    table::draw(scene, &shown, area, buf);
}

fn columns<'a>() -> [Column<&'a LiveEvent>; 2] {
    [
        Column {
            head: "",
            width: Some(8),
            is_number: false,
            from: 30,
            cell: |scene, event| (scene.clock.time_of_day(event.at_ms), scene.theme.quiet()),
        },
        Column {
            head: "",
            width: None,
            is_number: false,
            from: 0,
            cell: |scene, event| (event.text.clone(), style(scene, event.kind)),
        },
    ]
}

fn style(scene: Scene<'_>, kind: LiveEventKind) -> Style {
    use LiveEventKind as Kind;
    match kind {
        Kind::AgentDead | Kind::TaskFailed => scene.theme.mood(Mood::Trouble),
        Kind::AgentWarning | Kind::AgentStale | Kind::TaskLeaseExpired | Kind::LeaderChanged => {
            scene.theme.mood(Mood::Attention)
        }
        _ => Style::new(),
    }
}
