//! How a terminal is divided. Owns which parts give way when it is small; refuses to draw.

use ratatui::layout::{Constraint, Layout, Rect};

use super::super::model::{Focus, Screen};

/// Below either, only the banner and the table in focus are shown.
const WIDTH_WHOLE: u16 = 60;
const HEIGHT_WHOLE: u16 = 20;
/// From here on the queue has a line for each status, and from there agents and events stand side by side.
const HEIGHT_ROOMY: u16 = 34;
const WIDTH_ROOMY: u16 = 130;
const BANNER: u16 = 3;
/// Of a table that is not in focus: title, heads, two rows.
const TABLE_MIN: u16 = 4;
const EVENTS_MIN: u16 = 3;
pub const QUEUE_SHORT: u16 = 5;
pub const QUEUE_LONG: u16 = 9;

/// A part that is not shown has no area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    pub banner: Rect,
    pub queue: Rect,
    pub fleet: Rect,
    pub operations: Rect,
    pub agents: Rect,
    pub events: Rect,
    pub footer: Rect,
}

pub fn areas(area: Rect, screen: &Screen) -> Areas {
    let [banner, body, footer] = rows(
        area,
        [
            Constraint::Max(BANNER),
            Constraint::Fill(1),
            Constraint::Length(1),
        ],
    );
    let outer = Areas {
        banner,
        footer,
        ..Areas::default()
    };
    let is_small = area.width < WIDTH_WHOLE || area.height < HEIGHT_WHOLE;
    if screen.is_zoomed || is_small {
        return alone(outer, body, screen.focus);
    }
    let queue_height = if area.height < HEIGHT_ROOMY {
        QUEUE_SHORT
    } else {
        QUEUE_LONG
    };
    let [top, tables] = rows(
        body,
        [Constraint::Length(queue_height), Constraint::Fill(1)],
    );
    let [queue, fleet] = columns(top, [Constraint::Fill(1), Constraint::Fill(1)]);
    let outer = Areas {
        queue,
        fleet,
        ..outer
    };
    if area.width < WIDTH_ROOMY {
        below_each_other(outer, tables, screen.focus)
    } else {
        side_by_side(outer, tables)
    }
}

fn alone(areas: Areas, body: Rect, focus: Focus) -> Areas {
    match focus {
        Focus::Operations => Areas {
            operations: body,
            ..areas
        },
        Focus::Agents => Areas {
            agents: body,
            ..areas
        },
        Focus::Events => Areas {
            events: body,
            ..areas
        },
    }
}

/// The one in focus gets what is left of the smallest size of each.
fn below_each_other(areas: Areas, tables: Rect, focus: Focus) -> Areas {
    let height = |of: Focus, min: u16| {
        if of == focus {
            Constraint::Fill(2)
        } else if tables.height < 3 * TABLE_MIN + 6 {
            Constraint::Length(min)
        } else {
            Constraint::Fill(1)
        }
    };
    let [operations, agents, events] = rows(
        tables,
        [
            height(Focus::Operations, TABLE_MIN),
            height(Focus::Agents, TABLE_MIN),
            height(Focus::Events, EVENTS_MIN),
        ],
    );
    Areas {
        operations,
        agents,
        events,
        ..areas
    }
}

fn side_by_side(areas: Areas, tables: Rect) -> Areas {
    let [operations, below] = rows(tables, [Constraint::Fill(2), Constraint::Fill(3)]);
    let [agents, events] = columns(below, [Constraint::Fill(3), Constraint::Fill(2)]);
    Areas {
        operations,
        agents,
        events,
        ..areas
    }
}

fn rows<const N: usize>(area: Rect, heights: [Constraint; N]) -> [Rect; N] {
    Layout::vertical(heights).areas(area)
}

fn columns<const N: usize>(area: Rect, widths: [Constraint; N]) -> [Rect; N] {
    Layout::horizontal(widths).spacing(1).areas(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(width: u16, height: u16, screen: &Screen) -> [u16; 5] {
        let areas = areas(Rect::new(0, 0, width, height), screen);
        let parts = [
            areas.queue,
            areas.operations,
            areas.agents,
            areas.events,
            areas.footer,
        ];
        parts.map(|part| part.height)
    }

    #[test]
    fn every_part_is_shown_on_the_usual_terminal() {
        assert_eq!(heights(80, 24, &Screen::default()), [5, 8, 4, 3, 1]);
        let agents = Screen {
            focus: Focus::Agents,
            ..Screen::default()
        };
        assert_eq!(heights(80, 24, &agents), [5, 4, 8, 3, 1]);
        assert_eq!(heights(200, 50, &Screen::default())[0], QUEUE_LONG);
    }

    #[test]
    fn a_small_terminal_and_a_zoom_show_the_table_in_focus() {
        assert_eq!(heights(50, 24, &Screen::default()), [0, 20, 0, 0, 1]);
        assert_eq!(heights(80, 10, &Screen::default()), [0, 6, 0, 0, 1]);
        let zoomed = Screen {
            is_zoomed: true,
            focus: Focus::Events,
            ..Screen::default()
        };
        assert_eq!(heights(80, 24, &zoomed), [0, 0, 0, 20, 1]);
    }

    #[test]
    fn no_size_is_too_small() {
        for (width, height) in [(0, 0), (1, 1), (3, 2), (80, 3), (10, 400)] {
            let whole = Rect::new(0, 0, width, height);
            let areas = areas(whole, &Screen::default());
            for part in [areas.banner, areas.operations, areas.footer] {
                assert_eq!(
                    part.intersection(whole).area(),
                    part.area(),
                    "{width}x{height}"
                );
            }
        }
    }
}
