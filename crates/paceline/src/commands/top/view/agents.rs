//! The table of agents. Owns its columns; refuses an order of its own.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::model::{AgentRow, Focus, agents};
use super::Scene;
use super::table::{self, Column, Shown};

type Row<'a> = &'a AgentRow;

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    let (picture, screen) = (scene.model.picture(), &scene.model.screen);
    let rows = agents(&picture.fleet, screen);
    let shown = Shown {
        focus: Focus::Agents,
        title: format!("Agents, {}", screen.agent_sort.words()),
        columns: &columns(),
        rows: &rows,
        empty: "no agent has joined yet",
    };
    table::draw(scene, &shown, area, buf);
}

fn columns<'a>() -> [Column<Row<'a>>; 10] {
    [
        word("agent", None, 0, |_, row| (row.name.clone(), Style::new())),
        word("kind", Some(11), 60, |_, row| {
            (row.kind.clone(), Style::new())
        }),
        word("health", Some(8), 0, |scene, row| {
            (
                row.health.as_str().to_owned(),
                scene.theme.health(row.health),
            )
        }),
        word("status", Some(8), 50, |_, row| {
            (row.status.as_str().to_owned(), Style::new())
        }),
        number("calls/s", 8, 40, |_, row| {
            let rate = row.operations_per_second();
            (
                rate.map_or("-".to_owned(), |rate| format!("{rate:.1}")),
                Style::new(),
            )
        }),
        number("done", 8, 30, |_, row| {
            (row.completed.to_string(), Style::new())
        }),
        number("failed", 7, 50, |scene, row| {
            (row.failed.to_string(), scene.theme.wrong(row.failed))
        }),
        number("errors", 7, 70, |scene, row| {
            (row.errors.to_string(), scene.theme.wrong(row.errors))
        }),
        number("changed", 8, 90, |scene, row| {
            (scene.clock.ago(row.changed_at_ms), scene.theme.quiet())
        }),
        word("task", Some(30), 110, |scene, row| {
            (row.task.clone().unwrap_or_default(), scene.theme.quiet())
        }),
    ]
}

type CellOf<'a> = fn(Scene<'_>, &Row<'a>) -> (String, Style);

fn word<'a>(
    head: &'static str,
    width: Option<u16>,
    from: u16,
    cell: CellOf<'a>,
) -> Column<Row<'a>> {
    Column {
        head,
        width,
        is_number: false,
        from,
        cell,
    }
}

fn number<'a>(head: &'static str, width: u16, from: u16, cell: CellOf<'a>) -> Column<Row<'a>> {
    Column {
        is_number: true,
        ..word(head, Some(width), from, cell)
    }
}
