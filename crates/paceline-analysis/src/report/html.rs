//! The report as one page of HTML. Owns the escaping and the looks, light, dark and on paper; refuses
//! scripts and anything loaded from elsewhere.

use std::fmt::Write;

use super::chart;
use super::document::{Column, Section, Table, document};
use super::escape::escaped;
use super::model::Report;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1d2330;--soft:#5b6475;--line:#d9dde5;--paper:#fff;--band:#f5f6f9;\
--accent:#2257c4;--load:#e3e7ef;--slower:#b3261e;--faster:#1a7f4b}\
@media screen and (prefers-color-scheme:dark){:root{--ink:#e4e7ee;--soft:#9aa3b5;--line:#333a49;--paper:#14171d;\
--band:#1b1f28;--accent:#7aa7ff;--load:#262c38;--slower:#ff8a80;--faster:#6fd3a0}}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:76rem;padding:2rem 1rem;background:var(--paper);color:var(--ink);\
font:16px/1.5 system-ui,sans-serif}\
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.4rem 0 .5rem}\
.when{color:var(--soft);margin:0 0 1.2rem}\
.verdict{border-left:4px solid var(--accent);padding:.1rem 0 .1rem 1rem;max-width:52rem}\
.verdict.slower{border-color:var(--slower)}.verdict p{font-size:1.05rem;margin:.5rem 0}\
p,ul,ol{max-width:52rem}ul,ol{padding-left:1.3rem;margin:.3rem 0}li{margin:.35rem 0}\
code{font:.92em/1.3 ui-monospace,monospace;overflow-wrap:anywhere}\
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.8125rem;margin-top:.5rem}\
th,td{padding:.35rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}\
th{color:var(--soft);font-weight:600;white-space:nowrap}tbody tr:nth-child(even){background:var(--band)}\
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
.in{display:block;color:var(--soft)}td:not(.n){overflow-wrap:anywhere;max-width:30rem}td:first-child{white-space:nowrap}\
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1rem 1.5rem;\
margin-top:1rem}figure{margin:0;break-inside:avoid}figcaption{font-size:.875rem;font-weight:600}\
.note{font-size:.875rem;color:var(--soft)}svg{width:100%;height:auto;display:block}\
svg text{font:10px system-ui,sans-serif;fill:var(--soft)}.end{text-anchor:end}.middle{text-anchor:middle}\
svg path{fill:none}.line{stroke:var(--accent);stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}\
svg .load{fill:var(--load)}.grid{stroke:var(--line);stroke-width:.6}\
.begin{stroke:var(--soft);stroke-width:.8;stroke-dasharray:1 3}svg text.begin{stroke:none}\
.mark{stroke-width:1.4;stroke-dasharray:4 3}.mark.slower{stroke:var(--slower)}.mark.faster{stroke:var(--faster)}\
@media(max-width:30rem){body{padding:1.2rem .8rem;font-size:15px}th,td{padding:.3rem .45rem}\
td:first-child{white-space:normal}}\
@page{size:A4 landscape;margin:12mm}\
@media print{body{max-width:none;padding:0;font-size:10.5pt}table{font-size:7.5pt}th,td{padding:.2rem .4rem}\
.wide{overflow:visible}th,td:first-child,.n{white-space:normal}h2,h2+p,h2+ul{break-after:avoid}tr,li{break-inside:avoid}\
tbody tr:nth-child(-n+4),tbody tr:nth-last-child(-n+3){break-before:avoid}.in{display:inline;color:inherit}\
thead{display:table-header-group}.charts{grid-template-columns:repeat(3,1fr)}\
tbody tr:nth-child(even){print-color-adjust:exact;-webkit-print-color-adjust:exact}svg{print-color-adjust:exact}}";

#[must_use]
pub fn html(report: &Report) -> String {
    let document = document(report);
    let title = escaped(&document.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p class=\"when\">{}</p>\n",
        escaped(&document.subtitle)
    );
    let mood = if report.findings.iter().any(|one| one.slower) {
        " slower"
    } else {
        ""
    };
    put(&mut out, format_args!("<div class=\"verdict{mood}\">\n"));
    for paragraph in &document.verdict {
        put(&mut out, format_args!("<p>{}</p>\n", text(paragraph)));
    }
    out.push_str("</div>\n");
    for section in &document.sections {
        write_section(&mut out, section, report);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn write_section(out: &mut String, section: &Section, report: &Report) {
    put(out, format_args!("<h2>{}</h2>\n", escaped(section.heading)));
    let list = if section.is_ranked { "ol" } else { "ul" };
    match section.sentences.as_slice() {
        [] => {}
        [one] => put(out, format_args!("<p>{}</p>\n", text(one))),
        many => {
            put(out, format_args!("<{list}>\n"));
            for sentence in many {
                put(out, format_args!("<li>{}</li>\n", text(sentence)));
            }
            put(out, format_args!("</{list}>\n"));
        }
    }
    if section.has_charts {
        write_charts(out, report);
    }
    if let Some(table) = &section.table {
        write_table(out, table);
    }
}

fn write_charts(out: &mut String, report: &Report) {
    out.push_str("<div class=\"charts\">\n");
    for timeline in &report.timelines {
        let name = escaped(&timeline.operation);
        let drawn = chart::svg(timeline, report);
        put(
            out,
            format_args!("<figure><figcaption><code>{name}</code></figcaption>{drawn}</figure>\n"),
        );
    }
    let step = report.timelines.first().map_or(24, |one| one.step_hours);
    let every = match step {
        24 => "day".to_owned(),
        1 => "hour".to_owned(),
        hours => format!("{hours} hours"),
    };
    put(
        out,
        format_args!(
            "</div>\n<p class=\"note\">Line: the median of each {every}. Bars: how many calls. Dotted: \
             where the period begins. Dashed: where something changed.</p>\n"
        ),
    );
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
            let cell = cell_markup(table.columns[index], cell);
            put(out, format_args!("<td{}>{cell}</td>", class(index)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// A number's interval stands below it, where the page is narrower than paper.
fn cell_markup(column: Column, cell: &str) -> String {
    let cell = escaped(cell);
    match cell.split_once(" in ") {
        _ if column.name == "command" => format!("<code>{cell}</code>"),
        Some((number, interval)) if column.number => {
            format!("{number}<span class=\"in\"> in {interval}</span>")
        }
        _ => cell,
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok(), "writing into a string cannot fail");
}

/// A sentence; what stands in backticks is a name.
fn text(sentence: &str) -> String {
    // A number and its unit stay together.
    let escaped = escaped(sentence).replace(" %", "\u{a0}%");
    let mut out = String::with_capacity(escaped.len());
    let mut parts = escaped.split('`').peekable();
    let mut is_name = false;
    while let Some(part) = parts.next() {
        match (is_name, parts.peek()) {
            (true, Some(_)) => put(&mut out, format_args!("<code>{part}</code>")),
            // A backtick without its other one is only that.
            (true, None) => put(&mut out, format_args!("`{part}")),
            (false, _) => out.push_str(part),
        }
        is_name = !is_name;
    }
    out
}
