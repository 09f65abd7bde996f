//! The report as one page of HTML. Owns the escaping and the looks, light and dark; refuses scripts
//! and anything loaded from elsewhere.

use std::fmt::Write;

use super::document::{Section, Table, document};
use super::model::Report;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1d2330;--soft:#5b6475;--line:#d9dde5;--paper:#fff;--band:#f5f6f9}\
@media(prefers-color-scheme:dark){:root{--ink:#e4e7ee;--soft:#9aa3b5;--line:#333a49;--paper:#14171d;--band:#1b1f28}}\
body{margin:0 auto;max-width:76rem;padding:2rem 1rem;background:var(--paper);color:var(--ink);\
font:16px/1.5 system-ui,sans-serif}\
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2.2rem 0 .5rem}\
.verdict{font-size:1.1rem;max-width:60rem}ul{padding-left:1.2rem;margin:.3rem 0;color:var(--soft)}\
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem}\
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}\
th{color:var(--soft);font-weight:600;white-space:nowrap}tbody tr:nth-child(even){background:var(--band)}\
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
td:not(.n){overflow-wrap:anywhere}td:first-child{white-space:nowrap}";

#[must_use]
pub fn html(report: &Report) -> String {
    let document = document(report);
    let title = escaped(&document.title);
    let verdict = escaped(&document.verdict);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p class=\"verdict\">{verdict}</p>\n"
    );
    for section in &document.sections {
        write_section(&mut out, section);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn write_section(out: &mut String, section: &Section) {
    put(out, format_args!("<h2>{}</h2>\n", escaped(section.heading)));
    if !section.sentences.is_empty() {
        out.push_str("<ul>\n");
        for sentence in &section.sentences {
            put(out, format_args!("<li>{}</li>\n", escaped(sentence)));
        }
        out.push_str("</ul>\n");
    }
    if let Some(table) = &section.table {
        write_table(out, table);
    }
}

fn write_table(out: &mut String, table: &Table) {
    let class = |index: usize| {
        if table.columns[index].number {
            " class=\"n\""
        } else {
            ""
        }
    };
    out.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for (index, column) in table.columns.iter().enumerate() {
        put(
            out,
            format_args!(
                "<th scope=\"col\"{}>{}</th>",
                class(index),
                escaped(column.name)
            ),
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (index, cell) in row.iter().enumerate() {
            put(
                out,
                format_args!("<td{}>{}</td>", class(index), escaped(cell)),
            );
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok(), "writing into a string cannot fail");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            symbol if symbol.is_control() => out.push(' '),
            symbol => out.push(symbol),
        }
    }
    out
}
