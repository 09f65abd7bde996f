//! Tables that line up. Owns how wide they get and what is never broken over lines; refuses control
//! characters: stored text comes from agents and must not drive the terminal.

use std::io::IsTerminal;

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, presets::NOTHING,
};

/// Narrower terminals break lines themselves.
const COLUMNS_MIN: u16 = 40;
/// Between columns.
const GAP: u16 = 2;
/// What a column of words needs at least.
const WORDS_MIN: usize = 10;

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
    /// A head that begins with `#` is of numbers, one that begins with `!` is of ids and times, which
    /// people copy: both are never broken over lines.
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
        let mut text = String::new();
        let mut after_sentence = true;
        for part in &self.parts {
            let is_sentence = matches!(part, Part::Sentence(_));
            let is_apart = !is_sentence || !after_sentence;
            if is_apart && !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&part.render(columns));
            after_sentence = is_sentence;
        }
        text
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
        match columns {
            Some(columns) if columns < self.width_min() => self.as_records(columns),
            _ => self.as_table(columns),
        }
    }

    fn as_table(&self, columns: Option<u16>) -> String {
        let mut table = frameless(columns);
        table.set_header(
            self.head
                .iter()
                .map(|head| Cell::new(name_of(head).to_uppercase())),
        );
        for row in &self.rows {
            table.add_row(Row::from(
                row.iter().map(|cell| visible(cell)).collect::<Vec<_>>(),
            ));
        }
        for (index, head) in self.head.iter().enumerate() {
            let Some(column) = table.column_mut(index) else {
                continue;
            };
            column.set_padding((0, GAP));
            if head.starts_with('#') {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if is_whole(head) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table.trim_fmt() + "\n"
    }

    /// Row below row, each as names and values: better than columns of single letters.
    fn as_records(&self, columns: u16) -> String {
        let record = |row: &Vec<String>| {
            let named = self
                .head
                .iter()
                .zip(row)
                .filter(|(_, value)| !value.is_empty());
            let facts = named.map(|(head, value)| (name_of(head), value.clone()));
            facts_table(&facts.collect::<Vec<_>>(), Some(columns))
        };
        self.rows.iter().map(record).collect::<Vec<_>>().join("\n")
    }

    /// Below this, words would be broken to pieces.
    fn width_min(&self) -> u16 {
        let columns = self.head.iter().enumerate().map(|(index, head)| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            let lines = cells.flat_map(|cell| cell.lines()).chain([name_of(head)]);
            let widest = lines.map(|line| line.chars().count()).max().unwrap_or(0);
            GAP as usize
                + if is_whole(head) {
                    widest
                } else {
                    widest.min(WORDS_MIN)
                }
        });
        u16::try_from(columns.sum::<usize>()).unwrap_or(u16::MAX)
    }
}

fn name_of(head: &'static str) -> &'static str {
    head.trim_start_matches(['#', '!'])
}

fn is_whole(head: &str) -> bool {
    head.starts_with(['#', '!'])
}

fn facts_table(facts: &[(&'static str, String)], columns: Option<u16>) -> String {
    let mut table = frameless(columns);
    for (name, value) in facts {
        table.add_row(vec![Cell::new(name), Cell::new(visible(value))]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
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
    fn a_table_that_cannot_fit_becomes_records() {
        let head = &["!task", "what", "#ms"];
        let row = vec![
            "tsk_01m7ydptk1ed88xancy5vxyhx1".to_owned(),
            "write".to_owned(),
            "7".to_owned(),
        ];
        let text = View::table(head, vec![row.clone(), row]).render(Some(40));
        let record = "task  tsk_01m7ydptk1ed88xancy5vxyhx1\nwhat  write\nms    7\n";
        assert_eq!(text, format!("{record}\n{record}"));
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
            "nothing yet; add one\nmore: --cursor c1\n"
        );
    }

    #[test]
    fn facts_without_a_value_are_left_out() {
        let view = View::facts([("name", "a".to_owned()), ("role", String::new())]);
        assert_eq!(view.render(None), "name  a\n");
    }
}
