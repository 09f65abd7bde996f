//! The last line. Owns what keys do where the reader is; refuses to read any.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::Scene;

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &scene.model.screen;
    let text = if screen.is_filtering() {
        format!("filter: {}▏  enter keeps it, esc drops it", screen.filter)
    } else {
        let filter = match screen.filter.as_str() {
            "" => String::new(),
            filter => format!("only `{filter}`, esc drops it  "),
        };
        let pause = if screen.is_paused {
            "p go on"
        } else {
            "p pause"
        };
        format!("{filter}q quit  tab next  ↑↓ move  enter zoom  s sort  / filter  {pause}  ? help")
    };
    Line::styled(text, scene.theme.quiet()).render(area, buf);
}
