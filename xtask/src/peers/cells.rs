//! The tables of a run: correctness first, then pace. Owns the cells and how they stand on a
//! terminal and in Markdown; refuses to judge.

use super::count::{Delivery, Pace};
use super::peer::Group;
use super::results::{Entry, Results};
use super::round::Phase;
use super::work::Kind;

pub type Table = Vec<Vec<String>>;

const TITLES: [(Group, &str); 2] = [
    (Group::Queues, "Queues"),
    (Group::Coordination, "Coordination over MCP"),
];

pub fn for_terminal(results: &Results) -> String {
    let mut text = String::new();
    for (group, title) in TITLES {
        if results.of(group).next().is_none() {
            continue;
        }
        text.push_str(&format!("\n{title}: acknowledged, then lost and doubled\n"));
        text.push_str(&aligned(&correctness(results, group)));
        text.push_str(&format!("\n{title}: a second; p50 / p99 in ms; medians\n"));
        text.push_str(&aligned(&paces(results, group)));
    }
    for entry in &results.entries {
        if let Err(error) = &entry.product {
            text.push_str(&format!("\n{} did not run: {error}\n", entry.card.name));
        }
        for remark in entry.remarks() {
            text.push_str(&format!("\n{}: {remark}\n", entry.card.name));
        }
    }
    text
}

/// A row a peer: what was lost and doubled of each kind, and of what a killed server had
/// acknowledged.
pub fn correctness(results: &Results, group: Group) -> Table {
    let heads = ["", "tasks", "messages", "notes", "after kill -9"];
    let mut table = vec![heads.map(str::to_owned).to_vec()];
    for entry in results.of(group).filter(|entry| entry.product.is_ok()) {
        let mut row = vec![entry.card.name.to_owned()];
        row.extend(Kind::ALL.map(|kind| {
            let delivery = entry.delivery(kind);
            missing(entry, kind).unwrap_or_else(|| delivered(delivery, kind == Kind::Note))
        }));
        row.push(delivered(entry.crash(), true));
        table.push(row);
    }
    table
}

fn delivered(delivery: Option<Delivery>, is_kept: bool) -> String {
    let Some(delivery) = delivery else {
        return "not measured".to_owned();
    };
    let Delivery {
        acknowledged,
        lost,
        doubled,
        unread,
    } = delivery;
    let mut text = format!("{} acknowledged: ", grouped(acknowledged));
    // A note is got by its name: it cannot be handed to two.
    if lost == 0 && (doubled == 0 || is_kept) {
        text.push_str(if is_kept {
            "none lost"
        } else {
            "none lost, none doubled"
        });
    } else {
        text.push_str(&format!("**{} lost**", grouped(lost)));
        if !is_kept {
            text.push_str(&format!(", **{} doubled**", grouped(doubled)));
        }
    }
    if 0 < unread {
        text.push_str(&format!(", {} not asked for in time", grouped(unread)));
    }
    text
}

/// A row a phase, a column a peer.
pub fn paces(results: &Results, group: Group) -> Table {
    let entries: Vec<_> = results
        .of(group)
        .filter(|entry| entry.product.is_ok())
        .collect();
    let mut heads = vec![String::new()];
    heads.extend(entries.iter().map(|entry| entry.card.name.to_owned()));
    let mut table = vec![heads];
    for phase in Phase::ALL {
        let mut row = vec![phase.name().to_owned()];
        row.extend(entries.iter().map(|entry| {
            let pace = entry.pace(phase);
            missing(entry, phase.kind()).unwrap_or_else(|| paced(phase, pace))
        }));
        table.push(row);
    }
    table
}

fn missing(entry: &Entry, kind: Kind) -> Option<String> {
    let lack = entry.card.lack_of(kind)?;
    Some(match lack.split_once(';') {
        Some((short, _)) => short.to_owned(),
        None => "no such operation".to_owned(),
    })
}

fn paced(phase: Phase, pace: Option<Pace>) -> String {
    let Some(pace) = pace else {
        return "not measured".to_owned();
    };
    if !phase.has_latency() {
        return rate(pace.per_second);
    }
    format!(
        "{}; {} / {}",
        rate(pace.per_second),
        milliseconds(pace.p50_ms),
        milliseconds(pace.p99_ms)
    )
}

/// Three digits: no more are repeatable.
pub fn rate(per_second: f64) -> String {
    if per_second < 100.0 {
        return format!("{per_second:.1}");
    }
    let magnitude = 10_f64.powf((per_second.log10().floor() - 2.0).max(0.0));
    grouped(((per_second / magnitude).round() * magnitude) as u64)
}

pub fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 1.0 => format!("{ms:.2}"),
        ms if ms < 10.0 => format!("{ms:.1}"),
        ms => format!("{ms:.0}"),
    }
}

/// Thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if 0 < place && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub fn markdown(table: &Table) -> String {
    let mut text = String::new();
    for (number, row) in table.iter().enumerate() {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
        if number == 0 {
            text.push_str(&format!("|{}\n", "---|".repeat(row.len())));
        }
    }
    text
}

pub fn aligned(table: &Table) -> String {
    let plain = |cell: &String| cell.replace("**", "");
    let columns = table.first().map_or(0, Vec::len);
    let widths: Vec<_> = (0..columns)
        .map(|column| {
            let cells = table.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| plain(cell).chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in table {
        let cells = row.iter().zip(&widths);
        let line: Vec<_> = cells
            .map(|(cell, width)| format!("{:<width$}", plain(cell), width = *width))
            .collect();
        text.push_str("  ");
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let check = |number, text: &str| assert_eq!(rate(number), text);
        check(4.26, "4.3");
        check(99.94, "99.9");
        check(1_234.5, "1,230");
        check(45_678.0, "45,700");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!([0.123, 1.23, 12.3].map(milliseconds), ["0.12", "1.2", "12"]);
    }

    #[test]
    fn a_cell_says_what_was_lost_and_what_was_not_asked_for() {
        let check = |(lost, doubled, unread), is_kept, text: &str| {
            let delivery = Delivery {
                acknowledged: 1_000,
                lost,
                doubled,
                unread,
            };
            assert_eq!(delivered(Some(delivery), is_kept), text);
        };
        check(
            (0, 0, 0),
            false,
            "1,000 acknowledged: none lost, none doubled",
        );
        check((0, 0, 0), true, "1,000 acknowledged: none lost");
        check((2, 0, 0), true, "1,000 acknowledged: **2 lost**");
        check(
            (0, 3, 0),
            false,
            "1,000 acknowledged: **0 lost**, **3 doubled**",
        );
        check(
            (0, 0, 9),
            true,
            "1,000 acknowledged: none lost, 9 not asked for in time",
        );
        assert_eq!(delivered(None, true), "not measured");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let table = vec![
            vec!["".to_owned(), "a".to_owned()],
            vec!["wide".to_owned(), "**b**".to_owned()],
        ];
        assert_eq!(aligned(&table), "        a\n  wide  b\n");
        assert_eq!(markdown(&table), "|  | a |\n|---|---|\n| wide | **b** |\n");
    }
}
