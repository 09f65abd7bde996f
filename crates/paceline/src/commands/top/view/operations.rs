//! The table of operations. Owns its columns; refuses an order of its own.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::model::{Focus, OperationRow, operations};
use super::Scene;
use super::table::{self, Column, Shown};
use crate::terminal::words;

type Row<'a> = &'a OperationRow;

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    let (picture, screen) = (scene.model.picture(), &scene.model.screen);
    let rows = operations(&picture.operations, screen);
    let shown = Shown {
        focus: Focus::Operations,
        title: format!("Operations, {}", screen.operation_sort.words()),
        columns: &columns(),
        rows: &rows,
        empty: "nothing was asked of this server yet",
    };
    table::draw(scene, &shown, area, buf);
}

/// A name of the usual length is never cut: what does not fit beside it, waits for a wider terminal.
fn columns<'a>() -> [Column<Row<'a>>; 13] {
    [
        Column {
            head: "operation",
            width: None,
            is_number: false,
            from: 0,
            cell: |_, row| (row.operation.as_str().to_owned(), Style::new()),
        },
        number("rate/s", 7, 0, |_, row| {
            (format!("{:.1}", row.rate), Style::new())
        }),
        number("p50", 8, 46, |_, row| took(row.p50_us)),
        number("p95", 8, 70, |_, row| took(row.p95_us)),
        number("p99", 8, 0, |_, row| took(row.p99_us)),
        number("errors", 6, 53, |scene, row| wrong(scene, row.errors)),
        number("refused", 7, 61, |scene, row| wrong(scene, row.rejected)),
        number("mean", 8, 90, |_, row| took(row.mean_us)),
        number("queue", 8, 115, |_, row| took(row.queue_us)),
        number("execute", 8, 115, |_, row| took(row.execute_us)),
        number("commit", 8, 115, |_, row| took(row.commit_us)),
        number("share", 7, 125, share),
        number("count", 8, 79, |_, row| {
            (row.count.to_string(), Style::new())
        }),
    ]
}

fn number<'a>(
    head: &'static str,
    width: u16,
    from: u16,
    cell: fn(Scene<'_>, &Row<'a>) -> (String, Style),
) -> Column<Row<'a>> {
    Column {
        head,
        width: Some(width),
        is_number: true,
        from,
        cell,
    }
}

/// Nothing of the kind in the last minute has no time.
fn took(us: Option<f64>) -> (String, Style) {
    let text = us.map_or("-".to_owned(), |us| words::duration_ms(us / 1e3));
    (text, Style::new())
}

fn share(scene: Scene<'_>, row: &Row<'_>) -> (String, Style) {
    let share = scene.model.picture().operations.share(row);
    let thousandths = share.map(|share| (share * 1e3).round() / 1e3);
    (
        thousandths.map_or("-".to_owned(), words::share),
        Style::new(),
    )
}

fn wrong(scene: Scene<'_>, count: u64) -> (String, Style) {
    (count.to_string(), scene.theme.wrong(count))
}
