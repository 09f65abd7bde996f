//! Tables that line up. Owns how wide they get and what is never broken over lines; refuses control
//! characters: stored text comes from agents and must not drive the terminal.

use std::io::IsTerminal;

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, presets::NOTHING,
};

/// Narrower terminals break lines themselves.
const COLUMNS_MIN: u16 = 40;

/// Width of the terminal behind the output stream; none for files and pipes, which nothing has to
/// fit.
pub fn columns() -> Option<u16> {
    let is_terminal = std::io::stdout().is_terminal();
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    size.map(|(width, _)| width.0.max(COLUMNS_MIN))
}

/// What one answer shows, from top to bottom.
#[derive(Debug, Default)]
pub struct View {
    parts: Vec<Part>,
}

#[derive(Debug)]
pub enum Part {
    Table(Table),
    /// Names and values below each other.
    Facts(Vec<(&'static str, String)>),
    Sentence(String),
}

#[derive(Debug)]
pub struct Table {
    head: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A head that begins with `#` is of numbers, one that begins with `!` is of ids, which people
    /// copy: it is never broken over lines.
    pub fn new(head: &'static [&'static str], rows: Vec<Vec<String>>) -> Self {
        Self { head, rows }
    }
}

impl View {
    pub fn table(head: &'static [&'static str], rows: Vec<Vec<String>>) -> Self {
        Self::default().and(Part::Table(Table::new(head, rows)))
    }

    /// A table, or what to do next where it would be empty.
    pub fn list(head: &'static [&'static str], rows: Vec<Vec<String>>, empty: &str) -> Self {
        if rows.is_empty() {
            Self::sentence(empty)
        } else {
            Self::table(head, rows)
        }
    }

    /// Leaves out facts without a value.
    pub fn facts(facts: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let known = facts.into_iter().filter(|(_, value)| !value.is_empty());
        Self::default().and(Part::Facts(known.collect()))
    }

    pub fn sentence(text: impl Into<String>) -> Self {
        Self::default().and(Part::Sentence(text.into()))
    }

    #[must_use]
    pub fn and(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    #[must_use]
    pub fn and_say(self, text: impl Into<String>) -> Self {
        self.and(Part::Sentence(text.into()))
    }

    /// How to get the rest of a list, where there is one.
    #[must_use]
    pub fn and_more(self, next_cursor: Option<&str>) -> Self {
        match next_cursor {
            Some(cursor) => self.and_say(format!("more: --cursor {cursor}")),
            None => self,
        }
    }

    pub fn render(&self, columns: Option<u16>) -> String {
        let parts = self.parts.iter().map(|part| part.render(columns));
        parts.collect::<Vec<_>>().join("\n")
    }
}

impl Part {
    fn render(&self, columns: Option<u16>) -> String {
        match self {
            Self::Table(table) => table.render(columns),
            Self::Facts(facts) => facts_table(facts, columns),
            Self::Sentence(text) => format!("{}\n", visible(text)),
        }
    }
}

impl Table {
    fn render(&self, columns: Option<u16>) -> String {
        let mut table = frameless(columns);
        let name = |head: &&str| Cell::new(head.trim_start_matches(['#', '!']).to_uppercase());
        table.set_header(self.head.iter().map(name).collect::<Vec<_>>());
        for row in &self.rows {
            table.add_row(Row::from(
                row.iter().map(|cell| visible(cell)).collect::<Vec<_>>(),
            ));
        }
        for (index, head) in self.head.iter().enumerate() {
            let Some(column) = table.column_mut(index) else {
                continue;
            };
            column.set_padding((0, 2));
            if head.starts_with('#') {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if head.starts_with(['#', '!']) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table.trim_fmt() + "\n"
    }
}

fn facts_table(facts: &[(&'static str, String)], columns: Option<u16>) -> String {
    let mut table = frameless(columns);
    for (name, value) in facts {
        table.add_row(vec![Cell::new(name), Cell::new(visible(value))]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.trim_fmt() + "\n"
}

fn frameless(columns: Option<u16>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(NOTHING);
    if let Some(columns) = columns {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns);
    }
    table
}

/// Line breaks stay, everything else that a terminal would obey becomes visible.
fn visible(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' => '\n',
        '\t' => ' ',
        other if other.is_control() => '\u{fffd}',
        other => other,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> View {
        let row = |id: &str, text: &str, number: &str| {
            vec![id.to_owned(), text.to_owned(), number.to_owned()]
        };
        View::table(
            &["!task", "what", "#ms"],
            vec![
                row("tsk_1", "write", "7"),
                row("tsk_22", "read a long page about tables that wrap", "1200"),
            ],
        )
    }

    #[test]
    fn a_table_lines_up_and_numbers_stand_right() {
        let expected = "\
TASK    WHAT                                       MS
tsk_1   write                                       7
tsk_22  read a long page about tables that wrap  1200
";
        assert_eq!(sample().render(None), expected);
    }

    #[test]
    fn a_table_fits_the_terminal_and_ids_stay_whole() {
        let text = sample().render(Some(40));
        assert!(
            text.lines().all(|line| line.chars().count() <= 40),
            "{text}"
        );
        assert!(text.contains("tsk_22  read a"), "{text}");
    }

    #[test]
    fn escape_codes_of_stored_text_never_reach_the_terminal() {
        let text = View::facts([("note", "\u{1b}[2Jgone\u{7}".to_owned())]).render(None);
        assert_eq!(text, "note  \u{fffd}[2Jgone\u{fffd}\n");
    }

    #[test]
    fn an_empty_list_says_what_to_do_next() {
        let view = View::list(&["a"], Vec::new(), "nothing yet; add one").and_more(Some("c1"));
        assert_eq!(
            view.render(None),
            "nothing yet; add one\n\nmore: --cursor c1\n"
        );
    }

    #[test]
    fn facts_without_a_value_are_left_out() {
        let view = View::facts([("name", "a".to_owned()), ("role", String::new())]);
        assert_eq!(view.render(None), "name  a\n");
    }
}
