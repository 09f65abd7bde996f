//! A model as characters. Owns what stands where; refuses state: the same model, moment and size
//! give the same picture.

mod agents;
mod banner;
mod clock;
mod events;
mod fleet;
mod footer;
mod help;
mod layout;
mod operations;
mod queue;
mod table;
mod theme;

pub use clock::Clock;
pub use theme::Theme;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::model::Model;

/// What every part of the picture needs to know.
#[derive(Clone, Copy)]
struct Scene<'a> {
    model: &'a Model,
    clock: &'a Clock,
    theme: Theme,
}

pub fn draw(model: &Model, clock: &Clock, theme: Theme, area: Rect, buf: &mut Buffer) {
    let scene = Scene {
        model,
        clock,
        theme,
    };
    let areas = layout::areas(area, &model.screen);
    banner::draw(scene, areas.banner, buf);
    queue::draw(scene, areas.queue, buf);
    fleet::draw(scene, areas.fleet, buf);
    operations::draw(scene, areas.operations, buf);
    agents::draw(scene, areas.agents, buf);
    events::draw(scene, areas.events, buf);
    footer::draw(scene, areas.footer, buf);
    if model.screen.is_helping() {
        help::draw(scene, area, buf);
    }
}

/// The picture without its last line, which is about keys, for files and pipes.
pub fn text(model: &Model, clock: &Clock, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(model, clock, Theme::plain(), area, &mut buf);
    let shown = (0..height.saturating_sub(1)).map(|y| line(&buf, y, width));
    shown
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// A wide character fills the cell after its own too.
fn line(buf: &Buffer, y: u16, width: u16) -> String {
    let mut text = String::new();
    let mut x = 0;
    while x < width {
        let symbol = buf[(x, y)].symbol();
        text.push_str(symbol);
        x += (Span::raw(symbol).width() as u16).max(1);
    }
    text
}

#[cfg(test)]
mod tests;
