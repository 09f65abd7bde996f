//! ARCHITECTURE.md against the tree. Owns the rule that every crate is described there and that
//! nothing described has vanished; refuses to read its prose.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::House;
use crate::shell;

const DOCUMENT: &str = "ARCHITECTURE.md";

pub fn check(house: &House) -> Result<Vec<String>> {
    let source = house.sources.iter().find(|source| source.path == DOCUMENT);
    let text = &source.context("there is no ARCHITECTURE.md")?.text;
    let members: BTreeSet<_> = house
        .metadata
        .members
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let named: BTreeSet<_> = code_spans(text).collect();
    let mut complaints = Vec::new();
    for crate_name in members.difference(&named) {
        complaints.push(format!("it does not describe `{crate_name}`"));
    }
    for span in named {
        if span.starts_with("paceline-") && !span.contains(' ') && !members.contains(span) {
            complaints.push(format!("it describes `{span}`, which is no crate"));
        }
        if is_path(span) && !shell::root().join(span).exists() {
            complaints.push(format!("it points at `{span}`, which does not exist"));
        }
    }
    Ok(complaints)
}

fn is_path(span: &str) -> bool {
    let roots = ["crates/", "xtask/", "docs/", "web/"];
    roots.iter().any(|root| span.starts_with(root)) && !span.contains(['*', ' ', '<'])
}

/// What stands between backticks, line by line.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}
