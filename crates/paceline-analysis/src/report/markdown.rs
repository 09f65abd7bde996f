//! The report as Markdown. Owns the escaping; refuses to choose what is said.

use super::document::{Table, document};
use super::model::Report;

#[must_use]
pub fn markdown(report: &Report) -> String {
    let document = document(report);
    let mut out = format!("# {}\n\n{}\n", document.title, document.subtitle);
    for paragraph in &document.verdict {
        out.push('\n');
        out.push_str(&sentence(paragraph));
        out.push('\n');
    }
    for section in &document.sections {
        out.push_str("\n## ");
        out.push_str(section.heading);
        out.push_str("\n\n");
        for (number, said) in section.sentences.iter().enumerate() {
            let bullet = if section.is_ranked {
                format!("{}. ", number + 1)
            } else {
                "- ".to_owned()
            };
            out.push_str(&bullet);
            out.push_str(&sentence(said));
            out.push('\n');
        }
        if let Some(table) = &section.table {
            if !section.sentences.is_empty() {
                out.push('\n');
            }
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

/// A sentence names things in backticks, and nothing else in it may become markup.
fn sentence(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| {
        if at % 2 == 0 {
            escaped(part)
        } else {
            part.replace(char::is_control, " ")
        }
    });
    parts.collect::<Vec<_>>().join("`")
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
