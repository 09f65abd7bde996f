//! A title, heads and those rows that fit. Owns scrolling and alignment; refuses to build rows that
//! nobody sees: a fleet has thousands.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Cell, Row, Table, Widget};

use super::super::model::Focus;
use super::Scene;

pub struct Column<T> {
    pub head: &'static str,
    /// None takes what is left.
    pub width: Option<u16>,
    pub is_number: bool,
    /// Only in tables at least so wide.
    pub from: u16,
    pub cell: fn(Scene<'_>, &T) -> (String, Style),
}

pub struct Shown<'a, T> {
    pub focus: Focus,
    pub title: String,
    pub columns: &'a [Column<T>],
    pub rows: &'a [T],
    /// Where there are no rows.
    pub empty: &'static str,
}

pub fn draw<T>(scene: Scene<'_>, shown: &Shown<'_, T>, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let is_in_focus = scene.model.screen.focus == shown.focus;
    let selected = is_in_focus.then(|| {
        let last = shown.rows.len().saturating_sub(1);
        scene.model.screen.selected.min(last)
    });
    let columns: Vec<_> = shown
        .columns
        .iter()
        .filter(|c| c.from <= area.width)
        .collect();
    let has_heads = columns.iter().any(|column| !column.head.is_empty());
    let visible = usize::from(area.height.saturating_sub(1 + u16::from(has_heads)));
    let skipped = selected
        .unwrap_or(0)
        .saturating_sub(visible.saturating_sub(1));
    let rows = shown.rows.iter().enumerate().skip(skipped).take(visible);
    let rows: Vec<_> = rows
        .map(|(at, row)| line(scene, &columns, row, selected == Some(at)))
        .collect();
    let block = titled(scene, &shown.title, is_in_focus);
    if rows.is_empty() {
        let screen = &scene.model.screen;
        let text = match screen.filter.as_str() {
            "" => shown.empty.to_owned(),
            filter => format!("nothing here has `{filter}` in it"),
        };
        Line::styled(text, scene.theme.quiet()).render(block.inner(area), buf);
        block.render(area, buf);
        return;
    }
    let mut table = Table::new(rows, columns.iter().map(|column| width(column))).block(block);
    if has_heads {
        let heads = columns
            .iter()
            .map(|column| aligned(column.head, column.is_number));
        table = table.header(Row::new(heads).style(scene.theme.head()));
    }
    table.render(area, buf);
}

fn width<T>(column: &Column<T>) -> Constraint {
    column.width.map_or(Constraint::Fill(1), Constraint::Length)
}

pub fn titled(scene: Scene<'_>, title: &str, is_in_focus: bool) -> Block<'static> {
    let style = scene.theme.title(is_in_focus);
    let mark = if is_in_focus { "▸" } else { "─" };
    let title = Line::styled(format!("{mark} {title} "), style);
    Block::new()
        .borders(Borders::TOP)
        .border_style(scene.theme.quiet())
        .title(title)
}

fn line<T>(scene: Scene<'_>, columns: &[&Column<T>], row: &T, is_selected: bool) -> Row<'static> {
    let cells = columns.iter().map(|column| {
        let (text, style) = (column.cell)(scene, row);
        aligned(text, column.is_number).style(style)
    });
    let style = if is_selected {
        scene.theme.selected()
    } else {
        Style::new()
    };
    Row::new(cells.collect::<Vec<_>>()).style(style)
}

fn aligned<'t>(text: impl Into<Line<'t>>, is_number: bool) -> Cell<'t> {
    let line = text.into();
    Cell::from(if is_number {
        line.right_aligned()
    } else {
        line
    })
}
