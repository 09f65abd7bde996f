//! The report as Markdown. Owns the escaping; refuses to choose what is said.

use super::document::{Table, document};
use super::model::Report;

#[must_use]
pub fn markdown(report: &Report) -> String {
    let document = document(report);
    let mut out = format!("# {}\n\n{}\n", document.title, document.verdict);
    for section in &document.sections {
        out.push_str("\n## ");
        out.push_str(section.heading);
        out.push('\n');
        for sentence in &section.sentences {
            out.push_str("\n- ");
            out.push_str(sentence);
        }
        if !section.sentences.is_empty() {
            out.push('\n');
        }
        if let Some(table) = &section.table {
            out.push('\n');
            write_table(&mut out, table);
        }
    }
    out
}

fn write_table(out: &mut String, table: &Table) {
    let names = table.columns.iter().map(|column| column.name.to_owned());
    write_row(out, names);
    let rules = table
        .columns
        .iter()
        .map(|column| if column.number { "---:" } else { "---" });
    write_row(out, rules.map(str::to_owned));
    for row in &table.rows {
        write_row(out, row.iter().map(|cell| escaped(cell)));
    }
}

fn write_row(out: &mut String, cells: impl Iterator<Item = String>) {
    for cell in cells {
        out.push_str("| ");
        out.push_str(&cell);
        out.push(' ');
    }
    out.push_str("|\n");
}

/// Cells hold names and contexts from agents: nothing in them may become markup. An underscore
/// within a word is none, and names are full of them.
fn escaped(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut symbols = cell.chars().peekable();
    while let Some(symbol) = symbols.next() {
        let after_word = text.ends_with(char::is_alphanumeric);
        let within_word = after_word && symbols.peek().is_some_and(|next| next.is_alphanumeric());
        match symbol {
            '_' if within_word => text.push(symbol),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '!' | '~' => {
                text.push('\\');
                text.push(symbol);
            }
            symbol if symbol.is_control() => text.push(' '),
            symbol => text.push(symbol),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_become_markup() {
        let check = |cell: &str, expected: &str| assert_eq!(escaped(cell), expected);
        check("a|b\nc", "a\\|b c");
        check("[x](y) <b>", "\\[x\\](y) \\<b\\>");
        check("task_claim", "task_claim");
        check("_task_ __x", "\\_task\\_ \\_\\_x");
    }
}
