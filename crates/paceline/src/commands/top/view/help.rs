//! The keys, over everything else. Owns their list; the model obeys them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

use super::Scene;

const KEYS: &[(&str, &str)] = &[
    ("q, ctrl-c", "quit"),
    ("tab, ← →", "the next table: operations, agents, events"),
    ("↑ ↓, j k", "move; page up and down, g and G"),
    ("enter, z", "give the table all the room, or take it back"),
    ("s", "sort by the next column"),
    ("/", "filter by name, kind, health, operation, event"),
    ("esc", "drop the filter"),
    ("p, space", "hold still, or go on"),
    ("", ""),
    ("rates", "over 5 s; percentiles over the last minute"),
    ("errors/s", "refused by a rule, or failed"),
    ("refused", "a rule said no, such as an old fence"),
    ("share", "of the time that all operations take together"),
];
const WIDTH: u16 = 64;

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    let height = KEYS.len() as u16 + 2;
    let window = area.centered(Constraint::Max(WIDTH), Constraint::Max(height));
    Clear.render(window, buf);
    let block = Block::bordered().title(" Any key closes this ");
    let block = block.border_style(scene.theme.title(true));
    let inner = block.inner(window);
    block.render(window, buf);
    for ((key, does), row) in KEYS.iter().zip(inner.rows()) {
        Line::raw(format!(" {key:<11} {does}")).render(row, buf);
    }
}
