//! The table that users read is the table of the code. Owns that comparison; what a row says is
//! worded here, from the rule.

use super::super::mapping::{Gives, Kind, Rule, Took};
use super::super::rules::{MAPPING_VERSION, RULES};

const DOCUMENT: &str = include_str!("../../../../../../docs/metrics-in.md");
const BEGIN: &str = "<!-- mapping -->\n";
const END: &str = "<!-- /mapping -->";

#[test]
fn the_documents_table_is_the_codes() {
    let (_, rest) = DOCUMENT
        .split_once(BEGIN)
        .expect("the document marks its table");
    let (table, _) = rest
        .split_once(END)
        .expect("the document marks the table's end");
    let expected = written();
    assert_eq!(table, expected, "write this between the marks:\n{expected}");
}

fn written() -> String {
    let mut table = format!(
        "Version {MAPPING_VERSION} of the table.\n\n| from | of | becomes |\n|---|---|---|\n"
    );
    for rule in RULES {
        let becomes: Vec<_> = rule.gives.iter().map(gives).collect();
        table += &format!(
            "| {} | {} | {} |\n",
            from(rule),
            rule.source,
            becomes.join("; ")
        );
    }
    table
}

fn from(rule: &Rule) -> String {
    let kind = match rule.kind {
        Kind::Event => "event",
        Kind::Span => "span",
        Kind::Metric => "metric",
    };
    let name = match rule.name {
        "" => String::new(),
        name => format!(" `{name}`"),
    };
    match rule.when {
        None => format!("{kind}{name}"),
        Some((attribute, "")) => format!("{kind}{name} with `{attribute}`"),
        Some((attribute, value)) => format!("{kind}{name} with `{attribute}` = `{value}`"),
    }
}

fn gives(gives: &Gives) -> String {
    match gives {
        Gives::ToolCall(fields) => {
            let id = match fields.call_id {
                "" => "an id made from the record".to_owned(),
                id => format!("id `{id}`"),
            };
            format!("a tool call: {id}, tool `{}`", fields.tool)
        }
        Gives::Tokens(fields) => {
            let parts = fields.iter().map(|field| match field.without {
                [] => format!("{} `{}`", field.kind, field.attribute),
                without => {
                    let without: Vec<_> = without.iter().map(|name| format!("`{name}`")).collect();
                    format!(
                        "{} `{}` less {}",
                        field.kind,
                        field.attribute,
                        without.join(" and ")
                    )
                }
            });
            format!("tokens: {}", parts.collect::<Vec<_>>().join(", "))
        }
        Gives::TokensBy(attribute, types) => {
            let types = types.iter().map(|of| match of.within {
                "" => format!("{} `{}`", of.kind, of.value),
                within => format!("{} `{}`, taken off {within}", of.kind, of.value),
            });
            format!(
                "tokens by `{attribute}`: {}",
                types.collect::<Vec<_>>().join(", ")
            )
        }
        Gives::Cost(attribute) => format!("cost `{attribute}`"),
        Gives::CostItself => "cost".to_owned(),
        Gives::Time(seconds, took) => {
            let from = match took {
                Took::Milliseconds(attribute) => format!(" from `{attribute}`"),
                Took::Span => " from start to end".to_owned(),
                Took::Histogram => String::new(),
            };
            format!("`{}_{{sum,count}}`{from}", seconds.base())
        }
        Gives::Count(_, series, labels) => {
            let labels: Vec<_> = labels
                .iter()
                .map(|(label, attribute)| format!("{label} `{attribute}`"))
                .collect();
            format!("`{series}` by {}", labels.join(", "))
        }
        Gives::Evaluation => {
            "`paceline_agent_evaluation` by name; with a score for each of the five dimensions of \
             a task, a quality assessment"
                .to_owned()
        }
    }
}
